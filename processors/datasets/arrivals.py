"""What each event leaves behind, and when a dataset may be built: request and finished curation are both here."""

from __future__ import annotations

from studio.contract import Event
from studio.contract.records import (
    CurationFailed,
    CurationFinished,
    CurationRequested,
    DatasetFrozen,
    DatasetRefused,
    DatasetRequested,
    DocumentWithdrawn,
    ReviewDecided,
)

from processors.datasets.tables import store_version
from processors.datasets.version import Frozen
from streams.database import Connection
from streams.outcome import NOTHING, Effect, Outcome, WorkItem, enqueue

ROOM = "datasets"
TOPICS = ("studio.documents", "studio.curation", "studio.datasets")

READY = """
update datasets.request r set state = 'building' where r.tenant = %(tenant)s and r.state = 'waiting'
and exists (select from datasets.curation c where c.tenant = r.tenant and c.id = r.curation_id
            and c.state in ('finished', 'failed'))
returning id
"""
CURATION = (
    "insert into datasets.curation (tenant, id, state, rule) values (%s, %s, 'requested', %s)"
    " on conflict (tenant, id) do update set rule = excluded.rule"
)
FINISHED = "update datasets.curation set state = 'finished', result_blob = %s where tenant = %s and id = %s"
FAILED = "update datasets.curation set state = 'failed', reason = %s, remedy = %s where tenant = %s and id = %s"
REVIEW = (
    "insert into datasets.review (tenant, sample_id, decision, author, question, answer, event_id)"
    " values (%s, %s, %s, %s, %s, %s, %s) on conflict (tenant, sample_id) do update set decision = excluded.decision,"
    " author = excluded.author, question = excluded.question, answer = excluded.answer, event_id = excluded.event_id"
)
WITHDRAWN = "insert into datasets.withdrawn (tenant, document_id) values (%s, %s) on conflict do nothing"
REQUEST = (
    "insert into datasets.request (tenant, id, name, curation_id, rule, heldout_fraction, reward, seed, state,"
    " source_blob, source_name, columns, without, prompt_limit)"
    " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing"
)
ENDED = "update datasets.request set state = 'ended' where tenant = %s and id = %s"


async def handle(event: Event) -> Outcome:
    """Remember the event; every write may happen twice."""
    tenant, id, data = event.tenant, event.subject, event.data
    match data:
        case CurationRequested():
            return Outcome(effects=(_write(CURATION, [tenant, id, data.rule]),))
        case CurationFinished():
            return Outcome(effects=(_write(FINISHED, [data.result_blob, tenant, id]), _advance(tenant)))
        case CurationFailed():
            return Outcome(effects=(_write(FAILED, [data.reason, data.remedy, tenant, id]), _advance(tenant)))
        case ReviewDecided():
            # Before version 2 of the event, what was decided is what stands.
            stands, author = data.standing or data.decision, data.standing_author or data.author
            edit = [data.question, data.answer, str(event.id)]
            return Outcome(effects=(_write(REVIEW, [tenant, data.sample_id, stands, author, *edit]),))
        case DocumentWithdrawn():
            return Outcome(effects=(_write(WITHDRAWN, [tenant, id]),))
        case DatasetRequested():
            state = "building" if data.source_blob else "waiting"
            values = [tenant, id, data.name, data.curation_id, data.rule, data.heldout_fraction, data.reward, data.seed]
            more = [data.source_blob, data.source_name, data.columns, list(data.without), data.prompt_limit]
            request = _write(REQUEST, [*values, state, *more])
            if data.source_blob:
                item = WorkItem(ROOM, f"{tenant}/{id}/import", tenant, {"step": "import", "id": id})
                return Outcome(effects=(request,), work=(item,))
            known = WorkItem(ROOM, f"{tenant}/{id}/known", tenant, {"step": "known", "id": id})
            return Outcome(effects=(request, _advance(tenant)), work=(known,))
        case DatasetFrozen():
            return Outcome(effects=(_write(ENDED, [tenant, id]), _frozen(tenant, id, data)))
        case DatasetRefused():
            return Outcome(effects=(_write(ENDED, [tenant, id]),))
        case _:
            return NOTHING


def _write(statement: str, values: list[object]) -> Effect:
    async def write(conn: Connection) -> None:
        await conn.execute(statement.encode(), values)

    return write


def _frozen(tenant: str, id: str, data: DatasetFrozen) -> Effect:
    async def write(conn: Connection) -> None:
        await store_version(conn, tenant, id, data.name, Frozen(data.version, data.merkle_root, data.reward))

    return write


def _advance(tenant: str) -> Effect:
    async def advance(conn: Connection) -> None:
        # Replicas hold different topics: each takes the lock before it looks, so one of them sees what both wrote.
        await conn.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"datasets/{tenant}"])
        ready = await (await conn.execute(READY, {"tenant": tenant})).fetchall()
        items = [WorkItem(ROOM, f"{tenant}/{id}/freeze", tenant, {"step": "freeze", "id": id}) for (id,) in ready]
        await enqueue(conn, items)

    return advance
