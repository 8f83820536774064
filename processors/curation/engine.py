"""The curation room at work: plan what has no score yet, score it in pieces of seconds, apply the rule.

    known    the batches exist; else the curation fails with the way out
    plan     cut what has no score of today's versions into pieces; nothing to score is fine
    each     grounding, round trip and form of some samples of one batch
    together duplicates, over the whole curation
    finish   judge every sample by the rule and the reviews, store the result, say so

What a piece scores is fixed when it is planned, so a repeat after a crash gives the same facts under the same numbers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from psycopg.types.json import Jsonb
from studio.contract.records import SampleGenerated
from studio.rule import parse

from processors.curation import result, scorers, tables
from processors.curation.arrivals import ROOM as NAME
from processors.curation.arrivals import TOPICS, handle
from processors.curation.decide import CURATION, FailCuration, FinishCuration
from processors.curation.pieces import finish_item, pieces, score_facts, scored_sample
from processors.curation.review import REVIEW
from processors.curation.round_trip import Passages
from processors.curation.sample import Sample, Score
from processors.curation.tables import Job
from streams.blobs import BlobBroken, BlobMissing
from streams.database import Connection
from streams.gate import Do
from streams.outcome import NOTHING, Effect, Outcome, WorkItem, enqueue
from streams.processor import Processor
from streams.room import Room, Runtime, run_room
from streams.settings import Settings
from streams.work import Worker

CACHED_CHARACTERS = 20_000_000


class NotYet(Exception):
    """Batches that nobody has heard of so far; topics move independently, so they may still come."""


class Desk:
    """One process's work on curations; texts and passage indexes are kept between pieces."""

    def __init__(self, run: Runtime) -> None:
        self.run = run
        self._texts: dict[str, str] = {}
        self._indexes: dict[tuple[str, str, int], Passages] = {}

    async def work(self, item: WorkItem) -> Outcome:
        """Do one item."""
        job = await tables.job(self.run.pool, item.tenant, item.payload["id"])
        if job.state == "ended":
            return NOTHING
        match item.payload["step"]:
            case "known":
                return await self._known(job)
            case "plan":
                return await self._plan(job)
            case "each":
                return await self._each(job, item)
            case "together":
                return await self._together(job, item)
            case _:
                return await self._finish(job)

    async def failed(self, item: WorkItem, error: Exception) -> Outcome:
        """Fail the curation of an item that cannot be done."""
        if isinstance(error, NotYet):
            command = FailCuration("BATCH_UNKNOWN", str(error), "give the ids of batches that were requested")
        else:
            remedy = "request the curation again; scores that exist are not computed twice"
            command = FailCuration("SCORING_FAILED", f"{item.payload['step']}: {error}", remedy)
        return Outcome(commands=(Do("curation", item.payload["id"], command),))

    async def _known(self, job: Job) -> Outcome:
        states = await tables.batch_states(self.run.pool, job.tenant, job.batches)
        if missing := [batch for batch in job.batches if batch not in states]:
            raise NotYet(f"no such batch: {', '.join(missing[:5])}")
        return NOTHING

    async def _plan(self, job: Job) -> Outcome:
        samples, upto = await tables.samples(self.run.pool, job.tenant, job.batches)
        if not samples:
            states = await tables.batch_states(self.run.pool, job.tenant, job.batches)
            told = "; ".join(
                f"batch {batch} {state}: {reason or 'no sample'}" for batch, (state, reason) in states.items()
            )
            command = FailCuration("NO_SAMPLES", told, "generate from other documents or with another method")
            return Outcome(commands=(Do("curation", job.id, command),))
        versions = scorers.versions(sample.sample_id for sample in samples)
        ids = [sample.sample_id for sample in samples]
        items = pieces(job, samples, versions, await tables.scored(self.run.pool, job.tenant, ids, versions))

        async def planned(conn: Connection) -> None:
            await conn.execute(
                "update curation.job set upto = %s, versions = %s, items = %s where tenant = %s and id = %s",
                [upto, Jsonb(versions), len(items), job.tenant, job.id],
            )

        return Outcome(effects=(planned,), work=tuple(items) or (finish_item(job),))

    async def _each(self, job: Job, item: WorkItem) -> Outcome:
        batch, wanted = item.payload["batch"], dict(item.payload["samples"])
        records, _ = await tables.samples(self.run.pool, job.tenant, [batch], job.upto)
        samples = await self._samples(job.tenant, [record for record in records if record.sample_id in wanted])
        index = await self._index(job, batch, records)

        def score() -> list[Score]:
            return [one for sample in samples for one in scorers.score_each([sample], wanted[sample.sample_id], index)]

        return self._scored(job, item, records, await asyncio.to_thread(score))

    async def _together(self, job: Job, item: WorkItem) -> Outcome:
        records, _ = await tables.samples(self.run.pool, job.tenant, job.batches, job.upto)
        # Duplicates are a matter of question and answer: no passage is needed.
        samples = [scored_sample(record, "") for record in records]
        wanted = item.payload["scorers"]
        scores = await asyncio.to_thread(scorers.score_together, samples, wanted, job.versions)
        return self._scored(job, item, records, scores)

    def _scored(self, job: Job, item: WorkItem, records: Sequence[SampleGenerated], scores: Sequence[Score]) -> Outcome:
        facts = score_facts(job, item.payload["item"], records, scores)

        async def store(conn: Connection) -> None:
            # Our own copy in the same transaction: the result need not wait until the facts come back from the log.
            await tables.store_scores(conn, job.tenant, job.id, scores)

        return Outcome(facts=facts, effects=(store, _one_less(job)))

    async def _finish(self, job: Job) -> Outcome:
        records, _ = await tables.samples(self.run.pool, job.tenant, job.batches, job.upto)
        ids = [record.sample_id for record in records]
        scores = await tables.scores(self.run.pool, job.tenant, ids, job.versions)
        reviews = await tables.reviews(self.run.pool, job.tenant, ids)
        documents = await tables.documents(self.run.pool, job.tenant, (record.document_id for record in records))
        samples = await self._samples(job.tenant, records)
        rule = parse(job.rule)
        judged = [
            result.judge(
                record, sample.passage, documents[record.document_id], scores.get(id, {}), rule, reviews.get(id)
            )
            for id, record, sample in zip(ids, records, samples, strict=True)
        ]
        blob = await self.run.blobs.put(
            job.tenant, await asyncio.to_thread(result.write, judged), "application/vnd.apache.parquet"
        )
        kept = sum(one.kept for one in judged)
        command = FinishCuration(len(judged), kept, len(judged) - kept, result.reasons(judged), blob.key)
        return Outcome(commands=(Do("curation", job.id, command),))

    async def _samples(self, tenant: str, records: Sequence[SampleGenerated]) -> list[Sample]:
        documents = await tables.documents(self.run.pool, tenant, (record.document_id for record in records))
        return [scored_sample(record, await self._text(documents[record.document_id].text_blob)) for record in records]

    async def _text(self, key: str) -> str:
        if key not in self._texts:
            while self._texts and sum(map(len, self._texts.values())) > CACHED_CHARACTERS:
                self._texts.pop(next(iter(self._texts)))
            self._texts[key] = (await self.run.blobs.get(key)).decode()
        return self._texts[key]

    async def _index(self, job: Job, batch: str, records: Sequence[SampleGenerated]) -> Passages:
        key = (job.tenant, batch, job.upto)
        if key not in self._indexes:
            passages = [sample.passage for sample in await self._samples(job.tenant, records)]
            index = await asyncio.to_thread(Passages, passages)
            while len(self._indexes) >= 4:
                self._indexes.pop(next(iter(self._indexes)))
            self._indexes[key] = index
        return self._indexes[key]


def _one_less(job: Job) -> Effect:
    async def count(conn: Connection) -> None:
        row = await (
            await conn.execute(
                "update curation.job set items = items - 1 where tenant = %s and id = %s returning items",
                [job.tenant, job.id],
            )
        ).fetchone()
        if row is not None and row[0] == 0:
            await enqueue(conn, [finish_item(job)])

    return count


def build(run: Runtime) -> tuple[Sequence[Processor], Sequence[Worker]]:
    """The room's processor and worker."""
    desk = Desk(run)
    worker = Worker(NAME, desk.work, desk.failed, permanent=(BlobMissing, BlobBroken), parallel=2)
    return [Processor("curation", TOPICS, handle, batch=200)], [worker]


ROOM = Room("curation", (CURATION, REVIEW), build)


async def run(settings: Settings) -> None:
    """Run the room until cancelled."""
    await run_room(settings, ROOM)
