"""One error envelope for everything that can go wrong, with the field at fault and the way out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from minio.error import S3Error
from psycopg_pool import PoolTimeout
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from urllib3.exceptions import HTTPError

from streams.decider import Refused
from streams.gate import Conflict

log = structlog.get_logger()


class ErrorDetails(BaseModel):
    """field: in dotted notation. version: where the resource is now, in conflicts. others: further invalid fields."""

    field: str | None = None
    reason: str | None = None
    remedy: str | None = None
    version: int | None = None
    others: list[dict[str, str]] | None = None


class ErrorBody(BaseModel):
    """code: stable, for programs. message: for people."""

    code: str
    message: str
    details: ErrorDetails


class ErrorEnvelope(BaseModel):
    """The answer to every request that failed."""

    error: ErrorBody


class Problem(Exception):
    """A request that cannot be done; becomes the error envelope with this status."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        field: str = "",
        reason: str = "",
        remedy: str = "",
        version: int | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.field, self.reason, self.remedy, self.version = field, reason, remedy, version
        self.headers = headers or {}


LISTED = {"batch": "batches"} | {
    kind: f"{kind}s"
    for kind in (
        "document", "sample", "curation", "dataset", "run", "model", "deployment", "dead-letter", "event", "user"
    )
}  # fmt: skip


def missing(type: str, id: str) -> Problem:
    """404: there is no such thing, or it belongs to another tenant."""
    remedy = f"list them at /api/v1/{LISTED[type]}" if type in LISTED else ""
    return Problem(404, "NOT_FOUND", f"there is no {type} {id[:200]!r}", remedy=remedy)


def invalid(field: str, reason: str, remedy: str = "") -> Problem:
    """422: one field of the request is not acceptable."""
    return Problem(422, "VALIDATION_ERROR", f"{field}: {reason}", field=field, reason=reason, remedy=remedy)


def refused(error: Refused) -> Problem:
    """What a decider said no to."""
    if isinstance(error, Conflict):
        return Problem(409, error.code, error.message, field="If-Match", remedy=error.remedy, version=error.version)
    status = 404 if error.code == "NOT_FOUND" else 422 if error.field or error.code == "INVALID" else 409
    code = "VALIDATION_ERROR" if error.code == "INVALID" else error.code
    return Problem(status, code, error.message, field=error.field, reason=error.message, remedy=error.remedy)


STATUS_CODES = {
    400: "BAD_REQUEST",
    401: "UNAUTHENTICATED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    409: "CONFLICT",
    416: "RANGE_NOT_SATISFIABLE",
    422: "VALIDATION_ERROR",
    429: "TOO_MANY_REQUESTS",
    500: "INTERNAL_ERROR",
    503: "UNAVAILABLE",
}


def answer(problem: Problem) -> JSONResponse:
    """The envelope of a problem."""
    details = {
        "field": problem.field or None,
        "reason": problem.reason or None,
        "remedy": problem.remedy or None,
        "version": problem.version,
    }
    body = {
        "error": {
            "code": problem.code,
            "message": problem.message,
            "details": {name: value for name, value in details.items() if value is not None},
        }
    }
    return JSONResponse(body, status_code=problem.status, headers=problem.headers)


def of_validation(error: RequestValidationError) -> JSONResponse:
    """The envelope for a request that does not fit its schema; the first fault leads, the others follow."""
    faults = [_fault(fault) for fault in error.errors()]
    if any(fault["type"] == "json_invalid" for fault in error.errors()):
        return answer(Problem(400, "BAD_REQUEST", "the body is not JSON", field="body", reason=faults[0]["reason"]))
    first, others = faults[0], faults[1:21]
    details: dict[str, Any] = {"field": first["field"], "reason": first["reason"]}
    if others:
        details["others"] = others
    message = f"{first['field']}: {first['reason']}"
    return JSONResponse(
        {"error": {"code": "VALIDATION_ERROR", "message": message, "details": details}}, status_code=422
    )


def _fault(fault: Any) -> dict[str, str]:
    place = [str(part) for part in fault["loc"]]
    named = place[1:] if len(place) > 1 and place[0] in ("body", "query", "path", "header") else place
    text = ".".join(named).encode(errors="replace").decode()
    return {"field": text[:200], "reason": str(fault["msg"]).removeprefix("Value error, ")}


def of_exception(error: Exception) -> Problem:
    """What a person is told of an exception; only faults that they did not cause become 500."""
    match error:
        case Problem():
            return error
        case Refused():
            return refused(error)
        case HTTPException():
            if isinstance(error.__cause__, Problem):
                return error.__cause__  # FastAPI hides what went wrong while a body was read
            code = STATUS_CODES.get(error.status_code, f"HTTP_{error.status_code}")
            field = "body" if error.status_code == 400 else ""
            return Problem(error.status_code, code, str(error.detail), field=field, headers=dict(error.headers or {}))
        case ClientDisconnect():
            return Problem(400, "BAD_REQUEST", "the request ended before it was complete", remedy="send it again")
        case psycopg.DataError():
            # Text that Postgres cannot hold; nothing of ours produces it.
            return Problem(422, "VALIDATION_ERROR", "a value cannot be stored", reason=str(error).split("\n")[0][:200])
        case psycopg.OperationalError() | PoolTimeout() | psycopg.errors.QueryCanceled():
            return Problem(500, "UNAVAILABLE", "the database does not answer", remedy="try again in a moment")
        case S3Error() | HTTPError():
            return Problem(500, "UNAVAILABLE", "the object store does not answer", remedy="try again in a moment")
        case _:
            return Problem(500, "INTERNAL_ERROR", "this is our fault", remedy="try again; the log has the cause")


def install(app: FastAPI) -> None:
    """Map every exception of a handler into the envelope. The rest is caught where requests are measured."""

    async def on_validation(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        return of_validation(error)

    async def on_known(_: Request, error: Exception) -> JSONResponse:
        return answer(of_exception(error))

    app.add_exception_handler(RequestValidationError, on_validation)
    handler: Callable[[Request, Exception], Awaitable[JSONResponse]] = on_known
    for kind in (Problem, Refused, HTTPException, ClientDisconnect, psycopg.DataError):
        app.add_exception_handler(kind, handler)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """`responses=` of a route, for the OpenAPI document."""
    return {status: {"model": ErrorEnvelope, "description": STATUS_CODES[status]} for status in statuses}
