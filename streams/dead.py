"""Dead letters that keep per-key order: the poison event and all that follow it under its key wait together."""

from __future__ import annotations

import json
from collections.abc import Collection
from uuid import NAMESPACE_URL, UUID, uuid5

from psycopg.types.json import Json
from studio.contract import Event, derived_id, encode
from studio.contract.records import DeadLettered, DeadReleased, DeadSkipped

from streams import halt
from streams.database import Connection
from streams.intake import Raw
from streams.outbox import queue

DDL = """
create schema if not exists streams;
create table if not exists streams.dead_letter (
    dead_id uuid primary key, consumer text not null, tenant text not null, key text not null, topic text not null,
    partition int not null, "offset" bigint not null, code text not null, message text not null,
    headers json not null, body bytea, state text not null default 'parked', times int not null default 1,
    author text not null default '', reason text not null default '', created_at timestamptz not null default now());
create table if not exists streams.parked (
    n bigint generated always as identity primary key, consumer text not null, key text not null,
    topic text not null, partition int not null, "offset" bigint not null, headers json not null, body bytea,
    stamp bigint not null, unique (consumer, topic, partition, "offset"));
create index if not exists parked_key on streams.parked (consumer, key, n);
"""
EXCERPT = 64 * 1024  # bytes of the body that the event carries; the table keeps all of it


class NotDead(LookupError):
    """No such dead letter, or it is no longer parked."""


def lane(raw: Raw) -> str:
    """The key under which later records wait; a record without a key holds up nobody."""
    return raw.key or f"?{raw.topic}/{raw.partition}/{raw.offset}"


async def parked_lanes(conn: Connection, consumer: str, lanes: Collection[str]) -> set[str]:
    """Which of these keys have something waiting."""
    rows = await conn.execute(
        "select distinct key from streams.parked where consumer = %s and key = any(%s)", [consumer, list(lanes)]
    )
    return {row[0] async for row in rows}


async def hold(conn: Connection, consumer: str, raw: Raw) -> None:
    """Queue a record behind its dead letter."""
    await conn.execute(
        'insert into streams.parked (consumer, key, topic, partition, "offset", headers, body, stamp)'
        " values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        [consumer, lane(raw), raw.topic, raw.partition, raw.offset, _headers(raw), raw.body, raw.timestamp],
    )


async def bury(conn: Connection, consumer: str, raw: Raw, code: str, message: str) -> UUID:
    """Record a poison event and hold it, so that its key is parked. Again for the same record: counted, not doubled."""
    dead_id = uuid5(NAMESPACE_URL, f"{consumer}|{raw.topic}|{raw.partition}|{raw.offset}")
    named = dict(raw.headers).get("ce_tenant", b"").decode(errors="replace").replace("\0", "\ufffd")
    tenant = named or raw.key.split("/")[0]
    message = message.replace("\0", "\ufffd")[:4000]
    row = await (
        await conn.execute(
            'insert into streams.dead_letter (dead_id, consumer, tenant, key, topic, partition, "offset", code,'
            " message, headers, body) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
            " on conflict (dead_id) do update set"
            " state = 'parked', times = streams.dead_letter.times + 1, code = excluded.code, message = excluded.message"
            " returning times",
            [dead_id, consumer, tenant, lane(raw), raw.topic, raw.partition, raw.offset, code, message]
            + [_headers(raw), raw.body],
        )
    ).fetchone()
    await hold(conn, consumer, raw)
    record = DeadLettered(
        dead_id=str(dead_id),
        consumer=consumer,
        topic=raw.topic,
        partition=raw.partition,
        offset=raw.offset,
        key=raw.key,
        code=code,
        message=message,
        headers=json.dumps(_pairs(raw)),
        body=(raw.body or b"")[:EXCERPT],
    )
    safe = tenant.replace("/", "_") or "-"
    event = Event(data=record, tenant=safe, subject=str(dead_id), id=derived_id(dead_id, row[0] if row else 1))
    await queue(conn, encode(event))
    return dead_id


async def settle(conn: Connection, dead_id: str, tenant: str | None, release: bool, author: str, reason: str) -> None:
    """Ask for a parked letter to be offered again (`release`) or left out (skip); its consumer does it within a second.

    Args:
        tenant: whose letter it must be; None for an operator.

    Raises:
        NotDead: there is no such parked letter.
    """
    row = await (
        await conn.execute(
            "update streams.dead_letter set state = %s, author = %s, reason = %s"
            " where dead_id = %s and state = 'parked' and (%s::text is null or tenant = %s)"
            " returning consumer, tenant, times",
            ["release" if release else "skip", author, reason, dead_id, tenant, tenant],
        )
    ).fetchone()
    if row is None:
        raise NotDead(f"no parked dead letter {dead_id}")
    consumer, owner, times = row
    kind = DeadReleased if release else DeadSkipped
    record = kind(dead_id=dead_id, consumer=consumer, author=author, reason=reason)
    await halt.resume(conn, consumer)
    event_id = derived_id(UUID(dead_id), f"settled {times}")
    await queue(conn, encode(Event(data=record, tenant=owner.replace("/", "_") or "-", subject=dead_id, id=event_id)))


async def asked(conn: Connection, consumer: str) -> tuple[UUID, str, bool] | None:
    """A letter that is to be settled: (dead id, key, whether it is to be skipped)."""
    row = await (
        await conn.execute(
            "select dead_id, key, state = 'skip' from streams.dead_letter"
            " where consumer = %s and state in ('release', 'skip') order by created_at limit 1",
            [consumer],
        )
    ).fetchone()
    return (row[0], row[1], row[2]) if row else None


async def waiting(conn: Connection, consumer: str, key: str, limit: int = 1) -> list[tuple[int, Raw]]:
    """The oldest records that wait under `key`."""
    rows = await conn.execute(
        'select n, topic, partition, "offset", headers, body, stamp from streams.parked'
        " where consumer = %s and key = %s order by n limit %s",
        [consumer, key, limit],
    )
    return [
        (n, Raw(topic, part, offset, key, tuple((a, b.encode("latin-1")) for a, b in headers), body, stamp))
        async for n, topic, part, offset, headers, body, stamp in rows
    ]


def _pairs(raw: Raw) -> list[list[str]]:
    return [[name, value.decode("latin-1")] for name, value in raw.headers]


def _headers(raw: Raw) -> Json:
    return Json(_pairs(raw))  # json, not jsonb: a header may hold NUL
