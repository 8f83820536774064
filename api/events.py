"""The log as a list."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from psycopg import sql

from api.access import requires
from api.cursor import Cursor, Limit, pack, unpack
from api.envelope import Attributes, Item, Page, item, page
from api.errors import documented, missing
from api.paths import Filter
from api.reading import Reading

router = APIRouter(prefix="/events", tags=["events"])


class EventAttributes(Attributes):
    """One thing that happened; data: the fields of the record."""

    topic: str
    type: str
    subject: str
    time: datetime
    version: int = 0
    epoch: int = 0
    seq: int = 0
    correlation_id: UUID | None = None
    causation_id: UUID | None = None
    traceparent: str = ""
    source: str = ""
    data: dict[str, Any] = {}


@router.get("", dependencies=requires("studio:read"), responses=documented(401, 403, 422))
async def index(
    reader: Reading,
    topic: Filter = None,
    type: Filter = None,
    subject: Filter = None,
    correlation_id: UUID | None = None,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[EventAttributes]:
    """Events, newest first. `subject` means the aggregate and everything below it."""
    parts, values = [sql.SQL("true")], list[Any]()
    for column, value in (("topic", topic), ("type", type), ("correlation_id", correlation_id)):
        if value is not None:
            parts.append(sql.SQL("{} = %s").format(sql.Identifier(column)))  # type: ignore[arg-type]
            values.append(value)
    if subject is not None:
        parts.append(sql.SQL("(subject = %s or starts_with(subject, %s))"))
        values += [subject, f"{subject}/"]
    if cursor:
        parts.append(sql.SQL("(time, event_id) < (%s, %s::uuid)"))
        values += unpack(cursor, (datetime, str))
    where = sql.SQL(" and ").join(parts)
    query = sql.SQL("select * from read.event where {} order by time desc, event_id desc limit {}")
    rows = await reader.rows(query.format(where, sql.Literal(limit + 1)), values)
    following = pack([rows[limit - 1]["time"], str(rows[limit - 1]["event_id"])]) if len(rows) > limit else None
    found = [(str(row["event_id"]), EventAttributes.model_validate(row)) for row in rows[:limit]]
    return page("event", found, following)


@router.get("/{id}", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def show(reader: Reading, id: UUID) -> Item[EventAttributes]:
    """An event."""
    row = await reader.one("read.event", event_id=id)
    if row is None:
        raise missing("event", str(id))
    return item(str(id), "event", EventAttributes.model_validate(row))
