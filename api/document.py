"""The OpenAPI document, with the headers that answers carry."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

HEADERS = {
    "Studio-Position": "The position of this write; send it back with the next request.",
    "ETag": "The revision, for `If-Match`.",
    "Studio-Stale": "`true` where the position that was sent is not visible yet.",
    "traceparent": "The trace of this request (W3C Trace Context).",
}


def describe(app: FastAPI) -> None:
    """Let the application's document name its response headers."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            for methods in plain()["paths"].values():
                for method, operation in methods.items():
                    _headers(method, operation)
        return plain()

    app.openapi = openapi  # type: ignore[method-assign]


def _headers(method: str, operation: dict[str, Any]) -> None:
    takes = {parameter["name"].lower() for parameter in operation.get("parameters", [])}
    given = ["traceparent"]
    if "if-match" in takes:
        given += ["Studio-Position", "ETag"]
    elif method == "get" and "studio-position" in takes:
        given += ["Studio-Stale"] + (["ETag"] if "404" in operation["responses"] else [])
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            answer["headers"] = {name: {"description": HEADERS[name], "schema": {"type": "string"}} for name in given}
