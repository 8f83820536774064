"""A room: deciders, processors and workers that belong together, and how they run in one process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from streams.blobs import Blobs
from streams.database import Pool, pool
from streams.decider import Decider
from streams.gate import Gate
from streams.processor import Processor, engine
from streams.settings import Settings
from streams.sink import LogSink
from streams.work import Worker, WorkLoop


@dataclass(frozen=True, slots=True)
class Runtime:
    """What effects need: shared by all rooms of a process."""

    settings: Settings
    pool: Pool
    sink: LogSink
    blobs: Blobs


@dataclass(frozen=True, slots=True)
class Room:
    """`build` gives the processors and workers; it is called once with the runtime of the process."""

    name: str
    deciders: tuple[Decider, ...]
    build: Callable[[Runtime], tuple[Sequence[Processor], Sequence[Worker]]]


@asynccontextmanager
async def runtime(settings: Settings, connections: int = 8) -> AsyncIterator[Runtime]:
    """Connect to Postgres, Kafka and S3; waits for nothing, so call it when they are up."""
    shared = pool(settings.postgres_dsn, "runtime", connections)
    await shared.open()
    try:
        async with LogSink(settings) as sink:
            yield Runtime(settings, shared, sink, Blobs(settings))
    finally:
        await shared.close()


async def run_rooms(run: Runtime, rooms: Sequence[Room]) -> None:
    """Run all processors and workers of these rooms until cancelled."""
    async with asyncio.TaskGroup() as group:
        for room in rooms:
            gate = Gate(run.pool, room.deciders)
            processors, workers = room.build(run)
            for processor in processors:
                group.create_task(engine(run.settings, run.pool, run.sink, gate, processor).run())
            for worker in workers:
                group.create_task(WorkLoop(run.settings, run.pool, run.sink, gate, worker).run())


async def run_room(settings: Settings, room: Room) -> None:
    """Run one room as a process of its own."""
    async with runtime(settings) as run:
        await run_rooms(run, [room])
