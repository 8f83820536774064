"""Runs of a team's own training loop: started, told about step by step, ended; read like any other under `/runs`."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Response
from studio.contract import Event, Record
from studio.contract.schemas import from_dict

from api.access import requires
from api.envelope import Decided, Item, item
from api.errors import Problem, documented, invalid, missing
from api.facts import fact_id
from api.outside_run import ClaimAttributes, Continued, Fact, Labels, NewEnd, NewFacts, NewOutsideRun, TakenAttributes
from api.paths import Id
from api.reading import Reading
from api.writing import Writer, Writing
from processors.training.commands import CompleteRun, FailRun
from processors.training.outside import ContinueOutside, StartOutside
from streams.decision import Decision
from streams.gate import Do

router = APIRouter(prefix="/outside-runs", tags=["outside-runs"])
LEASE_SECONDS = 60.0


@router.post("", status_code=201, dependencies=requires("runs:write"), responses=documented(400, 401, 403, 409, 422))
async def create(writer: Writing, body: NewOutsideRun) -> Item[ClaimAttributes]:
    """Start a run that the caller's own loop holds."""
    id = writer.new_id("run")
    command = StartOutside(
        name=body.name,
        loop=body.loop,
        lease_seconds=LEASE_SECONDS,
        config=json.dumps(body.config, sort_keys=True),
        labels=json.dumps(body.labels, sort_keys=True),
        dataset_id=body.dataset_id,
        base_model=body.base_model,
        requested_by=writer.who.email,
    )
    decision = await writer.do("run", id, command)
    return item(id, "run", await _claim(writer, decision, body.definitions))


@router.post(
    "/{id}/claims",
    status_code=201,
    dependencies=requires("runs:write"),
    responses=documented(400, 401, 403, 404, 409, 422),
)
async def claim(writer: Writing, reader: Reading, id: Id, body: Continued) -> Item[ClaimAttributes]:
    """Go on with a run as a new process; steps that are in the log already need not be sent again."""
    decision = await writer.do("run", id, ContinueOutside(body.loop, LEASE_SECONDS))
    attributes = await _claim(writer, decision, body.definitions)
    rows = await reader.rows(
        "select phase, max(step) as step from read.run_step where run_id = %s and epoch > 0 group by phase", [id]
    )
    attributes.recorded = {row["phase"]: row["step"] for row in rows}
    return item(id, "run", attributes)


async def _claim(writer: Writer, decision: Decision, definitions: Labels) -> ClaimAttributes:
    epoch = int(decision.events[-1][1]["epoch"])
    blob = ""
    if definitions:
        content = json.dumps(definitions, sort_keys=True).encode()
        blob = (await writer.backend.blobs.put(writer.who.tenant, content, "application/json")).key
    return ClaimAttributes(epoch=epoch, lease_seconds=LEASE_SECONDS, definitions_blob=blob)


@router.post(
    "/{id}/facts", dependencies=requires("runs:write"), responses=documented(400, 401, 403, 404, 409, 422, 503)
)
async def facts(writer: Writing, response: Response, id: Id, body: NewFacts) -> Item[TakenAttributes]:
    """Publish facts of the loop.

    409 LEASE_LOST: another process has the run; RUN_ENDED: it was cancelled, or has ended: the loop may stop.
    """
    loop = await _held(writer, id, body.epoch)
    numbers = [fact.seq for fact in body.facts]
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        raise invalid("facts", "the numbers do not follow each other", "send facts in order, without a gap")
    events = [
        Event(
            data=_record(id, loop, place, fact),
            tenant=writer.who.tenant,
            subject=id,
            id=fact_id(writer.who.tenant, id, body.epoch, fact.seq),
            time=fact.time,
            source=loop,
            epoch=body.epoch,
            seq=fact.seq,
        )
        for place, fact in enumerate(body.facts)
    ]
    response.headers["Studio-Position"] = await writer.backend.facts.publish(events)
    return item(id, "run", TakenAttributes(taken=numbers[-1]))


async def _held(writer: Writer, id: str, epoch: int) -> str:
    """The name of the loop, once it is sure that it holds the run; a loop that was silent for long holds it again."""
    version, state = await writer.backend.gate.state(writer.who.tenant, "run", id)
    if version == 0:
        raise missing("run", id)
    if state.outside and state.status in ("completed", "failed", "cancelled"):
        raise Problem(409, "RUN_ENDED", f"the run is {state.status}", remedy="start another run")
    if not state.outside or state.epoch != epoch or state.status != "claimed":
        command = ContinueOutside(state.trainer, LEASE_SECONDS, epoch)
        await writer.backend.gate.handle(writer.who.tenant, Do("run", id, command))
    return str(state.trainer)


def _record(run_id: str, loop: str, place: int, fact: Fact) -> Record:
    known: dict[str, Any] = {**fact.data, "run_id": run_id}
    if fact.type == "RunHeartbeat":
        known["trainer"] = loop
    try:
        return from_dict(fact.type, known)
    except (TypeError, ValueError) as error:
        raise invalid(f"facts[{place}].data", str(error), f"see {fact.type} in schemas/avro/training.steps") from error


@router.post(
    "/{id}/ends",
    status_code=201,
    dependencies=requires("runs:write"),
    responses=documented(400, 401, 403, 404, 409, 422),
)
async def end(writer: Writing, id: Id, body: NewEnd) -> Item[Decided]:
    """The loop is done, or cannot go on."""
    if await writer.answered() is None:
        await _held(writer, id, body.epoch)
    if body.outcome == "completed":
        return await writer.act("run", "run", id, CompleteRun(body.epoch, body.step, "", "", json.dumps(body.metrics)))
    return await writer.act("run", "run", id, FailRun(body.epoch, body.code, body.reason))
