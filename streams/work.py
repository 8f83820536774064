"""Durable work items: claimed with a lease, retried with backoff, finished in the transaction of their outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from aiokafka.errors import KafkaError
from psycopg import AsyncConnection, OperationalError

from streams.cause import Cause
from streams.database import Pool
from streams.gate import Gate
from streams.outcome import Outcome, WorkItem, apply
from streams.settings import Settings
from streams.sink import LogSink

DDL = """
create schema if not exists streams;
create table if not exists streams.work (
    room text not null, id text not null, tenant text not null, payload jsonb not null,
    attempts int not null default 0, not_before timestamptz not null default now(), lease_until timestamptz,
    cause uuid, correlation uuid, traceparent text not null default '',
    error text not null default '', created_at timestamptz not null default clock_timestamp(),
    primary key (room, id));
create index if not exists work_ready on streams.work (room, not_before);
"""
CLAIM = """
with due as materialized (
    select room, id from streams.work where room = %(room)s and not_before <= now()
    and (lease_until is null or lease_until < now()) order by created_at limit 1 for update skip locked)
update streams.work w set attempts = attempts + 1, lease_until = now() + make_interval(secs => %(lease)s)
from due where w.room = due.room and w.id = due.id
returning w.id, w.tenant, w.payload, w.attempts, w.cause, w.correlation, w.traceparent
"""
# Materialized: as a plain subquery it may be run once per row of the outer scan, and would lease more than one item.
log = structlog.get_logger()


class LeaseTaken(Exception):
    """The lease ran out and somebody else has the item: this result is thrown away."""


@dataclass(frozen=True, slots=True)
class Worker:
    """How a room does its items.

    work: item -> outcome. failed: item, error -> outcome, after `attempts` tries or at once for `permanent` errors.
    """

    room: str
    work: Callable[[WorkItem], Awaitable[Outcome]]
    failed: Callable[[WorkItem, Exception], Awaitable[Outcome]]
    permanent: tuple[type[Exception], ...] = ()
    attempts: int = 5
    parallel: int = 1
    lease: float = 30.0
    """Seconds; renewed while the item runs."""


class WorkLoop:
    """Runs one room's items in this process; any number of processes may do so at once."""

    def __init__(self, settings: Settings, pool: Pool, sink: LogSink, gate: Gate, worker: Worker) -> None:
        self.settings, self.pool, self.sink, self.gate, self.worker = settings, pool, sink, gate, worker

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self.worker.parallel):
                group.create_task(self._lane())

    async def _lane(self) -> None:
        pause = 0.2
        while True:
            try:
                async with await AsyncConnection.connect(self.settings.postgres_dsn, autocommit=True) as listening:
                    await listening.execute("listen work")
                    pause = 0.2
                    while True:
                        if not await self.step():
                            async for _ in listening.notifies(timeout=1, stop_after=1):
                                pass
            except (OperationalError, KafkaError, OSError) as error:
                log.warning("work_waits", room=self.worker.room, error=str(error), seconds=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5)

    async def step(self) -> bool:
        """Do one item if there is one."""
        item = await self._claim()
        if item is None:
            return False
        try:
            outcome = await self._leased(item)
        except (OperationalError, KafkaError):
            raise
        except Exception as error:
            log.warning(
                "work_failed", room=item.room, id=item.id, attempt=item.attempt, error=str(error), exc_info=True
            )
            if not isinstance(error, self.worker.permanent) and item.attempt < self.worker.attempts:
                await self._later(item, error)
                return True
            outcome = await self.worker.failed(item, error)
        try:
            await self._finish(item, outcome)
        except LeaseTaken:
            log.warning("work_lease_taken", room=item.room, id=item.id)
        return True

    async def _claim(self) -> WorkItem | None:
        async with self.pool.connection() as conn:
            row = await (await conn.execute(CLAIM, {"room": self.worker.room, "lease": self.worker.lease})).fetchone()
        if row is None:
            return None
        cause = Cause(*row[4:7]) if row[4] else None
        return WorkItem(self.worker.room, row[0], row[1], row[2], row[3], cause)

    async def _leased(self, item: WorkItem) -> Outcome:
        renewing = asyncio.create_task(self._renew(item))
        try:
            return await self.worker.work(item)
        finally:
            renewing.cancel()

    async def _renew(self, item: WorkItem) -> None:
        while True:
            await asyncio.sleep(self.worker.lease / 3)
            try:
                async with self.pool.connection() as conn:
                    await conn.execute(
                        "update streams.work set lease_until = now() + make_interval(secs => %s)"
                        " where room = %s and id = %s and attempts = %s",
                        [self.worker.lease, item.room, item.id, item.attempt],
                    )
            except OperationalError as error:
                log.warning("lease_not_renewed", room=item.room, id=item.id, error=str(error))

    async def _later(self, item: WorkItem, error: Exception) -> None:
        async with self.pool.connection() as conn:
            await conn.execute(
                "update streams.work set lease_until = null, error = %s, not_before = now() + make_interval(secs => %s)"
                " where room = %s and id = %s and attempts = %s",
                [str(error)[:1000], min(0.5 * 2**item.attempt, 30), item.room, item.id, item.attempt],
            )

    async def _finish(self, item: WorkItem, outcome: Outcome) -> None:
        cause = item.cause
        await self.sink.publish([cause.link(fact) for fact in outcome.facts] if cause else outcome.facts)
        async with self.pool.connection() as conn, conn.transaction():
            done = await conn.execute(
                "delete from streams.work where room = %s and id = %s and attempts = %s",
                [item.room, item.id, item.attempt],
            )
            if done.rowcount != 1:
                raise LeaseTaken(item.id)
            await apply(conn, outcome, self.gate, item.tenant, f"{item.room}/{item.id}", cause)
