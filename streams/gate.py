"""The gate: every decision passes here, one Postgres transaction each.

Move the aggregate's head where its version is the expected one, remember the idempotency key with its answer, queue
the events. The relay publishes the queue; the gate itself never talks to Kafka.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4, uuid5

from psycopg.types.json import Jsonb
from studio.contract import Encoded, Event, child_trace, encode, new_trace, to_dict

from streams.cause import Cause
from streams.database import Connection, Pool
from streams.decider import Decider, Refused, state_hash
from streams.token import Token

DDL = """
create schema if not exists gate;
create table if not exists gate.head (
    tenant text not null, kind text not null, id text not null, version bigint not null,
    state jsonb not null, state_hash text not null, primary key (tenant, kind, id));
create table if not exists gate.answer (
    tenant text not null, key text not null, command_hash text not null, answer jsonb not null,
    created_at timestamptz not null default now(), primary key (tenant, key));
create table if not exists gate.outbox (
    n bigint generated always as identity primary key, topic text not null, key bytea not null,
    headers jsonb not null, body bytea not null, queued_at timestamptz not null default now());
"""
KEYS = uuid5(UUID(int=0), "studio/idempotency-key")


class Conflict(Refused):
    """The aggregate moved on; `version` is where it is now."""

    def __init__(self, kind: str, id: str, expected: int | None, version: int) -> None:
        super().__init__(
            "CONFLICT", f"{kind} {id} is at version {version}, not {expected}", "version", "read it again and repeat"
        )
        self.version = version


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to a command: what happened, where the aggregate is now, and the token that reads can wait for."""

    kind: str
    id: str
    version: int
    events: tuple[tuple[str, dict[str, Any]], ...]
    token: str
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Do:
    """A command for the gate."""

    kind: str
    id: str
    command: Any


class Gate:
    """Handles commands for the kinds whose deciders it was given."""

    def __init__(self, pool: Pool, deciders: Iterable[Decider]) -> None:
        self.pool = pool
        self.deciders = {decider.kind: decider for decider in deciders}

    async def handle(
        self,
        tenant: str,
        do: Do,
        *,
        conn: Connection | None = None,
        idempotency_key: str = "",
        expected_version: int | None = None,
        cause: Cause | None = None,
        traceparent: str = "",
    ) -> Decision:
        """Decide and queue the events.

        Args:
            conn: a transaction to take part in; without it a transaction of its own.
            idempotency_key: the same key gives the same answer; with another command it is refused.
            expected_version: of the aggregate before the command; None takes whatever is there.
            cause: the event that led to this command.

        Raises:
            Conflict: the aggregate is at another version.
            Refused: the command is not valid in this state; KEY_REUSED where the key came with another command.
        """
        if conn is not None:
            return await self._decide(conn, tenant, do, idempotency_key, expected_version, cause, traceparent)
        for attempt in range(5):
            try:
                async with self.pool.connection() as own, own.transaction():
                    return await self._decide(own, tenant, do, idempotency_key, expected_version, cause, traceparent)
            except Conflict:
                if expected_version is not None or attempt == 4:
                    raise
        raise AssertionError("unreachable")

    async def _decide(
        self,
        conn: Connection,
        tenant: str,
        do: Do,
        key: str,
        expected: int | None,
        cause: Cause | None,
        traceparent: str,
    ) -> Decision:
        decider = self.deciders[do.kind]
        command_hash = hashlib.sha256(f"{do!r}".encode()).hexdigest()
        if key and (known := await self._known(conn, tenant, key, command_hash)):
            return known
        row = await (
            await conn.execute(
                "select version, state from gate.head where tenant = %s and kind = %s and id = %s",
                [tenant, do.kind, do.id],
            )
        ).fetchone()
        version, state = (row[0], decider.load(row[1])) if row else (0, decider.initial)
        if expected is not None and expected != version:
            raise Conflict(do.kind, do.id, expected, version)
        records = list(decider.decide(state, do.command))
        stored = decider.dump(decider.fold(state, records))
        if records:
            await self._move(conn, tenant, do, version, version + len(records), stored)
        origin = uuid5(KEYS, f"{tenant}/{key}") if key else uuid4()
        trace = child_trace(cause.traceparent) if cause else traceparent or new_trace()
        for step, record in enumerate(records, start=1):
            event = Event(
                data=record,
                tenant=tenant,
                subject=do.id,
                id=uuid5(origin, str(step)),
                version=version + step,
                correlation_id=cause.correlation if cause else origin,
                causation_id=cause.id if cause else None,
                traceparent=trace,
            )
            await queue(conn, encode(event))
        now = version + len(records)
        token = Token(heads={f"{decider.topic}|{tenant}|{do.id}": now}).text()
        answer = Decision(do.kind, do.id, now, tuple((type(r).__name__, to_dict(r)) for r in records), token)
        if key:
            await conn.execute(
                "insert into gate.answer (tenant, key, command_hash, answer) values (%s, %s, %s, %s)",
                [tenant, key, command_hash, Jsonb([do.kind, do.id, answer.version, answer.events, answer.token])],
            )
        return answer

    async def _known(self, conn: Connection, tenant: str, key: str, command_hash: str) -> Decision | None:
        await conn.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{tenant}/{key}"])
        row = await (
            await conn.execute(
                "select command_hash, answer from gate.answer where tenant = %s and key = %s", [tenant, key]
            )
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

    async def _move(
        self, conn: Connection, tenant: str, do: Do, version: int, following: int, stored: dict[str, Any]
    ) -> None:
        values = [following, Jsonb(stored), state_hash(stored), tenant, do.kind, do.id]
        if version:
            done = await conn.execute(
                "update gate.head set version = %s, state = %s, state_hash = %s"
                " where tenant = %s and kind = %s and id = %s and version = %s",
                [*values, version],
            )
        else:
            done = await conn.execute(
                "insert into gate.head (version, state, state_hash, tenant, kind, id) values (%s, %s, %s, %s, %s, %s)"
                " on conflict do nothing",
                values,
            )
        if done.rowcount != 1:
            row = await (
                await conn.execute(
                    "select version from gate.head where tenant = %s and kind = %s and id = %s",
                    [tenant, do.kind, do.id],
                )
            ).fetchone()
            raise Conflict(do.kind, do.id, version, row[0] if row else 0)

    async def state(self, tenant: str, kind: str, id: str) -> tuple[int, Any]:
        """Version and folded state of an aggregate; version 0 where there is none."""
        async with self.pool.connection() as conn:
            row = await (
                await conn.execute(
                    "select version, state from gate.head where tenant = %s and kind = %s and id = %s",
                    [tenant, kind, id],
                )
            ).fetchone()
        decider = self.deciders[kind]
        return (row[0], decider.load(row[1])) if row else (0, decider.initial)


async def queue(conn: Connection, encoded: Encoded) -> None:
    """Put a record into the outbox; it is published after this transaction commits."""
    headers = Jsonb([[name, value.decode()] for name, value in encoded.headers])
    await conn.execute(
        "insert into gate.outbox (topic, key, headers, body) values (%s, %s, %s, %s)",
        [encoded.topic, encoded.key, headers, encoded.body],
    )
    await conn.execute("notify outbox")
