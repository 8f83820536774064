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
from studio.contract import Event, child_trace, encode, new_trace, to_dict

from streams.cause import Cause
from streams.database import Connection, Pool
from streams.decider import Decider, Refused, state_hash
from streams.decision import Decision, recall, remember
from streams.outbox import queue
from streams.token import Token

DDL = """
create schema if not exists gate;
create table if not exists gate.head (
    tenant text not null, kind text not null, id text not null, version bigint not null,
    state jsonb not null, state_hash text not null, primary key (tenant, kind, id));
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
        if key and (known := await recall(conn, tenant, key, command_hash)):
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
            await remember(conn, tenant, key, command_hash, answer)
        return answer

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
