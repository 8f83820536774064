"""Dead letters: what a consumer could not take; released or skipped by a person, with a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import StringConstraints

from api import backend
from api.access import requires
from api.body import Body
from api.cursor import Cursor, Limit
from api.dead_letter import DeadLetterAttributes, DeadLetterDetail, State, detail_of, shown_of
from api.envelope import Attributes, Item, Page, item, page
from api.errors import Problem, documented, missing
from api.paths import Filter
from api.reading import Reading, View
from api.writing import Writer, Writing
from streams.dead import NotDead, settle

router = APIRouter(prefix="/dead-letters", tags=["dead-letters"])
VIEW = View("read.dead_letter", ("created_at", "dead_id"))


class CauseAttributes(Attributes):
    """Dead letters of one consumer with one code. message: of the last one."""

    consumer: str
    code: str
    topics: list[str]
    message: str
    count: int
    parked: int
    first_at: datetime
    last_at: datetime


CAUSES = """
select consumer, code, array_agg(distinct topic order by topic) as topics, count(*) as count,
    count(*) filter (where state = 'parked') as parked, min(created_at) as first_at, max(updated_at) as last_at,
    (array_agg(message order by updated_at desc))[1] as message
from read.dead_letter where (%(state)s::text is null or state = %(state)s)
group by consumer, code order by parked desc, last_at desc limit 500
"""


class Settling(Body):
    """Why this is right."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class Settled(Attributes):
    """What was asked of the consumer; it follows within a second."""

    state: Literal["release", "skip"]
    author: str
    reason: str


@router.get("", dependencies=requires("studio:read"), responses=documented(401, 403, 422))
async def index(
    reader: Reading,
    state: State | None = None,
    consumer: Filter = None,
    code: Filter = None,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[DeadLetterAttributes]:
    """Dead letters, newest first."""
    rows, following = await reader.page(VIEW, limit, cursor, {"state": state, "consumer": consumer, "code": code})
    return page("dead-letter", [(row["dead_id"], shown_of(row)) for row in rows], following)


@router.get("/causes", dependencies=requires("studio:read"), responses=documented(401, 403, 422))
async def causes(reader: Reading, state: State | None = None) -> Page[CauseAttributes]:
    """Dead letters by consumer and code, those with the most parked ones first."""
    rows = await reader.rows(CAUSES, {"state": state})
    found = [(f"{row['consumer']}/{row['code']}", CauseAttributes.model_validate(row)) for row in rows]
    return page("cause", found, None, len(rows))


@router.get("/{id}", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def show(reader: Reading, id: UUID) -> Item[DeadLetterDetail]:
    """A dead letter, decoded as far as possible."""
    row = await reader.one("read.dead_letter", dead_id=str(id))
    if row is None:
        raise missing("dead-letter", str(id))
    return item(str(id), "dead-letter", detail_of(row))


ACTION = documented(400, 401, 403, 404, 409, 422)


@router.post("/{id}/release", dependencies=requires("dead-letters:settle"), responses=ACTION)
async def release(request: Request, writer: Writing, id: UUID, body: Settling) -> Item[Settled]:
    """Offer it to its consumer again, and then what waits behind it."""
    return await _settle(request, writer, str(id), True, body.reason)


@router.post("/{id}/skip", dependencies=requires("dead-letters:settle"), responses=ACTION)
async def skip(request: Request, writer: Writing, id: UUID, body: Settling) -> Item[Settled]:
    """Leave it out, and go on with what waits behind it."""
    return await _settle(request, writer, str(id), False, body.reason)


async def _settle(request: Request, writer: Writer, id: str, again: bool, reason: str) -> Item[Settled]:
    asked = Settled(state="release" if again else "skip", author=writer.who.email, reason=reason)
    async with backend.of(request).engine.connection() as conn, conn.transaction():
        try:
            await settle(conn, id, writer.who.tenant, again, asked.author, asked.reason)
        except NotDead as error:
            row = await (
                await conn.execute(
                    "select state, author, reason from streams.dead_letter where dead_id = %s and tenant = %s",
                    [id, writer.who.tenant],
                )
            ).fetchone()
            if row is None:
                raise missing("dead-letter", id) from error
            # The same request again gives the same answer, also after the consumer has done it.
            done = {"released": "release", "skipped": "skip"}.get(row[0], row[0])
            if (done, row[1], row[2]) != (asked.state, asked.author, asked.reason):
                raise Problem(
                    409, "NOT_PARKED", f"it is {row[0]}", remedy="only parked letters can be settled"
                ) from error
    return item(id, "dead-letter", asked)
