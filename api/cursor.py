"""Opaque cursors: the sort key of the last row, so that a page never shifts when rows arrive."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import Query

from api.errors import invalid

LONGEST = 500  # resources in a page

Limit = Annotated[int, Query(ge=1, le=LONGEST, description="Resources in a page.")]
Cursor = Annotated[str, Query(max_length=1000, description="`next_cursor` of the page before.")]


def pack(values: Sequence[Any]) -> str:
    """Text for a sort key of strings, integers, floats and times."""
    plain = [{"t": value.isoformat()} if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def unpack(text: str, types: Sequence[type]) -> list[Any]:
    """The sort key in `text`.

    Raises:
        Problem: 422; it was not made by `pack` for these types.
    """
    try:
        values = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        found = [
            datetime.fromisoformat(v["t"]) if kind is datetime else v for v, kind in zip(values, types, strict=True)
        ]
    except (ValueError, TypeError, KeyError, RecursionError):
        found = []
    if len(found) != len(types) or not all(_fits(v, kind) for v, kind in zip(found, types, strict=True)):
        raise invalid("cursor", "is no cursor of this list", "use next_cursor as it was given, or leave it out")
    return found


def _fits(value: Any, kind: type) -> bool:
    match value:
        case bool():
            return False
        case int():
            return kind is int and -(2**63) <= value < 2**63
        case datetime():
            return kind is datetime and value.tzinfo is not None
        case str():
            return kind is str and "\0" not in value and value.isprintable()
        case _:
            return False
