"""What handling an event or a work item leads to, as a value; it is applied in one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from psycopg.types.json import Jsonb
from studio.contract import Event

from streams.cause import CAUSE, Cause
from streams.database import Connection
from streams.decider import Refused
from streams.gate import Do, Gate

Effect = Callable[[Connection], Awaitable[None]]
log = structlog.get_logger()


class Transient(Exception):
    """A fault that may pass: try again with backoff, a bounded number of times."""


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A piece of work of seconds that survives a crash. `(room, id)` is unique; `payload` is JSON-able."""

    room: str
    id: str
    tenant: str
    payload: dict[str, Any] = field(default_factory=dict)
    attempt: int = 0
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """facts: published before the transaction, so they need ids and numbers that a repeat reproduces.
    commands: for the gate; a refusal is logged and is not an error. effects: writes to the room's own tables.
    work: items to be done later.
    """

    facts: tuple[Event, ...] = ()
    commands: tuple[Do, ...] = ()
    effects: tuple[Effect, ...] = ()
    work: tuple[WorkItem, ...] = ()


NOTHING = Outcome()


async def enqueue(conn: Connection, items: Sequence[WorkItem]) -> None:
    """Add work items; for effects that find out only inside the transaction what is to be done next."""
    cause = CAUSE.get()
    origin = [cause.id, cause.correlation, cause.traceparent] if cause else [None, None, ""]
    for item in items:
        await conn.execute(
            "insert into streams.work (room, id, tenant, payload, cause, correlation, traceparent)"
            " values (%s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
            [item.room, item.id, item.tenant, Jsonb(item.payload), *origin],
        )
    if items:
        await conn.execute("notify work")


async def apply(
    conn: Connection, outcome: Outcome, gate: Gate, tenant: str, origin: str, cause: Cause | None = None
) -> None:
    """Apply all but the facts inside the caller's transaction. `origin` makes the commands idempotent."""
    outer = CAUSE.set(cause)
    try:
        for effect in outcome.effects:
            await effect(conn)
        await enqueue(conn, outcome.work)
    finally:
        CAUSE.reset(outer)
    for number, do in enumerate(outcome.commands):
        try:
            async with conn.transaction():
                await gate.handle(tenant, do, conn=conn, idempotency_key=f"{origin}:{number}", cause=cause)
        except Refused as refused:
            log.warning("command_refused", kind=do.kind, id=do.id, code=refused.code, reason=refused.message)
