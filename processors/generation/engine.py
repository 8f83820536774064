"""The generation room at work: documents and batches come in, work items go out, finished items end batches."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from studio.contract import Event
from studio.contract.records import (
    BatchCancelled,
    BatchFailed,
    BatchFinished,
    BatchRequested,
    DocumentExtracted,
    DocumentRegistered,
    DocumentWithdrawn,
    ExtractionFailed,
    ItemFinished,
)

from processors.generation import ledger
from processors.generation.decide import BATCH, FailBatch, FinishBatch
from processors.generation.endpoint import Endpoint
from processors.generation.items import as_request, plan_item, sample_item
from processors.generation.local import Local
from processors.generation.progress import follow
from processors.generation.recipe_decide import RECIPE
from processors.generation.throttle import MOST, Throttles
from processors.generation.work import Generator
from streams import egress
from streams.cause import Cause
from streams.database import Connection
from streams.gate import Conflict, Do, Gate
from streams.outcome import NOTHING, Effect, Outcome, Transient, enqueue
from streams.processor import Processor
from streams.room import Room, Runtime, run_room
from streams.settings import Settings
from streams.work import Worker

NAME = "generation"
TOPICS = ("studio.documents", "studio.generation")
PROGRESS_TOPICS = ("studio.generation.samples",)
PARALLEL = 4


async def handle(event: Event) -> Outcome:
    """Documents are remembered, and batches that waited for them planned; a batch is planned or its end noted."""
    record, tenant, subject = event.data, event.tenant, event.subject
    match record:
        case DocumentRegistered():
            return Outcome(effects=(_document(tenant, ledger.Source(subject, "registered", "", "")),))
        case DocumentExtracted():
            source = ledger.Source(subject, "extracted", record.text_blob, record.chunks_blob)
            return Outcome(effects=(_document(tenant, source),))
        case ExtractionFailed():
            return Outcome(effects=(_document(tenant, ledger.Source(subject, "failed", "", "")),))
        case DocumentWithdrawn():
            return Outcome(effects=(_document(tenant, ledger.Source(subject, "withdrawn", "", "")),))
        case BatchRequested():
            request = as_request(record, event.id, event.correlation_id or event.id, event.traceparent)

            async def wait(conn: Connection) -> None:
                await ledger.put_batch(conn, tenant, subject, request)

            return Outcome(effects=(wait,), work=(plan_item(tenant, subject, request, "requested"),))
        case BatchFinished() | BatchFailed() | BatchCancelled():
            status = type(record).__name__.removeprefix("Batch").lower()

            async def end(conn: Connection) -> None:
                await ledger.move_batch(conn, tenant, subject, status)

            return Outcome(effects=(end,))
    return NOTHING


def _document(tenant: str, source: ledger.Source) -> Effect:
    async def remember(conn: Connection) -> None:
        await ledger.put_document(conn, tenant, source)
        if source.status in ledger.SETTLED:
            waiting = await ledger.waiting_for(conn, tenant, source.id)
            await enqueue(conn, [plan_item(tenant, batch, request, source.id) for batch, request in waiting])

    return remember


def progress(gate: Gate, event: Event) -> Outcome:
    """A finished item is counted in the transaction that moves the position; the last one ends its batch."""
    record, tenant = event.data, event.tenant
    if not isinstance(record, ItemFinished):
        return NOTHING

    async def count(conn: Connection) -> None:
        batch = record.batch_id
        tally = await ledger.tally(conn, tenant, batch)  # locks the batch: finished items follow each other
        if tally is None or not await ledger.finish_item(conn, tenant, record):
            return
        tally = await ledger.tally(conn, tenant, batch)
        assert tally is not None, "it is locked"
        follows = follow(tally)
        if isinstance(follows, FinishBatch | FailBatch):
            await ledger.move_batch(conn, tenant, batch, "ending")
            await _end(gate, conn, event, batch, follows)
        elif follows:
            await ledger.put_items(conn, tenant, batch, follows)
            await enqueue(conn, [sample_item(tenant, batch, tally.request, item) for item in follows])

    return Outcome(effects=(count,))


async def _end(gate: Gate, conn: Connection, event: Event, batch: str, command: FinishBatch | FailBatch) -> None:
    key = f"{NAME}/{batch}/end"
    try:
        async with conn.transaction():
            await gate.handle(
                event.tenant, Do("batch", batch, command), conn=conn, idempotency_key=key, cause=Cause.of(event)
            )
    except Conflict as conflict:  # cancelled at this very moment
        raise Transient(str(conflict)) from conflict


def build(run: Runtime) -> tuple[Sequence[Processor], Sequence[Worker]]:
    gate = Gate(run.pool, (BATCH,))
    allow_private = run.settings.allow_private_endpoints
    throttles, local = Throttles(), Local()

    @asynccontextmanager
    async def connect() -> AsyncIterator[Endpoint]:
        async with egress.session(allow_private, connections=int(MOST)) as session:
            yield Endpoint(session, allow_private, run.settings.endpoint_keys, throttles=throttles, local=local)

    generator = Generator(run.pool, run.blobs, connect)

    async def follow_progress(event: Event) -> Outcome:
        return progress(gate, event)

    processors = [
        Processor(NAME, TOPICS, handle, batch=50),
        Processor(f"{NAME}.progress", PROGRESS_TOPICS, follow_progress, batch=500),
    ]
    return processors, [Worker(NAME, generator.work, generator.failed, parallel=PARALLEL, lease=10.0)]


ROOM = Room(NAME, (BATCH, RECIPE), build)


async def run(settings: Settings) -> None:
    """Run the room until cancelled."""
    await run_room(settings, ROOM)
