"""A projection built again from offset zero, up to the very position of the live one, and compared with it."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from psycopg import OperationalError
from studio.contract import Event, Undecodable

from projections import schema
from projections.catalogue import Projection
from projections.writer import write
from streams import positions
from streams.database import Connection, Pool
from streams.intake import Raw, Verdict, numbered, open_record, sort_out
from streams.settings import Settings
from streams.source import LogSource

Place = tuple[str, int]
SILENCE = 30.0  # seconds without a record before the end is given up
NAMED = 5  # differing keys that a report names per table


@dataclass(frozen=True, slots=True)
class Extent:
    """How far the live projection is: its next offset per partition, and which earlier records it has left out.

    parked: wait behind a dead letter. skipped: a person decided to leave them out, their number counts as seen.
    """

    next: dict[Place, int]
    parked: frozenset[tuple[str, int, int]]
    skipped: frozenset[tuple[str, int, int]]


async def extent(conn: Connection, consumer: str) -> Extent:
    """Read within one snapshot together with whatever it is compared to."""
    parked = await conn.execute('select topic, partition, "offset" from streams.parked where consumer = %s', [consumer])
    waiting = frozenset(await parked.fetchall())
    skipped = await conn.execute(
        'select topic, partition, "offset" from streams.dead_letter'
        " where consumer = %s and state in ('skip', 'skipped')",
        [consumer],
    )
    return Extent(await positions.load(conn, consumer), waiting, frozenset(await skipped.fetchall()) - waiting)


class Replay:
    """Builds `projection` in the schema `side` from the log."""

    def __init__(self, settings: Settings, pool: Pool, projection: Projection, side: str) -> None:
        self.settings, self.pool, self.projection, self.side = settings, pool, projection, side
        self.next: dict[Place, int] = {}
        self.seen: dict[str, tuple[int, int]] = {}
        self.events = 0
        self.cut: list[str] = []
        """Partitions whose beginning is no longer in the log."""
        self.problems: list[dict[str, Any]] = []
        """Records that the live projection took (or has not met) and the replay cannot take."""

    async def run(self, to: Extent, conn: Connection | None = None) -> None:
        """Go on up to `to`; in the transaction of `conn` where one is given.

        Raises:
            TimeoutError: the log does not hold what the live projection has read.
        """
        async with LogSource(self.settings, self.projection.topics, dict(self.next)) as source:
            if not self.next:
                self.cut = [f"{t}-{p}" for (t, p), first in source.next.items() if 0 < first < to.next.get((t, p), 0)]
            heard = time.monotonic()
            while any(source.next.get(place, 0) < end for place, end in to.next.items()):
                records = await source.poll()
                if records:
                    heard = time.monotonic()
                elif source.caught_up or time.monotonic() - heard > SILENCE:
                    break
                await self._take([r for r in records if r.offset < to.next.get((r.topic, r.partition), 0)], to, conn)
        missing = [f"{t}-{p}" for (t, p), end in to.next.items() if source.next.get((t, p), 0) < end]
        if missing:
            raise TimeoutError(f"{self.projection.name}: the log ends before its position in {', '.join(missing)}")
        self.next = dict(to.next)

    async def _take(self, records: Sequence[Raw], to: Extent, conn: Connection | None) -> None:
        events = self._judge(records, to)
        if not events:
            return
        if conn is not None:
            await self._write(conn, events)
            return
        async with self.pool.connection() as own, own.transaction():
            await own.execute("set local synchronous_commit = off")
            await self._write(own, events)

    def _judge(self, records: Sequence[Raw], to: Extent) -> list[Event]:
        """What the live projection took of these records; those it left out are left out, and only those."""
        events: list[Event] = []
        opened: list[tuple[Raw, Event | Undecodable]] = []
        for record in records:
            name = (record.topic, record.partition, record.offset)
            if name in to.parked:
                continue
            if name not in to.skipped:
                opened.append((record, open_record(record)))
            elif (place := numbered(record)) is not None:
                events += self._sort(opened)  # what came before it is judged before its number counts
                opened = []
                self.seen |= dict([place])
        return events + self._sort(opened)

    def _sort(self, opened: Sequence[tuple[Raw, Event | Undecodable]]) -> list[Event]:
        streams = {event.stream for _, event in opened if not isinstance(event, Undecodable)}
        verdicts, moved = sort_out(opened, {stream: self.seen[stream] for stream in streams & self.seen.keys()})
        self.seen |= moved
        for verdict in verdicts:
            if verdict.verdict is Verdict.POISON:
                self._problem(verdict.raw, verdict.code, verdict.message)
        return [v.event for v in verdicts if v.verdict is Verdict.TAKE and v.event is not None]

    async def _write(self, conn: Connection, events: Sequence[Event]) -> None:
        self.events += len(events)
        try:
            async with conn.transaction():
                await write(conn, self.projection.tables, self.side, self.projection.rows(events))
            return
        except OperationalError:
            raise
        except Exception as error:
            if len(events) == 1:
                event = events[0]
                self.problems.append({"stream": event.stream, "event": str(event.id), "code": "HANDLER_FAILED"})
                self.problems[-1]["message"] = f"{type(error).__name__}: {error}"
                return
        self.events -= len(events)
        for event in events:
            await self._write(conn, [event])

    def _problem(self, record: Raw, code: str, message: str) -> None:
        place = {"topic": record.topic, "partition": record.partition, "offset": record.offset, "key": record.key}
        self.problems.append({**place, "code": code, "message": message})


@dataclass(frozen=True, slots=True)
class Digest:
    """Rows of a table and the sum of their hashes, which does not depend on their order."""

    rows: int
    hash: str


async def digest(conn: Connection, place: str) -> Digest:
    row = await (
        await conn.execute(
            f"select count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text from {place} t".encode()
        )
    ).fetchone()
    assert row is not None
    return Digest(row[0], row[1])


async def differing(conn: Connection, other: Connection, projection: Projection, side: str) -> dict[str, list[str]]:
    """Per table the first keys whose rows are not the same: `conn` sees the live schema, `other` the side."""
    found: dict[str, list[str]] = defaultdict(list)
    for table in projection.tables:
        key = " || '/' || ".join(f"{name}::text" for name in table.keys)
        query = "select {} as key, hashtextextended(t::text, 0) from {}.{} t"
        live = await conn.execute(query.format(key, projection.schema, table.name).encode())
        rebuilt = await other.execute(query.format(key, side, table.name).encode())
        odd = set(await live.fetchall()) ^ set(await rebuilt.fetchall())
        found[table.name] = sorted({str(name) for name, _ in odd})[:NAMED]
    return found


async def compare(settings: Settings, pool: Pool, projection: Projection, keep: bool = False) -> dict[str, Any]:
    """Build a copy up to the live position and say whether every table is the same, row by row.

    One snapshot of Postgres gives position, what was left out, and the live rows; the projection runs on meanwhile.
    The copy stays in its schema where `keep` is set.

    Where retention has cut the log's beginning off (windows are kept for 30 days) a copy cannot be the same: `compared`
    is false then, and `equal` says nothing.

    Returns:
        JSON-able: projection, version, equal, compared, tables, position, events, left_out, problems, cut, seconds.
    """
    began, side = time.monotonic(), f"{projection.schema}_side"
    async with _snapshot(pool) as live:
        to = await extent(live, projection.consumer)
        before = {table.name: await digest(live, f"{projection.schema}.{table.name}") for table in projection.tables}
        await fresh(pool, projection, side)
        replay = Replay(settings, pool, projection, side)
        await replay.run(to)
        async with pool.connection() as conn:
            tables: dict[str, dict[str, Any]] = {}
            for table in projection.tables:
                now = await digest(conn, f"{side}.{table.name}")
                old = before[table.name]
                tables[table.name] = {"live": old.rows, "rebuilt": now.rows, "equal": old == now}
            if not all(found["equal"] for found in tables.values()):
                for name, keys in (await differing(live, conn, projection, side)).items():
                    tables[name]["differing"] = keys
    if not keep:
        async with pool.connection() as conn:
            await conn.execute(f"drop schema {side} cascade".encode())
    return {
        "projection": projection.name,
        "version": projection.version,
        "equal": bool(replay.cut) or (all(found["equal"] for found in tables.values()) and not replay.problems),
        "compared": not replay.cut,
        "tables": tables,
        "position": {f"{topic}-{partition}": end for (topic, partition), end in sorted(to.next.items())},
        "events": replay.events,
        "left_out": {"parked": len(to.parked), "skipped": len(to.skipped)},
        "problems": replay.problems[:NAMED],
        "cut": replay.cut,
        "seconds": round(time.monotonic() - began, 3),
    }


async def replace(settings: Settings, pool: Pool, projection: Projection, readers: str = schema.READERS) -> None:
    """Put a fresh copy in the place of the live tables; readers and the running projection see it from one commit on.

    The log is read twice: most of it while the live projection goes on, the rest while its tables are locked.
    """
    side, before = f"{projection.schema}_side", f"{projection.schema}_before"
    await fresh(pool, projection, side)
    async with pool.connection() as conn:
        to = await extent(conn, projection.consumer)
    replay = Replay(settings, pool, projection, side)
    await replay.run(to)
    async with pool.connection() as conn, conn.transaction():
        for table in projection.tables:
            await conn.execute(f"lock table {projection.schema}.{table.name} in share mode".encode())
        await conn.execute("select from streams.position where consumer = %s for update", [projection.consumer])
        final = await extent(conn, projection.consumer)
        if (final.parked, final.skipped) != (to.parked, to.skipped):  # these lie behind the position: begin again
            for table in projection.tables:
                await conn.execute(f"truncate {side}.{table.name}".encode())
            replay = Replay(settings, pool, projection, side)
        await replay.run(final, conn)
        await conn.execute(f"drop schema if exists {before} cascade".encode())
        await conn.execute(f"alter schema {projection.schema} rename to {before}".encode())
        await conn.execute(f"alter schema {side} rename to {projection.schema}".encode())
        if await schema.shown_version(conn, projection.name) == projection.version:
            await schema.show(conn, projection.name, projection.version, readers)


async def fresh(pool: Pool, projection: Projection, side: str) -> None:
    """An empty copy of the projection's tables."""
    async with pool.connection() as conn:
        await conn.execute(f"drop schema if exists {side} cascade".encode())
        await schema.build(conn, projection, side)


@asynccontextmanager
async def _snapshot(pool: Pool) -> AsyncIterator[Connection]:
    async with pool.connection() as conn, conn.transaction():
        await conn.execute("set transaction isolation level repeatable read, read only")
        yield conn
