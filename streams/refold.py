"""The gate's heads folded again from the log: compared with what the gate has, and put in its place if asked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb
from studio.contract import Event, Undecodable

from streams.database import Connection, Pool
from streams.decider import Decider, state_hash
from streams.intake import open_record
from streams.settings import Settings
from streams.source import LogSource

DRAIN = 10.0  # seconds to wait for the relay
NAMED = 10  # differences that a report names
Name = tuple[str, str, str]  # topic, tenant, id


@dataclass(slots=True)
class Folded:
    """An aggregate as the log tells it. `gap`: the version that is missing, if one is."""

    decider: Decider
    state: Any
    version: int = 0
    gap: int = 0

    def take(self, event: Event) -> None:
        if event.version > self.version + 1 and not self.gap:
            self.gap = self.version + 1
        if event.version == self.version + 1:
            self.state, self.version = self.decider.evolve(self.state, event.data), event.version


@dataclass(frozen=True, slots=True)
class Head:
    kind: str
    version: int
    state_hash: str


async def refold(
    settings: Settings, pool: Pool, deciders: Iterable[Decider], mend: bool = False, tenant: str = ""
) -> dict[str, Any]:
    """Fold every decision of the log and compare version and state hash of each aggregate with the gate's head.

    Events that the relay has not published yet cannot be in the log: their aggregates are left out, and named.

    Args:
        mend: write the folded state where it differs and the head has not moved meanwhile.
        tenant: only this one's aggregates; empty for all.

    Returns:
        JSON-able: equal, aggregates, events, left_out, differing, mended, seconds.
    """
    began = time.monotonic()
    known = list(deciders)
    await _drained(pool)
    async with pool.connection() as conn, conn.transaction():
        await conn.execute("set transaction isolation level repeatable read, read only")
        heads = await _heads(conn, known)
        queued = await conn.execute("select distinct topic, convert_from(key, 'UTF8') from gate.outbox")
        waiting = {(topic, *key.split("/", 1)) for topic, key in await queued.fetchall()}
    folded, events = await _fold(settings, known, heads)
    async with pool.connection() as conn:
        later = await _heads(conn, known)  # made since the snapshot: these are no surprise
    odd = [
        _difference(name, heads.get(name), folded.get(name))
        for name in sorted({*heads, *folded})
        if tenant in ("", name[1])
        and name not in waiting
        and not (name not in heads and name in later)
        and not _same(heads, folded, name)
    ]
    mended = 0
    if mend:
        for difference in odd:
            name = (difference["topic"], difference["tenant"], difference["id"])
            mended += await _mend(pool, name, heads.get(name), folded.get(name))
    return {
        "equal": not odd,
        "aggregates": sum(tenant in ("", name[1]) for name in heads),
        "events": events,
        "left_out": ["/".join(name) for name in sorted(waiting)][:NAMED],
        "differing": odd[:NAMED],
        "mended": mended,
        "seconds": round(time.monotonic() - began, 3),
    }


async def _drained(pool: Pool) -> None:
    deadline = time.monotonic() + DRAIN
    while time.monotonic() < deadline:
        async with pool.connection() as conn:
            if await (await conn.execute("select 1 from gate.outbox limit 1")).fetchone() is None:
                return
        await asyncio.sleep(0.1)


async def _heads(conn: Connection, deciders: Sequence[Decider]) -> dict[Name, Head]:
    topics = {decider.kind: decider.topic for decider in deciders}
    rows = await conn.execute(
        "select tenant, kind, id, version, state_hash from gate.head where kind = any(%s)", [list(topics)]
    )
    return {(topics[kind], tenant, id): Head(kind, v, digest) async for tenant, kind, id, v, digest in rows}


async def _fold(
    settings: Settings, deciders: Sequence[Decider], heads: dict[Name, Head]
) -> tuple[dict[Name, Folded], int]:
    found: dict[Name, Folded] = {}
    events = 0
    async with LogSource(settings, sorted({decider.topic for decider in deciders})) as source:
        while not source.caught_up:
            for record in await source.poll():
                event = open_record(record)
                if isinstance(event, Undecodable) or not event.version:
                    continue  # the gate writes neither
                name = (event.topic, event.tenant, event.subject)
                if name in heads and event.version > heads[name].version:
                    continue  # decided after the snapshot
                if name not in found:
                    decider = _decider(deciders, event)
                    found[name] = Folded(decider, decider.initial)
                found[name].take(event)
                events += 1
    return found, events


def _decider(deciders: Sequence[Decider], event: Event) -> Decider:
    """Of the kinds that share a topic, the one whose first state this event changes."""
    here = [decider for decider in deciders if decider.topic == event.topic]
    return next(
        (decider for decider in here if decider.evolve(decider.initial, event.data) != decider.initial), here[0]
    )


def _same(heads: dict[Name, Head], folded: dict[Name, Folded], name: Name) -> bool:
    head, fold = heads.get(name), folded.get(name)
    return head is not None and fold is not None and head == _head(fold)


def _head(fold: Folded) -> Head:
    return Head(fold.decider.kind, fold.version, state_hash(fold.decider.dump(fold.state)))


def _difference(name: Name, head: Head | None, fold: Folded | None) -> dict[str, Any]:
    topic, tenant, id = name
    place: dict[str, Any] = {"topic": topic, "tenant": tenant, "id": id}
    place |= {"gate_version": head.version if head else 0, "log_version": fold.version if fold else 0}
    if fold is not None and fold.gap:
        return {**place, "reason": f"version {fold.gap} is missing in the log"}
    if head is None:
        return {**place, "reason": "the gate does not know it"}
    if fold is None or fold.version != head.version:
        return {**place, "reason": "the log ends at another version"}
    return {**place, "reason": "the states differ"}


async def _mend(pool: Pool, name: Name, head: Head | None, fold: Folded | None) -> int:
    if fold is None or fold.gap or (head is not None and fold.version < head.version):
        return 0  # the log cannot say it better
    stored = fold.decider.dump(fold.state)
    async with pool.connection() as conn:
        done = await conn.execute(
            "insert into gate.head as h (tenant, kind, id, version, state, state_hash) values (%s, %s, %s, %s, %s, %s)"
            " on conflict (tenant, kind, id) do update set version = excluded.version, state = excluded.state,"
            " state_hash = excluded.state_hash where h.version = %s",
            [name[1], fold.decider.kind, name[2], fold.version, Jsonb(stored), state_hash(stored)]
            + [head.version if head else 0],
        )
    return done.rowcount
