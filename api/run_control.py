"""What can be done with a run that exists: pause and resume it, change settings while it trains, fork it."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints
from studio.nested import merged

from api.access import requires
from api.body import Body, JsonObject, Whole
from api.envelope import Decided, Item
from api.errors import documented, invalid
from api.paths import Id, NameField
from api.reading import Reader, Reading
from api.run import Needs, RunAttributes, run_row
from api.runs import request
from api.writing import Writing
from processors.training.commands import AdjustRun, PauseRun, RequestRun, ResumeRun

router = APIRouter(prefix="/runs", tags=["training"])
ACTION = documented(400, 401, 403, 404, 409, 422)
# The last step that a run has made, and the first that a checkpoint of it, or of a run that it came from, leads to.
REACH = """
with recursive line as (
    select run_id, parent_run from read.run where run_id = %(run)s
    union select r.run_id, r.parent_run from line join read.run r on r.run_id = line.parent_run)
select (select max(step) from read.run_step where run_id = %(run)s and phase = 'grpo') as last,
    (select min(step) from read.run_checkpoint join line using (run_id) where phase = 'grpo') as first
"""
Reason = Annotated[str, StringConstraints(max_length=1000)]


class PauseOf(Body):
    """Why; it is kept with the run."""

    reason: Reason = ""


class NoFields(Body):
    """No fields."""


class Changes(Body):
    """New settings; what is absent stays. learning_rate: the base rate, which the schedule scales."""

    learning_rate: Annotated[float | None, Field(gt=0)] = None
    kl_target: Annotated[float | None, Field(ge=0)] = None
    kl_coefficient: Annotated[float | None, Field(ge=0)] = None


class NewAdjustment(Body):
    """Settings to be changed from the next step on."""

    changes: Changes
    reason: Reason = ""


class NewFork(Body):
    """A new run that goes on from a step of another one.

    step: of reinforcement, the last one that both share; 0 shares the warm start only. config: what differs from the
    parent's settings. model_name, needs: absent are the parent's.
    """

    step: Annotated[Whole, Field(ge=0, lt=2**31)]
    config: JsonObject = {}
    model_name: NameField | None = None
    needs: Needs | None = None
    labels: dict[str, str] = {}


@router.post("/{id}/pause", dependencies=requires("runs:write"), responses=ACTION)
async def pause(writer: Writing, id: Id, body: PauseOf | None = None) -> Item[Decided]:
    """Let the trainer store a checkpoint and let go; nobody takes the run until it is resumed."""
    command = PauseRun(reason=(body or PauseOf()).reason, author=writer.who.email)
    return await writer.act("run", "run", id, command)


@router.post("/{id}/resume", dependencies=requires("runs:write"), responses=ACTION)
async def resume(writer: Writing, id: Id, body: NoFields | None = None) -> Item[Decided]:
    """Let any trainer take a paused run again."""
    return await writer.act("run", "run", id, ResumeRun(author=writer.who.email))


@router.post("/{id}/adjustments", dependencies=requires("runs:write"), responses=ACTION)
async def adjust(writer: Writing, id: Id, body: NewAdjustment) -> Item[Decided]:
    """Change settings while it trains; `GET` tells from which step they hold."""
    changes = body.changes.model_dump(exclude_none=True)
    command = AdjustRun(changes=json.dumps(changes, sort_keys=True), reason=body.reason, author=writer.who.email)
    return await writer.act("run", "run", id, command)


@router.post("/{id}/forks", status_code=201, dependencies=requires("runs:write"), responses=ACTION)
async def fork(writer: Writing, reader: Reading, id: Id, body: NewFork) -> Item[RunAttributes]:
    """Ask for a new run that shares all steps up to one of this run, and goes on with other settings."""
    parent = await run_row(reader, id)
    if await writer.answered() is None:
        await _step(reader, id, body.step)
    needs = body.needs.model_dump() if body.needs else parent["needs"] or {}
    command = RequestRun(
        dataset_id=parent["dataset_id"],
        base_model=parent["base_model"],
        config=json.dumps(merged(parent["config"] or {}, body.config), sort_keys=True),
        model_name=body.model_name or parent["model_name"],
        requested_by=writer.who.email,
        parent_run=id,
        parent_step=body.step,
        needs=json.dumps(needs, sort_keys=True),
        labels=json.dumps(body.labels, sort_keys=True),
    )
    return await request(writer, command)


async def _step(reader: Reader, id: str, step: int) -> None:
    """Refuse a step that the run has not made, or that no checkpoint leads to."""
    last, first = (await reader.rows(REACH, {"run": id}))[0].values()
    if last is None:
        raise invalid("step", f"run {id} has made no step of reinforcement", "wait until it has made its first one")
    if first is None:
        raise invalid("step", f"run {id} has no checkpoint of reinforcement yet", "wait until it has stored one")
    if not first <= step <= last:
        why = "has not made step" if step > last else "has no checkpoint up to step"
        raise invalid("step", f"run {id} {why} {step}", f"fork at a step from {first} to {last}")
