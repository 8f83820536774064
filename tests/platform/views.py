"""Projections of a test on the real log, beside those of other tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

from studio.contract import Event
from studio.contract.records import StepRecorded

from ops.local.session import Session
from projections import schema
from projections.catalogue import PROJECTIONS, Projection
from streams.database import Pool, pool
from streams.settings import Settings
from streams.sink import LogSink
from streams.source import LogSource
from streams.token import Token
from tests.story import Teller

SECONDS = 60.0


class World:
    """A tenant of its own on the shared log, and projections of its own version, so that tests do not meet."""

    def __init__(self, settings: Settings, engine: Pool, sink: LogSink) -> None:
        self.settings, self.engine, self.sink = settings, engine, sink
        self.tenant = f"t{uuid4().hex[:10]}"

    async def copies(self, *names: str) -> list[Projection]:
        """Copies of these projections that begin at offset zero."""
        version = uuid4().int % 10**8
        found = [replace(projection, version=version) for projection in PROJECTIONS if projection.name in names]
        async with self.engine.connection() as conn:
            for projection in found:
                await schema.build(conn, projection, projection.schema)
        return found

    async def value(self, query: str, *values: object) -> Any:
        async with self.engine.connection() as conn:
            row = await (await conn.execute(query.encode(), values)).fetchone()
        return row[0] if row else None

    async def until(self, query: str, expected: object, *values: object) -> None:
        async with asyncio.timeout(SECONDS):
            while (found := await self.value(query, *values)) != expected:
                await asyncio.sleep(0.05)
                assert found is None or expected is None or found <= expected or not isinstance(found, int), found

    async def caught_up(self, projection: Projection, token: Token) -> None:
        """Wait until a copy has passed the offsets of `token`."""
        query = "select next > %s from streams.position where consumer = %s and topic = %s and partition = %s"
        for place, offset in token.offsets.items():
            topic, _, partition = place.rpartition("-")
            if topic in projection.topics:
                await self.until(query, True, offset, projection.consumer, topic, int(partition))


@asynccontextmanager
async def world_of(session: Session) -> AsyncIterator[World]:
    # All are one replica, like a process that is started again: nobody waits until the one before counts as lost.
    settings = session.settings.model_copy(update={"dead_letters_in_a_row": 10**6})
    async with pool(settings.postgres_dsn, "test", 10) as engine, LogSink(settings) as sink:
        yield World(settings, engine, sink)


async def at_the_end(world: World, *projections: Projection) -> None:
    """Begin these copies at the ends of the log: streams told from then on are new to them."""
    for projection in projections:
        async with LogSource(world.settings, projection.topics) as source, world.engine.connection() as conn:
            for (topic, partition), end in source.ends.items():
                await conn.execute(
                    "insert into streams.position (consumer, topic, partition, next) values (%s, %s, %s, %s)",
                    [projection.consumer, topic, partition, end],
                )


def steps(tenant: str, runs: int, each: int) -> list[Event]:
    teller = Teller(tenant)
    for number in range(each):
        for run in range(runs):
            teller.fact(f"run-{run}", StepRecorded(run_id=f"run-{run}", phase="grpo", step=number, tokens=1))
    return teller.told


async def slowly(sink: LogSink, told: Sequence[Event]) -> None:
    for start in range(0, len(told), 50):
        await sink.publish(told[start : start + 50])
        await asyncio.sleep(0.1)
