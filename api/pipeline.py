"""The state of the whole flow: how much of everything, how fast, how far behind, and what is stuck."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request

from api import backend
from api.access import requires
from api.envelope import Attributes, Item, item
from api.errors import documented
from api.reading import Reading

router = APIRouter(prefix="/pipeline", tags=["pipeline"])

# What is counted, and the column that tells its states apart.
COUNTED = {
    "document": "state",
    "batch": "state",
    "curation": "state",
    "dataset": "state",
    "run": "status",
    "deployment": "state",
    "dead_letter": "state",
}


class Stage(Attributes):
    """The window of a stage that was reported last. rate: events per second. lag_seconds: age when taken."""

    stage: str
    start: datetime | None = None
    seconds: float = 0.0
    events: int = 0
    rate: float = 0.0
    lag_seconds: float = 0.0
    updated_at: datetime | None = None


class Consumer(Attributes):
    """How far one consumer of the platform is. lag_messages: null where the brokers do not answer.

    behind_seconds: since it moved last, where it has something to read.
    """

    consumer: str
    topics: list[str]
    lag_messages: int | None
    behind_seconds: float | None
    moved_at: datetime
    state: str = "running"
    reason: str = ""


class AlertAttributes(Attributes):
    """Something that a person should look at."""

    name: str
    severity: str
    message: str
    value: float
    limit: float
    raised_at: datetime


class PipelineAttributes(Attributes):
    """counts: of the tenant, by kind and state; samples and models in total. The rest is of the whole platform."""

    stages: list[Stage]
    consumers: list[Consumer]
    counts: dict[str, dict[str, int]]
    dead_letters: dict[str, int]
    outbox: int
    alerts: list[AlertAttributes]


@router.get("", dependencies=requires("studio:read"), responses=documented(401, 403, 422))
async def show(request: Request, reader: Reading) -> Item[PipelineAttributes]:
    """Stages with rates and lag, consumers with lag, counts, dead letters and alerts."""
    counts: dict[str, dict[str, int]] = {}
    for kind, column in COUNTED.items():
        rows = await reader.rows(f"select {column} as state, count(*) as n from read.{kind} group by 1")
        counts[f"{kind}s" if kind != "batch" else "batches"] = {row["state"] or "": row["n"] for row in rows}
    for kind in ("sample", "model"):
        rows = await reader.rows(f"select count(*) as n from read.{kind}")
        counts[f"{kind}s"] = {"total": rows[0]["n"]}
    stages = await reader.rows("select * from read.stage order by stage")
    alerts = await reader.rows("select * from read.alert order by raised_at desc, alert_id limit 20")
    consumers, outbox = await _consumers(request)
    attributes = PipelineAttributes(
        stages=[Stage.model_validate({k: v for k, v in row.items() if v is not None}) for row in stages],
        consumers=consumers,
        counts=counts,
        dead_letters=counts.pop("dead_letters"),
        outbox=outbox,
        alerts=[AlertAttributes.model_validate(row) for row in alerts],
    )
    return item("pipeline", "pipeline", attributes)


async def _consumers(request: Request) -> tuple[list[Consumer], int]:
    """Progress is the engine's business, not a tenant's: it has no view, and it names nothing of anybody."""
    found = backend.of(request)
    ends = await found.ends.recent()
    async with found.engine.connection() as conn:
        positions = await (
            await conn.execute(
                "select consumer, topic, partition, next, moved_at, extract(epoch from now() - moved_at)::float8"
                " from streams.position order by consumer, topic, partition"
            )
        ).fetchall()
        stopped = await (await conn.execute("select consumer, state, reason from streams.consumer")).fetchall()
        queued = await (await conn.execute("select count(*) from gate.outbox")).fetchone()
    states = {consumer: {"state": state, "reason": reason} for consumer, state, reason in stopped}
    by_consumer: dict[str, list[Any]] = {}
    for row in positions:
        by_consumer.setdefault(row[0], []).append(row[1:])
    consumers = []
    for name, places in by_consumer.items():
        behind = [(max(0, ends.get((t, p), n) - n), age) for t, p, n, _, age in places] if ends is not None else None
        consumers.append(
            Consumer(
                consumer=name,
                topics=sorted({place[0] for place in places}),
                lag_messages=sum(lag for lag, _ in behind) if behind is not None else None,
                behind_seconds=max((age for lag, age in behind if lag), default=0.0) if behind is not None else None,
                moved_at=max(place[3] for place in places),
                **states.get(name, {}),
            )
        )
    return consumers, queued[0] if queued else 0
