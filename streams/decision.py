"""The answer to a command, and how the same answer is given again to one that comes under the same idempotency key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from streams.database import Connection
from streams.decider import Refused

DDL = """
create schema if not exists gate;
create table if not exists gate.answer (
    tenant text not null, key text not null, command_hash text not null, answer jsonb not null,
    created_at timestamptz not null default now(), primary key (tenant, key));
"""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to a command: what happened, where the aggregate is now, and the token that reads can wait for."""

    kind: str
    id: str
    version: int
    events: tuple[tuple[str, dict[str, Any]], ...]
    token: str
    repeated: bool = False


async def recall(conn: Connection, tenant: str, key: str, command_hash: str) -> Decision | None:
    """What was answered under this key; until the transaction ends nobody else answers under it.

    Raises:
        Refused: KEY_REUSED; the key came with another command.
    """
    await conn.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{tenant}/{key}"])
    row = await (
        await conn.execute("select command_hash, answer from gate.answer where tenant = %s and key = %s", [tenant, key])
    ).fetchone()
    if row is None:
        return None
    if row[0] != command_hash:
        raise Refused(
            "KEY_REUSED",
            "this idempotency key came with another command before",
            "Idempotency-Key",
            "send a new key",
        )
    kind, id, version, events, token = row[1]
    return Decision(kind, id, version, tuple((name, data) for name, data in events), token, repeated=True)


async def remember(conn: Connection, tenant: str, key: str, command_hash: str, answer: Decision) -> None:
    """Keep an answer under its key."""
    await conn.execute(
        "insert into gate.answer (tenant, key, command_hash, answer) values (%s, %s, %s, %s)",
        [tenant, key, command_hash, Jsonb([answer.kind, answer.id, answer.version, answer.events, answer.token])],
    )
