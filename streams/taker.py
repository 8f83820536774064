"""Takes the records that it is given: effect, repeats, dead letters and position move in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from aiokafka.errors import KafkaError
from psycopg import OperationalError
from studio.contract import Event, Undecodable

from streams import dead, halt, positions
from streams.database import Connection, Pool
from streams.intake import Raw, Verdict, numbered, open_record, sort_out
from streams.outcome import Transient
from streams.settings import Settings

Commit = Callable[[Connection], Awaitable[None]]
Prepare = Callable[[Sequence[Event]], Awaitable[Commit]]
"""Does the work for events outside any transaction and returns what is to be written inside it."""

RETRIES = 5
log = structlog.get_logger()


class Poison(Exception):
    """One record of several cannot be taken: take them one by one."""


class Taker:
    """What a consumer does with records, wherever they come from.

    batch: at most so many records of one partition per transaction.
    """

    def __init__(
        self, settings: Settings, pool: Pool, name: str, topics: Sequence[str], prepare: Prepare, batch: int = 1
    ) -> None:
        self.settings, self.pool, self.name, self.topics = settings, pool, name, tuple(topics)
        self.prepare, self.batch = prepare, batch
        self.next: dict[tuple[str, int], int | None] = {}  # stored positions of the partitions held
        self.row = 0  # dead letters without a good record between them
        self.open: Callable[[Raw], Event | Undecodable] = open_record

    async def take(self, records: Sequence[Raw]) -> None:
        """Apply records of one partition and move its position past them; poison goes to dead letters."""
        try:
            await self._patiently(records)
            return
        except Poison as poison:
            problem: Exception = poison
        except Exception as error:
            if isinstance(error, KafkaError | OperationalError | positions.Fenced | OSError):
                raise
            problem = error
        if len(records) > 1:
            for record in records:
                await self.take([record])
            return
        log.error(
            "dead_letter", consumer=self.name, topic=records[0].topic, offset=records[0].offset, error=str(problem)
        )
        code = "HANDLER_FAILED" if not isinstance(problem, Poison) else str(problem.args[0])
        text = f"{type(problem).__name__}: {problem}" if code == "HANDLER_FAILED" else str(problem.args[1])
        async with self.pool.connection() as conn, conn.transaction():
            await dead.bury(conn, self.name, records[0], code, text)
            await self._move(conn, records)
        self._advance(records)
        await self._count_dead()

    async def _patiently(self, records: Sequence[Raw]) -> None:
        for attempt in range(RETRIES):
            try:
                await self._apply(records)
                return
            except Transient as error:
                if attempt == RETRIES - 1:
                    raise
                log.warning("transient", consumer=self.name, attempt=attempt, error=str(error))
                await asyncio.sleep(min(0.2 * 2**attempt, 5))

    async def _apply(self, records: Sequence[Raw], held: int | None = None) -> None:
        """`held`: the number of the parked row that `records` came from; the position does not move then."""
        opened = [(record, self.open(record)) for record in records]
        async with self.pool.connection() as conn:
            parked = set() if held else await dead.parked_lanes(conn, self.name, {dead.lane(r) for r in records})
            streams = {event.stream for _, event in opened if not isinstance(event, Undecodable)}
            seen = await positions.load_seen(conn, self.name, list(streams))
        behind = [record for record in records if dead.lane(record) in parked]
        verdicts, moved = sort_out([pair for pair in opened if dead.lane(pair[0]) not in parked], seen)
        for verdict in verdicts:
            if verdict.verdict is Verdict.POISON:
                raise Poison(verdict.code, verdict.message)
            if verdict.verdict is Verdict.STALE:
                log.warning("stale_writer", consumer=self.name, stream=verdict.event and verdict.event.stream)
        events = [v.event for v in verdicts if v.verdict is Verdict.TAKE and v.event is not None]
        commit = await self.prepare(events) if events else None
        async with self.pool.connection() as conn, conn.transaction():
            for record in behind:
                if not await dead.waiting(conn, self.name, dead.lane(record)):
                    raise Transient("the key was released meanwhile")
                await dead.hold(conn, self.name, record)
            if commit is not None:
                await commit(conn)
            await positions.store_seen(conn, self.name, moved)
            if held:
                await conn.execute("delete from streams.parked where n = %s", [held])
            else:
                await self._move(conn, records, events)
        if not held:
            self._advance(records)
        if events:
            self.row = 0

    async def _move(self, conn: Connection, records: Sequence[Raw], events: Sequence[Event] = ()) -> None:
        last = records[-1]
        place = (last.topic, last.partition)
        if place not in self.next:
            raise positions.Fenced(f"{self.name}: {place} was revoked")
        time = events[-1].time if events else None
        await positions.move(conn, self.name, *place, self.next[place], last.offset + 1, time)

    def _advance(self, records: Sequence[Raw]) -> None:
        last = records[-1]
        if (last.topic, last.partition) in self.next:
            self.next[last.topic, last.partition] = last.offset + 1

    async def _settle(self) -> None:
        """Offer released keys again, drop skipped letters; what fails again parks again."""
        async with self.pool.connection() as conn:
            letter = await dead.asked(conn, self.name)
        if letter is None:
            return
        dead_id, key, skip = letter
        async with self.pool.connection() as conn:
            if skip:
                await self._drop(conn, key)
        state = "skipped" if skip else "released"
        while True:
            async with self.pool.connection() as conn:
                rows = await dead.waiting(conn, self.name, key)
                if not rows:
                    break
            number, record = rows[0]
            try:
                await self._apply([record], held=number)
            except (KafkaError, OperationalError, OSError):
                raise
            except Exception as error:
                code, text = error.args if isinstance(error, Poison) else ("HANDLER_FAILED", str(error))
                async with self.pool.connection() as conn, conn.transaction():
                    await self._mark(conn, dead_id, state)
                    await dead.bury(conn, self.name, record, code, text)
                return
        async with self.pool.connection() as conn:
            await self._mark(conn, dead_id, state)

    async def _drop(self, conn: Connection, key: str) -> None:
        """Leave out the poison itself; its number in the stream counts as seen, so that the next one follows."""
        for number, record in await dead.waiting(conn, self.name, key):
            if (place := numbered(record)) is not None:
                await positions.store_seen(conn, self.name, dict([place]))
            await conn.execute("delete from streams.parked where n = %s", [number])

    async def _mark(self, conn: Connection, dead_id: Any, state: str) -> None:
        await conn.execute("update streams.dead_letter set state = %s where dead_id = %s", [state, dead_id])

    async def _count_dead(self) -> None:
        self.row += 1
        if self.row < self.settings.dead_letters_in_a_row:
            return
        reason = (
            f"{self.row} dead letters in a row: the fault is probably not in the events. "
            "Mend it, then `studio dead release ID`; nothing was lost."
        )
        log.error("consumer_stopped", consumer=self.name, reason=reason)
        async with self.pool.connection() as conn:
            await halt.halt(conn, self.name, reason)
        await self._running()

    async def _running(self) -> None:
        """Wait while this consumer is stopped; a release or a skip starts it again."""
        while True:
            async with self.pool.connection() as conn:
                halted = await halt.halted(conn, [self.name])
            if not halted:
                self.row = 0
                return
            await asyncio.sleep(1)
