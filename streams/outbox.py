"""The outbox: records that wait, in the transaction that decided them, for the relay to publish them."""

from __future__ import annotations

from psycopg.types.json import Jsonb
from studio.contract import Encoded

from streams.database import Connection

DDL = """
create schema if not exists gate;
create table if not exists gate.outbox (
    n bigint generated always as identity primary key, topic text not null, key bytea not null,
    headers jsonb not null, body bytea not null, queued_at timestamptz not null default now());
"""


async def queue(conn: Connection, encoded: Encoded) -> None:
    """Put a record into the outbox; it is published after this transaction commits."""
    headers = Jsonb([[name, value.decode()] for name, value in encoded.headers])
    await conn.execute(
        "insert into gate.outbox (topic, key, headers, body) values (%s, %s, %s, %s)",
        [encoded.topic, encoded.key, headers, encoded.body],
    )
    await conn.execute("notify outbox")
