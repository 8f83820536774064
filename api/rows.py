"""From a row of a read view, or from a decision just made, to the attributes that people see."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel

from streams.decision import Decision

A = TypeVar("A", bound=BaseModel)
ERROR = ("code", "reason", "field", "remedy")


def shown(kind: type[A], row: dict[str, Any], **more: Any) -> A:
    """Attributes of a row: the aggregate's version is its `revision`, its state the `status`, its error one object.

    more: attributes that are not columns, or are called otherwise.
    """
    values = {name: value for name, value in row.items() if value is not None}
    values["revision"] = values.pop("version", 0)
    if "state" in values:
        values["status"] = values["state"]
    error = {name: values[f"error_{name}"] for name in ERROR if values.get(f"error_{name}")}
    if error:
        values["error"] = {"code": str(values.get("status", "")).upper(), **error}
    return kind.model_validate({**values, **more})


def fresh(kind: type[A], decision: Decision, status: str, **more: Any) -> A:
    """Attributes of something as its first event left it; `more` replaces fields of that event."""
    record = decision.events[0][1] if decision.events else {}
    return shown(kind, {**record, "version": decision.version, "state": status}, **more)
