"""A consumer of a test whose effect is one row per event, and facts for it to take."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from uuid import uuid4

from studio.contract import Event
from studio.contract.records import StepRecorded

from streams import positions
from streams.consumer import Consumer
from streams.database import Connection
from streams.room import Runtime
from streams.settings import Settings
from streams.source import LogSource
from streams.taker import Commit


async def until(check: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
    """Wait for `check`; when it never comes, show where every task stands."""
    try:
        async with asyncio.timeout(seconds):
            while not await check():  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    except TimeoutError:
        for task in asyncio.all_tasks():
            task.print_stack()
        raise


class Ledger:
    """A consumer whose effect is one row per event, so that a loss or a double shows."""

    def __init__(self, run: Runtime, topics: Sequence[str], batch: int, bad: Callable[[Event], bool] = lambda e: False):
        self.name = f"ledger-{uuid4().hex[:8]}"
        self.run_, self.topics, self.batch, self.bad = run, topics, batch, bad

    def consumer(self, settings: Settings | None = None) -> Consumer:
        async def prepare(events: Sequence[Event]) -> Commit:
            if any(self.bad(event) for event in events):
                raise ValueError("this one is bad")

            async def commit(conn: Connection) -> None:
                for event in events:
                    await conn.execute(
                        "insert into ledger (consumer, tenant, subject, seq) values (%s, %s, %s, %s)",
                        [self.name, event.tenant, event.subject, event.order[1]],
                    )

            return commit

        return Consumer(settings or self.run_.settings, self.run_.pool, self.name, self.topics, prepare, self.batch)

    async def from_here(self) -> None:
        """Begin at the end of the log as it is now: what other tests wrote is no matter of this one."""
        async with LogSource(self.run_.settings, self.topics) as source, self.run_.pool.connection() as conn:
            for place, end in source.ends.items():
                await positions.move(conn, self.name, *place, None, end, None)

    async def rows(self, tenant: str) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        async with self.run_.pool.connection() as conn:
            await conn.execute(
                "create table if not exists ledger (n bigserial, consumer text, tenant text, subject text, seq int)"
            )
            query = "select subject, seq from ledger where consumer = %s and tenant = %s order by n"
            for subject, seq in await (await conn.execute(query, [self.name, tenant])).fetchall():
                found.setdefault(subject, []).append(seq)
        return found


def steps(tenant: str, subject: str, numbers: Sequence[int], epoch: int = 1) -> list[Event]:
    data = [StepRecorded(run_id=subject, step=n) for n in numbers]
    return [
        Event(data=d, tenant=tenant, subject=subject, epoch=epoch, seq=n) for d, n in zip(data, numbers, strict=True)
    ]


async def parked(run: Runtime, ledger: Ledger, subject: str) -> int:
    """How many records wait under the key of `subject`."""
    async with run.pool.connection() as conn:
        query = "select count(*) from streams.parked where consumer = %s and key like %s"
        row = await (await conn.execute(query, [ledger.name, f"%/{subject}"])).fetchone()
    return int(row[0]) if row else 0


async def forget(run: Runtime) -> None:
    """Drop the progress of all ledgers: they would be told as consumers that are ever further behind."""
    async with run.pool.connection() as conn:
        await conn.execute("delete from streams.position where consumer like 'ledger-%'")
