"""The truth about progress: each consumer's next offset, moved in the transaction of its effect."""

from __future__ import annotations

from collections.abc import Sequence

from streams.database import Connection

DDL = """
create schema if not exists streams;
create table if not exists streams.position (
    consumer text not null, topic text not null, partition int not null, next bigint not null,
    moved_at timestamptz not null default now(), event_time timestamptz,
    primary key (consumer, topic, partition));
create table if not exists streams.seen (
    consumer text not null, stream text not null, epoch bigint not null, seq bigint not null,
    primary key (consumer, stream));
"""


class Fenced(Exception):
    """Somebody else moved this position: roll back, seek to the stored offset, go on."""


async def load(conn: Connection, consumer: str) -> dict[tuple[str, int], int]:
    """The stored next offset per (topic, partition)."""
    rows = await conn.execute("select topic, partition, next from streams.position where consumer = %s", [consumer])
    return {(topic, partition): following async for topic, partition, following in rows}


async def move(
    conn: Connection,
    consumer: str,
    topic: str,
    partition: int,
    expected: int | None,
    following: int,
    time: object = None,
) -> None:
    """Store `following` where `expected` is stored; None stands for "no row yet".

    Raises:
        Fenced: another holder of the partition was faster.
    """
    if expected is None:
        done = await conn.execute(
            "insert into streams.position (consumer, topic, partition, next, event_time) values (%s, %s, %s, %s, %s)"
            " on conflict do nothing",
            [consumer, topic, partition, following, time],
        )
    else:
        done = await conn.execute(
            "update streams.position set next = %s, moved_at = now(), event_time = coalesce(%s, event_time)"
            " where consumer = %s and topic = %s and partition = %s and next = %s",
            [following, time, consumer, topic, partition, expected],
        )
    if done.rowcount != 1:
        raise Fenced(f"{consumer}: position of {topic}-{partition} is no longer {expected}")


async def load_seen(conn: Connection, consumer: str, streams: Sequence[str]) -> dict[str, tuple[int, int]]:
    """How far `consumer` is in each of these streams: (epoch, seq)."""
    rows = await conn.execute(
        "select stream, epoch, seq from streams.seen where consumer = %s and stream = any(%s)",
        [consumer, list(streams)],
    )
    return {stream: (epoch, seq) async for stream, epoch, seq in rows}


async def store_seen(conn: Connection, consumer: str, seen: dict[str, tuple[int, int]]) -> None:
    """Remember how far `consumer` is."""
    if seen:
        await conn.execute(
            "insert into streams.seen select %s, * from unnest(%s::text[], %s::bigint[], %s::bigint[])"
            " on conflict (consumer, stream) do update set epoch = excluded.epoch, seq = excluded.seq",
            [consumer, list(seen), [e for e, _ in seen.values()], [s for _, s in seen.values()]],
        )
