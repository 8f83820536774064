"""What each event leaves behind, and when a curation may start.

Requests, batches, samples and documents come on topics that move independently. Whatever arrives last starts the
curation: every batch is over, every sample that it delivered is here, every document's text is known.
"""

from __future__ import annotations

import math

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
    DocumentExtracted,
    DocumentRegistered,
    DocumentWithdrawn,
    ItemFinished,
    ReviewDecided,
    SampleGenerated,
    SampleScored,
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
)

READY = """
update curation.job j set state = 'planned' where j.tenant = %(tenant)s and j.state = 'waiting'
and not exists (
    select from unnest(j.batches) wanted (id) left join curation.batch b on b.tenant = j.tenant and b.id = wanted.id
    where b.id is null or b.state = 'requested' or b.delivered > (
        select coalesce(sum(i.delivered), 0) from curation.item i
        where i.tenant = j.tenant and i.batch_id = wanted.id))
and not exists (
    select from curation.sample s left join curation.document d on d.tenant = s.tenant and d.id = s.document_id
    where s.tenant = j.tenant and s.batch_id = any(j.batches) and coalesce(d.text_blob, '') = '')
returning id
"""


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
            return _keep(_write(REVIEW, [tenant, data.sample_id, data.decision, data.author, data.reason]))
        case CurationRequested():
            known = WorkItem(ROOM, f"{tenant}/{event.subject}/known", tenant, {"step": "known", "id": event.subject})
            return Outcome(effects=(_job(event, data), _advance(tenant)), work=(known,))
        case CurationFinished() | CurationFailed():
            return _keep(_write(ENDED, [tenant, event.subject]))
        case _:
            return NOTHING


DOCUMENT = (
    "insert into curation.document (tenant, id, {0}) values (%s, %s, %s)"
    " on conflict (tenant, id) do update set {0} = excluded.{0}"
)
BATCH = (
    "insert into curation.batch (tenant, id, state, delivered, reason) values (%s, %s, %s, %s, %s)"
    " on conflict (tenant, id) do update set state = excluded.state, delivered = excluded.delivered,"
    " reason = excluded.reason"
)
ITEM = (
    "insert into curation.item (tenant, batch_id, item, delivered) values (%s, %s, %s, %s)"
    " on conflict (tenant, batch_id, item) do update set delivered = excluded.delivered"
)
SAMPLE = (
    "insert into curation.sample (tenant, batch_id, id, document_id, item, seq, data)"
    " values (%s, %s, %s, %s, %s, %s, %s) on conflict do nothing"
)
SCORE = (
    "insert into curation.score (tenant, sample_id, scorer, version, value, detail, curation_id)"
    " values (%s, %s, %s, %s, %s, %s, %s) on conflict (tenant, sample_id, scorer, version)"
    " do update set value = excluded.value, detail = excluded.detail, curation_id = excluded.curation_id"
)
REVIEW = (
    "insert into curation.review (tenant, sample_id, decision, author, reason) values (%s, %s, %s, %s, %s)"
    " on conflict (tenant, sample_id) do update set decision = excluded.decision, author = excluded.author,"
    " reason = excluded.reason"
)
JOB = (
    "insert into curation.job (tenant, id, batches, rule, state, event_id, correlation_id, traceparent)"
    " values (%s, %s, %s, %s, 'waiting', %s, %s, %s) on conflict do nothing"
)
ENDED = "update curation.job set state = 'ended' where tenant = %s and id = %s"


def _keep(*effects: Effect) -> Outcome:
    return Outcome(effects=effects)


def _write(statement: str, values: list[object]) -> Effect:
    async def write(conn: Connection) -> None:
        await conn.execute(statement.encode(), values)

    return write


def _batch(event: Event, state: str, delivered: int = 0, reason: str = "") -> Effect:
    return _write(BATCH, [event.tenant, event.subject, state, delivered, reason])


def _job(event: Event, data: CurationRequested) -> Effect:
    correlation = event.correlation_id or event.id
    values = [event.tenant, event.subject, list(data.batches), data.rule, event.id, correlation, event.traceparent]
    return _write(JOB, values)


def _advance(tenant: str) -> Effect:
    async def advance(conn: Connection) -> None:
        # Replicas hold different topics: each takes the lock before it looks, so one of them sees what both wrote.
        await conn.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"curation/{tenant}"])
        ready = await (await conn.execute(READY, {"tenant": tenant})).fetchall()
        await enqueue(
            conn, [WorkItem(ROOM, f"{tenant}/{id}/plan", tenant, {"step": "plan", "id": id}) for (id,) in ready]
        )

    return advance
