"""How far each consumer is behind, from its stored positions: in records, and in seconds of event time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from prometheus_client import Gauge
from psycopg import AsyncConnection, OperationalError

from streams.kafka import consumer
from streams.settings import Settings

PERIOD = 5.0  # seconds between looks
BEHIND = Gauge("studio_consumer_behind_records", "Records that a consumer has not taken yet", ["consumer", "topic"])
SECONDS = Gauge("studio_consumer_lag_seconds", "Age of the last event taken, while records wait", ["consumer"])
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Position:
    """A stored position. following: the next offset. time: of the last event taken, Unix seconds; 0 for none."""

    consumer: str
    topic: str
    partition: int
    following: int
    time: float


@dataclass(frozen=True, slots=True)
class Lag:
    """records per topic that wait; seconds is 0 where none do."""

    records: Mapping[str, int]
    seconds: float


def lags(positions: Iterable[Position], ends: Mapping[tuple[str, int], int], now: float) -> dict[str, Lag]:
    """The lag of each consumer, given the end offset of each (topic, partition). Pure."""
    found: dict[str, tuple[dict[str, int], float]] = {}
    for position in positions:
        records, seconds = found.setdefault(position.consumer, ({}, 0.0))
        waiting = max(0, ends.get((position.topic, position.partition), 0) - position.following)
        records[position.topic] = records.get(position.topic, 0) + waiting
        if waiting and position.time:
            seconds = max(seconds, now - position.time)
        found[position.consumer] = (records, seconds)
    return {name: Lag(records, seconds) for name, (records, seconds) in found.items()}


async def watch(settings: Settings) -> None:
    """Keep the gauges current until cancelled; a server that is away leaves them as they are."""
    while True:
        try:
            await _look(settings)
        except (KafkaError, OperationalError, OSError) as error:
            log.warning("lag_unknown", error=str(error))
            await asyncio.sleep(PERIOD)


async def _look(settings: Settings) -> None:
    client = consumer(settings)
    await client.start()
    try:
        async with await AsyncConnection.connect(settings.postgres_dsn, autocommit=True) as conn:
            while True:
                rows = await conn.execute(
                    "select consumer, topic, partition, next, coalesce(extract(epoch from event_time), 0)::float8"
                    " from streams.position"
                )
                positions = [Position(*row) async for row in rows]
                places = {TopicPartition(position.topic, position.partition) for position in positions}
                ends = await client.end_offsets(list(places)) if places else {}
                known = {(tp.topic, tp.partition): end for tp, end in ends.items()}
                for name, lag in lags(positions, known, time.time()).items():
                    SECONDS.labels(name).set(lag.seconds)
                    for topic, waiting in lag.records.items():
                        BEHIND.labels(name, topic).set(waiting)
                await asyncio.sleep(PERIOD)
    finally:
        await client.stop()
