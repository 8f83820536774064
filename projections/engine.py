"""Runs all projections: one reader of the log, and for each projection one transaction per batch."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from prometheus_client import Counter, Histogram
from psycopg import sql
from studio.contract import Event

from projections import numbers
from projections.catalogue import PROJECTIONS, Projection
from projections.member import Member
from projections.reader import BATCH, Reader
from projections.writer import statements
from streams.database import Connection, Pool, pool
from streams.room import Runtime
from streams.settings import Settings
from streams.taker import Commit

CHANNEL = "projection"
CONNECTIONS = 6
EVENTS = Counter("studio_projection_events", "Events written into a projection", ["projection"])
AGE = Histogram("studio_projection_age_seconds", "Age of a batch's newest event when it is written", ["projection"])


def member(settings: Settings, pool: Pool, projection: Projection) -> Member:
    """The consumer of one projection."""
    notify = sql.SQL("select pg_notify({}, {})").format(sql.Literal(CHANNEL), sql.Literal(projection.name))
    counted, age = EVENTS.labels(projection.name), AGE.labels(projection.name)

    async def prepare(events: Sequence[Event]) -> Commit:
        made = statements(projection.tables, projection.schema, projection.rows(events))

        async def commit(conn: Connection) -> None:
            for query, columns in made:
                done = await conn.execute(query, columns)
                if done.description:  # numbered rows: how far each tenant is now
                    await numbers.tell(conn, await done.fetchall())
            await conn.execute(notify)  # delivered when the transaction commits
            counted.inc(len(events))
            age.observe(max((datetime.now(UTC) - events[-1].time).total_seconds(), 0))

        return commit

    return Member(settings, pool, projection.consumer, projection.topics, prepare, BATCH)


async def follow(settings: Settings, pool: Pool, projections: Sequence[Projection] = PROJECTIONS) -> None:
    """Keep `projections` up to date until cancelled."""
    async with asyncio.TaskGroup() as group:
        group.create_task(Reader(settings, [member(settings, pool, projection) for projection in projections]).run())
        for projection in projections:
            if (table := projection.numbered) is not None:
                group.create_task(numbers.keep_short(pool, projection.schema, table, settings.feed_keep))


async def run_all(run: Runtime) -> None:
    """All projections with the connections of a process that does other things too."""
    await follow(run.settings, run.pool)


async def run(settings: Settings) -> None:
    """All projections with connections of their own."""
    shared = pool(settings.postgres_dsn, "projections", CONNECTIONS)
    await shared.open()
    try:
        await follow(settings, shared)
    finally:
        await shared.close()
