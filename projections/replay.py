"""A projection built again from offset zero, up to the very position of the live one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import OperationalError
from studio.contract import Event, Undecodable

from projections.catalogue import Projection
from projections.writer import write
from streams import positions
from streams.database import Connection, Pool
from streams.intake import Raw, Verdict, numbered, open_record, sort_out
from streams.settings import Settings
from streams.source import LogSource

Place = tuple[str, int]
SILENCE = 30.0  # seconds without a record before the end is given up


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
