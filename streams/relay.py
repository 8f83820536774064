"""Publishes the outbox: in order, acknowledged, then deleted. One relay is active, others stand by on a lock."""

from __future__ import annotations

import asyncio

import structlog
from aiokafka.errors import KafkaError
from psycopg import AsyncConnection, OperationalError
from studio.contract import Encoded

from streams.settings import Settings
from streams.sink import LogSink

LOCK = 0x73747564  # any number, the same in every relay
BATCH = 500
log = structlog.get_logger()


async def drain(conn: AsyncConnection, sink: LogSink) -> int:
    """Publish what is queued and delete it after its acknowledgement; returns how many.

    Rows of one aggregate are queued under its head's row lock, so their numbers are in the order of their versions;
    numbers of different aggregates may commit out of order, which is why rows are taken as found, never by a cursor.
    """
    rows = await (
        await conn.execute("select n, topic, key, headers, body from gate.outbox order by n limit %s", [BATCH])
    ).fetchall()
    if rows:
        records = [Encoded(t, bytes(k), [(n, v.encode()) for n, v in h], bytes(b)) for _, t, k, h, b in rows]
        await sink.send(records)
        await conn.execute("delete from gate.outbox where n = any(%s)", [[row[0] for row in rows]])
    return len(rows)


async def run(settings: Settings) -> None:
    """Relay until cancelled; a lost server is waited for."""
    pause = 0.2
    while True:
        try:
            conn = await AsyncConnection.connect(settings.postgres_dsn, autocommit=True)
            async with conn, LogSink(settings) as sink:
                await conn.execute("select pg_advisory_lock(%s)", [LOCK])  # waits while another relay is active
                await conn.execute("listen outbox")
                log.info("relay_active")
                pause = 0.2
                while True:
                    if await drain(conn, sink) < BATCH:
                        async for _ in conn.notifies(timeout=1, stop_after=1):
                            pass
        except (OperationalError, KafkaError, OSError) as error:
            log.warning("relay_waits", error=str(error), seconds=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5)
