"""A small world for tests of curation and datasets: documents, batches and their samples, as events on the real log."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from aiokafka.errors import KafkaError
from studio.contract import Event, Undecodable
from studio.contract.records import (
    BatchFailed,
    BatchFinished,
    BatchRequested,
    DocumentExtracted,
    DocumentRegistered,
    ItemFinished,
    Record,
    SampleGenerated,
    SampleScored,
)

from processors.curation import engine as curation
from processors.curation.decide import RequestCuration
from processors.curation.review import DecideReview
from processors.datasets import engine as datasets
from processors.datasets.decide import RequestDataset
from streams.gate import Do, Gate
from streams.intake import Raw, Verdict, open_record, sort_out
from streams.relay import run as relay
from streams.room import Room, Runtime, run_rooms, runtime
from streams.settings import Settings
from streams.sink import LogSink
from streams.source import LogSource
from streams.token import Token

SECTIONS = 8


def text(name: str) -> str:
    """Eight sections of two sentences each, no two alike."""
    return "\n\n".join(
        f"{name} part {n}\n\nThe {name} pump {n} draws water from basin {n} at {40 + n} bar pressure. "
        f"Its {name} valve {n} is inspected every {100 + n} hours by the keeper."
        for n in range(SECTIONS)
    )


def samples(batch: str, document: str, name: str) -> list[SampleGenerated]:
    """Two sound samples per section, with spans of `text(name)`."""
    whole, found = text(name), []
    for n in range(SECTIONS):
        start = whole.index(f"The {name} pump {n} draws")
        end = whole.index("keeper.", start) + len("keeper.")
        for kind, question, answer in (
            ("number", f"At which pressure does the {name} pump {n} draw water from basin {n}?", f"{40 + n} bar"),
            ("cloze", f"The {name} valve {n} is inspected every ___ by the keeper", f"{100 + n} hours"),
        ):
            at = whole.index(answer, start)
            found.append(
                SampleGenerated(
                    sample_id=f"{batch}-{n}-{kind}",
                    batch_id=batch,
                    item="0001",
                    kind=kind,
                    question=question,
                    answer=answer,
                    quote=answer,
                    document_id=document,
                    section_id=f"s{n}",
                    chunk_id=f"c{n}",
                    passage_start=start,
                    passage_end=end,
                    answer_start=at,
                    answer_end=at + len(answer),
                    generator="test",
                    quality=0.9,
                )
            )
    return found


class FaultySink(LogSink):
    """Publishes, and then loses the answer, once for each subject in `lose`."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.lose: set[str] = set()

    async def publish(self, events: Sequence[Event]) -> Token:
        token = await super().publish(events)
        if hit := {event.subject for event in events} & self.lose:
            self.lose -= hit
            raise KafkaError("the answer was lost")
        return token


class Lake:
    """One tenant's documents, batches, curations and datasets."""

    def __init__(self, run: Runtime, sink: FaultySink, tenant: str = "") -> None:
        self.run, self.sink = run, sink
        self.tenant = tenant or f"t{uuid4().hex[:8]}"
        self.gate = Gate(run.pool, [*curation.ROOM.deciders, *datasets.ROOM.deciders])

    def other(self) -> Lake:
        """The same servers, another tenant."""
        return Lake(self.run, self.sink)

    async def say(self, subject: str, *records: Record, first: int = 1) -> None:
        """Publish decisions of one aggregate."""
        await self.sink.publish(
            [Event(data=r, tenant=self.tenant, subject=subject, version=n) for n, r in enumerate(records, first)]
        )

    async def document(self, name: str) -> str:
        """Register and extract a document with `text(name)`."""
        id = uuid4().hex
        blob = await self.run.blobs.put(self.tenant, text(name).encode(), "text/plain")
        await self.say(id, DocumentRegistered(name=f"{name}.md"), DocumentExtracted(text_blob=blob.key))
        return id

    async def deliver(self, batch: str, made: Sequence[SampleGenerated]) -> None:
        """Publish the samples of a batch's only item."""
        done = ItemFinished(batch_id=batch, item="0001", delivered=len(made))
        subject = f"{batch}/0001"
        facts = [
            Event(data=data, tenant=self.tenant, subject=subject, epoch=1, seq=seq)
            for seq, data in enumerate((*made, done), 1)
        ]
        await self.sink.publish(facts)

    async def batch(self, made: Callable[[str], list[SampleGenerated]]) -> str:
        """A finished batch."""
        id = uuid4().hex
        found = made(id)
        await self.say(id, BatchRequested(), BatchFinished(delivered=len(found)))
        await self.deliver(id, found)
        return id

    async def failed_batch(self) -> str:
        """A batch that ended with nothing."""
        id = uuid4().hex
        await self.say(id, BatchRequested(), BatchFailed(code="ENDPOINT_DOWN", reason="the endpoint is down"))
        return id

    async def sound(self, name: str) -> tuple[str, str]:
        """A document and a finished batch of sound samples: (document id, batch id)."""
        document = await self.document(name)
        return document, await self.batch(lambda batch: samples(batch, document, name))

    async def score(self, sample: str, scorer: str, value: float, subject: str = "") -> None:
        """Publish a score as a tool outside would."""
        data = SampleScored(sample_id=sample, scorer=scorer, scorer_version="1", value=value)
        await self.sink.publish(
            [Event(data=data, tenant=self.tenant, subject=subject or uuid4().hex, epoch=1, seq=1, source="tool")]
        )

    async def review(self, sample: str, decision: str) -> None:
        await self.gate.handle(self.tenant, Do("review", sample, DecideReview(sample, decision, "ann")))

    async def curate(self, batches: Sequence[str], rule: str = "", id: str = "") -> str:
        id = id or uuid4().hex
        await self.gate.handle(self.tenant, Do("curation", id, RequestCuration(tuple(batches), rule)))
        return id

    async def freeze(self, curation_id: str, **more: Any) -> str:
        id = uuid4().hex
        command = replace(RequestDataset("qa", curation_id), **more)
        await self.gate.handle(self.tenant, Do("dataset", id, command))
        return id

    async def outcome(self, topic: str, id: str, *types: str, seconds: float = 40) -> Any:
        """The record of the first event of these types about `id`, read from the log."""
        async with asyncio.timeout(seconds), LogSource(self.run.settings, [topic]) as source:
            async for event in source.events():
                if event and (event.tenant, event.subject) == (self.tenant, id) and event.type in types:
                    return event.data
        raise AssertionError("unreachable")

    async def curated(self, id: str) -> Any:
        """How a curation ended."""
        return await self.outcome("studio.curation", id, "CurationFinished", "CurationFailed")

    async def frozen(self, id: str) -> Any:
        """How a dataset ended."""
        return await self.outcome("studio.datasets", id, "DatasetFrozen", "DatasetRefused")

    async def scores(self, curation_id: str) -> tuple[list[Event], list[Verdict]]:
        """The score facts of a curation as a reader takes them, and every verdict on the way."""
        records: list[Raw] = []
        async with LogSource(self.run.settings, ["studio.curation.scores"]) as source:
            while not source.caught_up:
                records.extend(await source.poll())
        opened = [(raw, open_record(raw)) for raw in records]
        mine = [
            (raw, event)
            for raw, event in opened
            if not isinstance(event, Undecodable)
            and event.tenant == self.tenant
            and event.subject.startswith(f"{curation_id}/")
        ]
        found, _ = sort_out(list(mine), {})
        taken = [one.event for one in found if one.verdict is Verdict.TAKE and one.event is not None]
        return taken, [one.verdict for one in found]

    async def until(self, query: str, *values: object, seconds: float = 20) -> Any:
        """Wait until a query finds a row; returns its first column."""
        async with asyncio.timeout(seconds):
            while True:
                async with self.run.pool.connection() as conn:
                    row = await (await conn.execute(query.encode(), values)).fetchone()
                if row:
                    return row[0]
                await asyncio.sleep(0.05)


def _brisk(room: Room) -> Room:
    """The room with short leases and few attempts, so that tests of faults are short."""

    def build(run: Runtime) -> Any:
        processors, workers = room.build(run)
        return processors, [replace(worker, lease=1.5, attempts=2) for worker in workers]

    return replace(room, build=build)


@contextlib.asynccontextmanager
async def lake(settings: Settings) -> AsyncIterator[Lake]:
    """Both rooms and the relay at work on real servers."""
    async with runtime(settings) as run, FaultySink(settings) as sink:
        run = replace(run, sink=sink)
        tasks = [
            asyncio.create_task(run_rooms(run, [_brisk(curation.ROOM), _brisk(datasets.ROOM)])),
            asyncio.create_task(relay(settings)),
        ]
        try:
            yield Lake(run, sink)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
