"""What a run has been through: steps, evaluations, checkpoints, changes of its settings, and what its figures mean."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from api import backend
from api.access import requires
from api.cursor import Cursor, Limit
from api.envelope import Attributes, Item, Page, item, page
from api.errors import documented
from api.paths import Id
from api.reading import Reading, View
from api.rows import shown
from api.run import AlarmAttributes, run_row

router = APIRouter(prefix="/runs", tags=["training"])
STEPS = View("read.run_step", ("recorded_at", "phase", "step"), (datetime, str, int), newest_first=False)
Phase = Annotated[str | None, Query(max_length=50)]
FOUND = documented(401, 403, 404, 422)


class StepAttributes(Attributes):
    """One optimiser step. groups_blob: its rollout groups, see `/groups/{step}`.

    reward_parts: means over the completions. metrics: figures without a field of their own; what they mean is told by
    `/definitions`. alarms: of the stability monitor.
    """

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
    metrics: dict[str, Any] = {}
    alarms: list[AlarmAttributes] = []
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


class AdjustmentAttributes(Attributes):
    """Settings that were changed while the run trained. applied_step: the first step under them; null until then."""

    run_id: str
    revision: int
    changes: dict[str, float]
    reason: str = ""
    author: str = ""
    decided_at: datetime
    applied_phase: str | None = None
    applied_step: int | None = None
    applied_at: datetime | None = None


class DefinitionsAttributes(Attributes):
    """What each figure of a step means, by its name; empty where the trainer told none."""

    run_id: str
    definitions: dict[str, str] = {}


@router.get("/{id}/steps", dependencies=requires("studio:read"), responses=FOUND)
async def steps(
    reader: Reading, id: Id, phase: Phase = None, limit: Limit = 50, cursor: Cursor = ""
) -> Page[StepAttributes]:
    """Steps, oldest first."""
    await run_row(reader, id)
    rows, following = await reader.page(STEPS, limit, cursor, {"run_id": id, "phase": phase})
    found = [(f"{id}/{row['phase']}/{row['step']}", shown(StepAttributes, row)) for row in rows]
    return page("step", found, following)


@router.get("/{id}/evaluations", dependencies=requires("studio:read"), responses=FOUND)
async def evaluations(reader: Reading, id: Id) -> Page[EvaluationAttributes]:
    """Evaluations, oldest first."""
    await run_row(reader, id)
    rows = await reader.rows(
        "select * from read.run_evaluation where run_id = %s order by recorded_at, split limit 5000", [id]
    )
    names = [f"{id}/{row['phase']}/{row['step']}/{row['split']}" for row in rows]
    return page("evaluation", [(name, shown(EvaluationAttributes, row)) for name, row in zip(names, rows, strict=True)])


@router.get("/{id}/checkpoints", dependencies=requires("studio:read"), responses=FOUND)
async def checkpoints(reader: Reading, id: Id) -> Page[CheckpointAttributes]:
    """Checkpoints, oldest first."""
    await run_row(reader, id)
    rows = await reader.rows("select * from read.run_checkpoint where run_id = %s order by saved_at limit 5000", [id])
    found = [(f"{id}/{row['phase']}/{row['step']}", shown(CheckpointAttributes, row)) for row in rows]
    return page("checkpoint", found)


@router.get("/{id}/adjustments", dependencies=requires("studio:read"), responses=FOUND)
async def adjustments(reader: Reading, id: Id) -> Page[AdjustmentAttributes]:
    """Changes of its settings, oldest first, with the step from which each holds."""
    await run_row(reader, id)
    rows = await reader.rows("select * from read.run_adjustment where run_id = %s order by revision limit 5000", [id])
    return page("adjustment", [(f"{id}/{row['revision']}", AdjustmentAttributes.model_validate(row)) for row in rows])


@router.get("/{id}/definitions", dependencies=requires("studio:read"), responses=FOUND)
async def definitions(request: Request, reader: Reading, id: Id) -> Item[DefinitionsAttributes]:
    """What the figures of its steps mean, in the words of the trainer that wrote them."""
    blob = (await run_row(reader, id))["definitions_blob"]
    found = await backend.of(request).artefacts.json(blob) if blob else {}
    return item(id, "definitions", DefinitionsAttributes(run_id=id, definitions=found))
