"""The feed as Postgres has it, read as the role that row-level security holds to one tenant."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from psycopg import OperationalError
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool

from api.feed.filter import Filter
from api.feed.frames import COLUMNS, Frame, frame
from streams.database import Connection, Pool

PAGE = 200  # frames
REACH = 20_000  # numbers that one page looks through for a filter that the table has no index for
MOST_SUBJECTS = 500  # of a snapshot
PATIENCE = 10.0  # seconds
AT_ONCE = 3  # pages being read
BIND = "select set_config('app.tenant', %s, false)"
ROW = f"e.number, {', '.join(f'e.{name}' for name in COLUMNS)}, e.data::text"
# One statement, so that identity, head, floor and rows are of one moment.
PLACE = """with place as materialized (
    select left(i.feed_id::text, 8) as feed, coalesce(h.number, 0) as head, coalesce(h.floor, 0) as floor
    from read.feed_identity i left join read.feed_head h on true)
select p.feed, p.head, p.floor, found.* from place p left join lateral ("""


@dataclass(frozen=True, slots=True)
class Page:
    """Entries after some number, in order. head: the newest number there is; those up to `floor` were deleted.

    upto: how far this page has looked; later entries may be there.
    """

    feed: str
    head: int
    floor: int
    upto: int
    frames: list[Frame]


class Table:
    """Reads pages, with connections of its own: they stay bound to a tenant, so that a page costs one round trip.

    Use as an async context manager. dsn: of the app's role.
    """

    def __init__(self, dsn: str) -> None:
        self._pool: Pool = AsyncConnectionPool(
            dsn, name="feed", min_size=1, max_size=AT_ONCE, open=False, timeout=PATIENCE, kwargs={"autocommit": True}
        )
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._bound: WeakKeyDictionary[Connection, str] = WeakKeyDictionary()

    async def __aenter__(self) -> Table:
        await self._pool.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pool.close()

    async def page(self, tenant: str, after: int, filter: Filter, most: int = PAGE) -> Page:
        """What comes after a number.

        Raises:
            OperationalError, TimeoutError: the database does not answer.
        """
        where, values = filter.condition()
        reach = 2**62 if filter.subjects else after + REACH
        found = f"""select {ROW} from read.entry e where number > %s and number <= least(p.head, %s){where}"""
        given: list[object] = [after, reach, *values]
        if filter.subjects:  # each aggregate in the order of its index, however many entries there are between
            found = f"""select f.* from unnest(%s::text[]) a cross join lateral (
                {found} and aggregate = a order by number limit %s) f"""
            given = [filter.aggregates, *given, most]
        query = f"{PLACE} {found} order by number limit %s) found on true order by number"
        rows = await self._rows(tenant, query, [*given, most])
        feed, head, floor = rows[0][:3]
        frames = [frame(feed, row[3:]) for row in rows if row[3] is not None]
        upto = frames[-1].number if len(frames) == most else min(head, reach)
        return Page(feed, head, floor, upto, frames)

    async def newest(self, tenant: str, filter: Filter) -> Page:
        """The newest decision of each subject that has one, oldest first; one more than MOST_SUBJECTS where there are.

        Raises:
            OperationalError, TimeoutError: the database does not answer.
        """
        where, values = filter.condition()
        if filter.subjects:
            where, values = f"{where} and aggregate = any(%s)", [*values, filter.aggregates]
        query = f"""{PLACE}
            select * from (
                select distinct on (topic, subject) {ROW} from read.entry e
                where version > 0 and number <= p.head{where} order by topic, subject, number desc) newest
            order by number desc limit {MOST_SUBJECTS + 1}) found on true order by number"""
        rows = await self._rows(tenant, query, list(values))
        feed, head, floor = rows[0][:3]
        return Page(feed, head, floor, head, [frame(feed, row[3:]) for row in rows if row[3] is not None])

    async def _rows(self, tenant: str, query: str, values: list[object]) -> list[TupleRow]:
        async with self._turns, asyncio.timeout(PATIENCE):
            try:
                return await self._read(tenant, query, values)
            except OperationalError:  # the server was restarted: the others are dead too
                await self._pool.check()
                return await self._read(tenant, query, values)

    async def _read(self, tenant: str, query: str, values: list[object]) -> list[TupleRow]:
        async with self._pool.connection() as conn:
            if self._bound.get(conn) != tenant:
                await conn.execute(BIND, [tenant])
                self._bound[conn] = tenant
            return await (await conn.execute(query.encode(), values)).fetchall()
