"""What each event leaves behind, and when a curation may start.

Requests, batches, samples and documents come on topics that move independently. Whatever arrives last starts the
curation: every batch is over, every sample that it delivered is here, every document's text is known.
"""

from __future__ import annotations

import json
import math
from uuid import uuid5

from psycopg.types.json import Jsonb
from studio.contract import Event, to_dict
from studio.contract.records import (
    BatchCancelled,
    BatchFailed,
    BatchFinished,
    BatchRequested,
    CurationFailed,
    CurationFinished,
    CurationRequested,
    DatasetFrozen,
    DocumentExtracted,
    DocumentRegistered,
    DocumentWithdrawn,
    ItemFinished,
    ReviewDecided,
    SampleGenerated,
    SampleScored,
)

from processors.curation import grounding
from processors.curation.copies import (
    BATCH,
    DATASET,
    DOCUMENT,
    ENDED,
    ITEM,
    JOB,
    READY,
    REVIEW,
    SAMPLE,
    SCORE,
    UNREVIEWED,
)
from streams.database import Connection
from streams.outcome import NOTHING, Effect, Outcome, WorkItem, enqueue

ROOM = "curation"
TOPICS = (
    "studio.documents",
    "studio.generation",
    "studio.generation.samples",
    "studio.curation",
    "studio.curation.scores",
    "studio.datasets",
)


async def handle(event: Event) -> Outcome:
    """Remember the event; every write may happen twice.

    Raises:
        ValueError: a score that is no number; it goes to dead letters.
    """
    tenant, data = event.tenant, event.data
    match data:
        case DocumentRegistered():
            return _keep(_write(DOCUMENT.format("name"), [tenant, event.subject, data.name]))
        case DocumentExtracted():
            return _keep(
                _write(DOCUMENT.format("text_blob"), [tenant, event.subject, data.text_blob]), _advance(tenant)
            )
        case DocumentWithdrawn():
            return _keep(_write(DOCUMENT.format("withdrawn"), [tenant, event.subject, True]))
        case BatchRequested():
            return _keep(_batch(event, "requested"))
        case BatchFinished():
            return _keep(_batch(event, "finished", data.delivered), _advance(tenant))
        case BatchFailed():
            return _keep(_batch(event, "failed", reason=data.reason), _advance(tenant))
        case BatchCancelled():
            return _keep(_batch(event, "cancelled", reason=data.reason), _advance(tenant))
        case SampleGenerated():
            row = [tenant, data.batch_id, data.sample_id, data.document_id, data.item, event.seq, Jsonb(to_dict(data))]
            return _keep(_write(SAMPLE, row))
        case ItemFinished():
            # It follows the samples of its item in their partition: what it delivered is here already.
            values = [tenant, data.batch_id, data.item, data.delivered]
            return _keep(_write(ITEM, values), _advance(tenant))
        case SampleScored():
            if not math.isfinite(data.value):
                raise ValueError(f"score {data.scorer} of {data.sample_id} is {data.value}")
            row = [tenant, data.sample_id, data.scorer, data.scorer_version, data.value, data.detail, data.curation_id]
            return _keep(_write(SCORE, row))
        case ReviewDecided():
            return Outcome(facts=_measured(event, data), effects=(_review(tenant, data),))
        case DatasetFrozen():
            name = f"{data.name}@{data.version}"
            return _keep(_write(DATASET, [tenant, event.subject, name, data.train_blob, data.heldout_blob]))
        case CurationRequested():
            known = WorkItem(ROOM, f"{tenant}/{event.subject}/known", tenant, {"step": "known", "id": event.subject})
            return Outcome(effects=(_job(event, data), _advance(tenant)), work=(known,))
        case CurationFinished() | CurationFailed():
            return _keep(_write(ENDED, [tenant, event.subject]))
        case _:
            return NOTHING


def _keep(*effects: Effect) -> Outcome:
    return Outcome(effects=effects)


def _write(statement: str, values: list[object]) -> Effect:
    async def write(conn: Connection) -> None:
        await conn.execute(statement.encode(), values)

    return write


def _batch(event: Event, state: str, delivered: int = 0, reason: str = "") -> Effect:
    return _write(BATCH, [event.tenant, event.subject, state, delivered, reason])


def _review(tenant: str, data: ReviewDecided) -> Effect:
    stands = data.standing or data.decision
    if stands == "none":
        return _write(UNREVIEWED, [tenant, data.sample_id])
    author = data.standing_author or data.author
    return _write(REVIEW, [tenant, data.sample_id, stands, author, data.reason])


def _measured(event: Event, data: ReviewDecided) -> tuple[Event, ...]:
    """The grounding of an edit is a score like every other: it is kept, under a version that names the edit."""
    if data.decision != "edit" or data.grounding < 0:
        return ()
    score = SampleScored(
        sample_id=data.sample_id,
        curation_id=data.curation_id,
        scorer=grounding.NAME,
        scorer_version=f"{grounding.VERSION}+edit{event.version}",
        value=data.grounding,
        detail=json.dumps({"question": data.question, "answer": data.answer}, ensure_ascii=False),
    )
    made = Event(
        data=score,
        tenant=event.tenant,
        subject=f"{data.sample_id}/edit/{event.version}",
        id=uuid5(event.id, "grounding"),
        epoch=1,
        seq=1,
        correlation_id=event.correlation_id or event.id,
        causation_id=event.id,
        traceparent=event.traceparent,
    )
    return (made,)


def _job(event: Event, data: CurationRequested) -> Effect:
    correlation = event.correlation_id or event.id
    values = [event.tenant, event.subject, list(data.batches), data.rule, event.id, correlation, event.traceparent]
    return _write(JOB, [*values, list(data.scorers), data.settings])


def _advance(tenant: str) -> Effect:
    async def advance(conn: Connection) -> None:
        # Replicas hold different topics: each takes the lock before it looks, so one of them sees what both wrote.
        await conn.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"curation/{tenant}"])
        ready = await (await conn.execute(READY, {"tenant": tenant})).fetchall()
        await enqueue(
            conn, [WorkItem(ROOM, f"{tenant}/{id}/plan", tenant, {"step": "plan", "id": id}) for (id,) in ready]
        )

    return advance
