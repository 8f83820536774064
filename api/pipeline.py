"""The state of the whole flow: how much of everything, how fast, how far behind, and what is stuck."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request

from api import backend
from api.access import requires
from api.consumers import Consumer, Waiting, consumers_of
from api.envelope import Attributes, Item, item
from api.errors import documented
from api.reading import Reader, Reading, Row

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


# The stages in the order of the flow, and which counts are theirs. A stage is named by its topic.
STAGES = {
    "documents": "documents",
    "generation": "batches",
    "generation.samples": "samples",
    "curation": "curations",
    "curation.scores": "",
    "datasets": "datasets",
    "training": "runs",
    "training.steps": "steps",
    "models": "models",
    "deployments": "deployments",
    "serving.calls": "calls",
}
QUIET = 10.0  # seconds without news of a stage after which nothing is happening there


class Stage(Attributes):
    """A stage now. rate: events per second in the last window, 0 where that is over. counts: by state, of the tenant.

    lag_messages: that the slowest consumer of the topic has not read yet, of all tenants; null where the brokers do not
    answer. lag_seconds: how long it has stood still with something to read, else the age of events when they were
    taken. dead_letters: parked ones of this topic. start, seconds, events: of the window that was reported last.
    """

    stage: str
    topic: str
    counts: dict[str, int] = {}
    rate: float = 0.0
    lag_messages: int | None = None
    lag_seconds: float = 0.0
    dead_letters: int = 0
    quiet: bool = True
    start: datetime | None = None
    seconds: float = 0.0
    events: int = 0
    updated_at: datetime | None = None


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
    counts = await _counts(reader)
    windows = await reader.rows("select *, extract(epoch from now() - start)::float8 as age from read.stage")
    dead = await reader.rows("select topic, count(*) as n from read.dead_letter where state = 'parked' group by topic")
    alerts = await reader.rows("select * from read.alert order by raised_at desc, alert_id limit 20")
    consumers, waiting, outbox = await consumers_of(backend.of(request))
    by_stage = {row["stage"]: row for row in windows}
    parked = {row["topic"]: row["n"] for row in dead}
    stages = [
        stage(name, by_stage.get(name), [one for one in waiting if one.topic == f"studio.{name}"])
        for name in [*STAGES, *sorted(set(by_stage) - set(STAGES))]
    ]
    for one in stages:
        one.counts = counts.get(STAGES.get(one.stage, ""), {})
        one.dead_letters = parked.get(one.topic, 0)
    attributes = PipelineAttributes(
        stages=stages,
        consumers=consumers,
        counts=counts,
        dead_letters=counts.pop("dead_letters"),
        outbox=outbox,
        alerts=[AlertAttributes.model_validate(row) for row in alerts],
    )
    return item("pipeline", "pipeline", attributes)


def stage(name: str, window: Row | None, waiting: list[Waiting]) -> Stage:
    """A stage from its last window, with `age` in seconds since its start, and what its consumers have before them."""
    known = [one.messages for one in waiting if one.messages is not None]
    stuck = max((one.seconds for one in waiting if one.messages), default=0.0)
    found = Stage(stage=name, topic=f"studio.{name}", lag_messages=max(known) if known else None, lag_seconds=stuck)
    if window is None:
        return found
    values = {n: value for n, value in window.items() if value is not None and n in Stage.model_fields}
    quiet = window["age"] - (window["seconds"] or 0.0) > QUIET
    now = {"rate": 0.0 if quiet else values.get("rate", 0.0)}
    now["lag_seconds"] = stuck if quiet else max(stuck, values.get("lag_seconds", 0.0))
    return Stage.model_validate({**found.model_dump(), **values, **now, "quiet": quiet})


async def _counts(reader: Reader) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for kind, column in COUNTED.items():
        rows = await reader.rows(f"select {column} as state, count(*) as n from read.{kind} group by 1")
        counts[f"{kind}s" if kind != "batch" else "batches"] = {row["state"] or "": row["n"] for row in rows}
    for kind in ("sample", "model"):
        rows = await reader.rows(f"select count(*) as n from read.{kind}")
        counts[f"{kind}s"] = {"total": rows[0]["n"]}
    rows = await reader.rows("select coalesce(sum(steps), 0)::bigint as n from read.run")
    counts["steps"] = {"total": rows[0]["n"]}
    names = ("calls", "errors", "outcomes")
    sums = ", ".join(f"coalesce(sum({name}), 0)::bigint as {name}" for name in names)
    counts["calls"] = {name: n for name, n in (await reader.rows(f"select {sums} from read.call_counter"))[0].items()}
    return counts
