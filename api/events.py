"""The log as a list, and as a live stream."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse
from psycopg import sql
from studio.contract.schemas import TOPICS

from api import backend
from api.access import Someone, requires
from api.cursor import Cursor, Limit, pack, unpack
from api.envelope import Attributes, Item, Page, item, page
from api.errors import Problem, documented, invalid, missing
from api.paths import Filter
from api.place import Place, chosen
from api.reading import Reading
from api.stream import Stream

router = APIRouter(prefix="/events", tags=["events"])
WORD = re.compile(r"[A-Za-z0-9._-]+")


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


STREAM = {
    200: {
        "description": "Server-Sent Events. `id` is the position after the event, `event` its type, `data` the event.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


@router.get(
    "/stream",
    dependencies=requires("studio:read"),
    responses={**STREAM, **documented(401, 403, 422, 429)},  # type: ignore[dict-item]
    response_class=StreamingResponse,
)
async def stream(
    request: Request,
    who: Someone,
    after: Annotated[str, Query(max_length=8000, description="`begin`, `end`, or an `id` of an earlier stream.")] = "",
    topics: Annotated[str, Query(max_length=1000, description="Comma-separated; all by default.")] = "",
    types: Annotated[str, Query(max_length=2000, description="Comma-separated; all by default.")] = "",
    subject: Annotated[list[str] | None, Query(max_length=50)] = None,
    last_event_id: Annotated[str, Header(max_length=8000)] = "",
) -> StreamingResponse:
    """Events as they happen, straight from the log, in order per aggregate, without gap or repeat.

    Goes on after `after`, else after `Last-Event-ID`; else from the beginning where a subject is given, else from now.
    Ends with `event: expired` when the access token does.
    """
    wanted = _words(types, "types")
    unknown = [name for name in wanted if name not in TOPICS]
    if unknown:
        raise invalid("types", f"there is no event type {unknown[0]}", "see schemas/avro")
    place = Place.parse(after or last_event_id or ("begin" if subject else "end"))
    found = backend.of(request)
    if Stream.open >= found.own.streams_most:
        raise Problem(429, "TOO_MANY_STREAMS", "too many streams are open", remedy="close some, or try again later")
    live = Stream(
        found.settings,
        who,
        place,
        chosen(_words(topics, "topics"), wanted),
        frozenset(wanted),
        tuple(subject or ()),
        found.own.stream_heartbeat_seconds,
        found.ends,
    )
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(live.frames(), media_type="text/event-stream", headers=headers)


@router.get("/{id}", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def show(reader: Reading, id: UUID) -> Item[EventAttributes]:
    """An event."""
    row = await reader.one("read.event", event_id=id)
    if row is None:
        raise missing("event", str(id))
    return item(str(id), "event", EventAttributes.model_validate(row))


def _words(text: str, field: str) -> list[str]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    for word in words:
        if not WORD.fullmatch(word):
            raise invalid(field, "is no comma-separated list of names")
    return words
