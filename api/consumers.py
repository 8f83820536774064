"""How far each consumer of the platform is, and what it has before it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from api.backend import Backend
from api.ends import Ends
from api.envelope import Attributes
from projections.catalogue import PROJECTIONS

SHOWN = "select 'projection.' || name || '.v' || version from projections.shown where name = any(%s)"


class Waiting(Attributes):
    """Where a consumer is in one topic. messages: not read yet; null where the brokers do not answer."""

    topic: str
    messages: int | None
    seconds: float


class Consumer(Attributes):
    """How far one consumer of the platform is. lag_messages: null where the brokers do not answer.

    behind_seconds: since it moved last, where it has something to read.
    """

    consumer: str
    topics: list[str]
    lag_messages: int | None
    behind_seconds: float | None
    waiting: list[Waiting] = []
    moved_at: datetime
    state: str = "running"
    reason: str = ""


async def consumers_of(found: Backend) -> tuple[list[Consumer], list[Waiting], int]:
    """Progress is the engine's business, not a tenant's: it has no view, and it names nothing of anybody.

    Of a projection the version that readers see and the one that this code builds are told. An earlier one is kept for
    switching back to, and nobody reads the log for it: it would be further behind every day.
    """
    ends = await found.ends.recent()
    async with found.engine.connection() as conn:
        positions = await (
            await conn.execute(
                "select consumer, topic, partition, next, moved_at, extract(epoch from now() - moved_at)::float8"
                " from streams.position order by consumer, topic, partition"
            )
        ).fetchall()
        shown = await (await conn.execute(SHOWN, [[projection.name for projection in PROJECTIONS]])).fetchall()
        stopped = await (await conn.execute("select consumer, state, reason from streams.consumer")).fetchall()
        queued = await (await conn.execute("select count(*) from gate.outbox")).fetchone()
    states = {consumer: {"state": state, "reason": reason} for consumer, state, reason in stopped}
    by_consumer: dict[str, list[Any]] = {}
    current = {projection.consumer for projection in PROJECTIONS} | {row[0] for row in shown}
    for row in positions:
        if not row[0].startswith("projection.") or row[0] in current:
            by_consumer.setdefault(row[0], []).append(row[1:])
    consumers, waiting = [], []
    for name, places in by_consumer.items():
        own = _waiting(places, ends)
        waiting += own
        known = [one.messages for one in own if one.messages is not None]
        consumers.append(
            Consumer(
                consumer=name,
                topics=sorted({place[0] for place in places}),
                lag_messages=sum(known) if ends is not None else None,
                behind_seconds=max((one.seconds for one in own if one.messages), default=0.0) if known else None,
                waiting=own,
                moved_at=max(place[3] for place in places),
                **states.get(name, {}),
            )
        )
    return consumers, waiting, queued[0] if queued else 0


def _waiting(places: list[Any], ends: Ends | None) -> list[Waiting]:
    """Messages and seconds by topic, from (topic, partition, next, moved at, seconds since then)."""
    found = []
    for topic in sorted({place[0] for place in places}):
        behind = [(max(0, (ends or {}).get((t, p), n) - n), age) for t, p, n, _, age in places if t == topic]
        seconds = max((age for lag, age in behind if lag), default=0.0)
        found.append(
            Waiting(topic=topic, messages=sum(n for n, _ in behind) if ends is not None else None, seconds=seconds)
        )
    return found
