"""Training runs: requested, followed step by step, cancelled."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import StringConstraints

from api.access import requires
from api.body import Body, JsonObject
from api.cursor import Cursor, Limit
from api.envelope import Aggregate, Attributes, Fault, Item, Page, item, page
from api.errors import documented, invalid, missing
from api.paths import Filter, Id, IdField, NameField, Reason
from api.reading import Reader, Reading, Row, View
from api.rows import fresh, shown
from api.writing import Writing
from processors.training.decide import CancelRun, RequestRun

router = APIRouter(prefix="/runs", tags=["training"])
VIEW = View("read.run", ("created_at", "run_id"))
STEPS = View("read.run_step", ("recorded_at", "phase", "step"), (datetime, str, int), newest_first=False)
Status = Literal["pending", "running", "lost", "completed", "failed", "cancelled"]
Phase = Annotated[str | None, Query(max_length=50)]


class NewRun(Body):
    """A run over a frozen dataset. base_model: `small`, a hub id, or a path that the trainer can read."""

    dataset_id: IdField
    base_model: Annotated[str, StringConstraints(min_length=1, max_length=1000)] = "small"
    config: JsonObject = {}
    model_name: NameField


class RunAttributes(Aggregate):
    """A run. status `lost`: its trainer fell silent, another one will take over. step: the last that was reported."""

    dataset_id: str
    base_model: str = ""
    config: dict[str, Any] = {}
    model_name: str = ""
    requested_by: str = ""
    status: Status
    trainer: str | None = None
    epoch: int | None = None
    phase: str | None = None
    step: int | None = None
    steps_total: int | None = None
    loss: float | None = None
    reward: float | None = None
    kl: float | None = None
    tokens: int = 0
    steps: int = 0
    metrics: dict[str, Any] | None = None
    final_step: int | None = None
    manifest_blob: str | None = None
    base_manifest_blob: str | None = None
    checkpoint_step: int | None = None
    checkpoint_blob: str | None = None
    heartbeat_at: datetime | None = None
    claimed_at: datetime | None = None
    ended_at: datetime | None = None
    error: Fault | None = None


class StepAttributes(Attributes):
    """One optimiser step. groups_blob: its rollout groups, see `/groups/{step}`."""

    run_id: str
    phase: str
    step: int
    steps_total: int = 0
    epoch: int = 0
    loss: float | None = None
    reward: float | None = None
    reward_parts: dict[str, Any] | None = None
    kl: float | None = None
    entropy: float | None = None
    clip_fraction: float | None = None
    grad_norm: float | None = None
    learning_rate: float | None = None
    length: float | None = None
    tokens: int = 0
    completions: int = 0
    dead_groups: int = 0
    groups_blob: str = ""
    seconds: float = 0.0
    recorded_at: datetime


class EvaluationAttributes(Attributes):
    """Reward on a split, with the 95 % interval by section; gain against `before`, paired."""

    run_id: str
    phase: str
    step: int
    split: str
    epoch: int = 0
    items: int
    sections: int = 0
    reward: float
    low: float
    high: float
    gain: float = 0.0
    gain_low: float = 0.0
    gain_high: float = 0.0
    detail_blob: str = ""
    recorded_at: datetime


class CheckpointAttributes(Attributes):
    """Everything that is needed to go on from this step."""

    run_id: str
    phase: str
    step: int
    epoch: int = 0
    manifest_blob: str
    bytes: int = 0
    saved_at: datetime


@router.post("", status_code=201, dependencies=requires("runs:write"), responses=documented(400, 401, 403, 409, 422))
async def create(writer: Writing, body: NewRun) -> Item[RunAttributes]:
    """Ask for a training run; a trainer that is free claims it."""
    if await writer.answered() is None:
        version, state = await writer.backend.gate.state(writer.who.tenant, "dataset", body.dataset_id)
        if version == 0 or state.status == "refused":
            what = "was refused" if version else "does not exist"
            raise invalid("dataset_id", f"dataset {body.dataset_id} {what}", "list them at /api/v1/datasets")
    command = RequestRun(
        dataset_id=body.dataset_id,
        base_model=body.base_model,
        config=json.dumps(body.config, sort_keys=True),
        model_name=body.model_name,
        requested_by=writer.who.email,
    )
    id = writer.new_id("run")
    decision = await writer.do("run", id, command)
    config = json.loads(decision.events[0][1]["config"] or "{}") if decision.events else {}
    return item(id, "run", fresh(RunAttributes, decision, "pending", config=config))


@router.get("", dependencies=requires("studio:read"), responses=documented(401, 403, 422))
async def index(
    reader: Reading,
    status: Status | None = None,
    dataset_id: Filter = None,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[RunAttributes]:
    """Runs, newest first."""
    rows, following = await reader.page(VIEW, limit, cursor, {"status": status, "dataset_id": dataset_id})
    return page("run", [(row["run_id"], _shown(row)) for row in rows], following)


def _shown(row: Row) -> RunAttributes:
    return shown(RunAttributes, row, heartbeat_at=row["beat_at"])


@router.get("/{id}", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def show(reader: Reading, id: Id, response: Response) -> Item[RunAttributes]:
    """A run."""
    row = await _run(reader, id)
    response.headers["ETag"] = f'"{row["version"]}"'
    return item(id, "run", _shown(row))


@router.delete(
    "/{id}", status_code=204, dependencies=requires("runs:write"), responses=documented(401, 403, 404, 409, 422)
)
async def cancel(writer: Writing, response: Response, id: Id, reason: Reason = "") -> None:
    """Stop a run; its steps and checkpoints stay."""
    await writer.do("run", id, CancelRun(reason=reason, author=writer.who.email))


@router.get("/{id}/steps", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def steps(
    reader: Reading, id: Id, phase: Phase = None, limit: Limit = 50, cursor: Cursor = ""
) -> Page[StepAttributes]:
    """Steps, oldest first."""
    await _run(reader, id)
    rows, following = await reader.page(STEPS, limit, cursor, {"run_id": id, "phase": phase})
    found = [(f"{id}/{row['phase']}/{row['step']}", shown(StepAttributes, row)) for row in rows]
    return page("step", found, following)


@router.get("/{id}/evaluations", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def evaluations(reader: Reading, id: Id) -> Page[EvaluationAttributes]:
    """Evaluations, oldest first."""
    await _run(reader, id)
    rows = await reader.rows(
        "select * from read.run_evaluation where run_id = %s order by recorded_at, split limit 5000", [id]
    )
    names = [f"{id}/{row['phase']}/{row['step']}/{row['split']}" for row in rows]
    return page("evaluation", [(name, shown(EvaluationAttributes, row)) for name, row in zip(names, rows, strict=True)])


@router.get("/{id}/checkpoints", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def checkpoints(reader: Reading, id: Id) -> Page[CheckpointAttributes]:
    """Checkpoints, oldest first."""
    await _run(reader, id)
    rows = await reader.rows("select * from read.run_checkpoint where run_id = %s order by saved_at limit 5000", [id])
    found = [(f"{id}/{row['phase']}/{row['step']}", shown(CheckpointAttributes, row)) for row in rows]
    return page("checkpoint", found)


async def _run(reader: Reader, id: str) -> Row:
    row = await reader.one("read.run", run_id=id)
    if row is None:
        raise missing("run", id)
    return row
