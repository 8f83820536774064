"""The curation room at work: plan what has no score yet, score it in pieces of seconds, apply the rule.

    known    the batches exist; else the curation fails with the way out
    plan     cut what has no score of today's versions into pieces; nothing to score is fine
    each     grounding, round trip and form of some samples of one batch
    together duplicates, over the whole curation, and beside earlier datasets
    remote   what models say of some samples; embedded: of all of them
    finish   judge every sample by the rule and the reviews, store the result, say so

What a piece scores is fixed when it is planned, so a repeat after a crash gives the same facts under the same numbers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from psycopg.types.json import Jsonb
from studio.contract.records import SampleGenerated
from studio.rule import parse

from processors.curation import choosing, remote, result, scorers, tables
from processors.curation.arrivals import ROOM as NAME
from processors.curation.arrivals import TOPICS, handle
from processors.curation.decide import CURATION, FailCuration, FinishCuration
from processors.curation.missing import Missing, NotYet
from processors.curation.pieces import finish_item, pieces, score_facts, scored_sample
from processors.curation.progress import one_less
from processors.curation.review import REVIEW
from processors.curation.sample import Score
from processors.curation.sources import Sources
from processors.curation.tables import Job
from streams.blobs import BlobBroken, BlobMissing
from streams.database import Connection
from streams.gate import Do
from streams.outcome import NOTHING, Outcome, WorkItem
from streams.processor import Processor
from streams.room import Room, Runtime, run_room
from streams.settings import Settings
from streams.work import Worker

DATASETS = frozenset(one.name for one in scorers.SCORERS if one.scope == "datasets")


class Desk:
    """One process's work on curations; texts and passage indexes are kept between pieces."""

    def __init__(self, run: Runtime) -> None:
        self.run = run
        self.sources = Sources(run)

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
            case "remote" | "embedded":
                return await self._far(job, item)
            case "together":
                return await self._together(job, item)
            case _:
                return await self._finish(job)

    async def failed(self, item: WorkItem, error: Exception) -> Outcome:
        """Fail the curation of an item that cannot be done."""
        if isinstance(error, NotYet):
            command = FailCuration("BATCH_UNKNOWN", str(error), "give the ids of batches that were requested")
        elif isinstance(error, Missing):
            command = FailCuration("SCORER_MISSING", str(error), error.remedy)
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
        ids = [sample.sample_id for sample in samples]
        settings = choosing.read(job.settings)
        chosen = choosing.chosen(job.scorers, settings)
        datasets = [id for id, *_ in await tables.datasets(self.run.pool, job.tenant)]
        versions = scorers.versions(ids, chosen, settings, datasets)
        items = pieces(job, samples, chosen, await tables.scored(self.run.pool, job.tenant, ids, versions))

        async def planned(conn: Connection) -> None:
            await conn.execute(
                "update curation.job set upto = %s, versions = %s, items = %s where tenant = %s and id = %s",
                [upto, Jsonb(versions), len(items), job.tenant, job.id],
            )

        return Outcome(effects=(planned,), work=tuple(items) or (finish_item(job),))

    async def _each(self, job: Job, item: WorkItem) -> Outcome:
        batch, wanted = item.payload["batch"], dict(item.payload["samples"])
        records, _ = await tables.samples(self.run.pool, job.tenant, [batch], job.upto)
        samples = await self.sources.samples(job.tenant, [record for record in records if record.sample_id in wanted])
        index, settings = await self.sources.index(job, batch, records), choosing.read(job.settings)

        def score() -> list[Score]:
            scores: list[Score] = []
            for sample in samples:
                scores += scorers.score_each([sample], wanted[sample.sample_id], index, settings)
            return [replace(one, version=job.versions[one.scorer]) for one in scores]

        return self._scored(job, item, records, await asyncio.to_thread(score))

    async def _together(self, job: Job, item: WorkItem) -> Outcome:
        records, _ = await tables.samples(self.run.pool, job.tenant, job.batches, job.upto)
        # Duplicates are a matter of question and answer: no passage is needed.
        samples = [scored_sample(record, "") for record in records]
        wanted = item.payload["scorers"]
        rows = await self.sources.earlier(job) if DATASETS & set(wanted) else []
        scores = await asyncio.to_thread(scorers.score_together, samples, wanted, job.versions, rows)
        return self._scored(job, item, records, scores)

    async def _far(self, job: Job, item: WorkItem) -> Outcome:
        """What models say about some samples, or about all of them."""
        records, _ = await tables.samples(self.run.pool, job.tenant, job.batches, job.upto)
        wanted = dict(item.payload.get("samples", ()))
        samples = await self.sources.samples(
            job.tenant, [one for one in records if not wanted or one.sample_id in wanted]
        )
        scores = await remote.reach(self.run.settings, samples, wanted, choosing.read(job.settings), job.versions)
        return self._scored(job, item, records, scores)

    def _scored(self, job: Job, item: WorkItem, records: Sequence[SampleGenerated], scores: Sequence[Score]) -> Outcome:
        facts = score_facts(job, item.payload["item"], records, scores)

        async def store(conn: Connection) -> None:
            # Our own copy in the same transaction: the result need not wait until the facts come back from the log.
            await tables.store_scores(conn, job.tenant, job.id, scores)

        return Outcome(facts=facts, effects=(store, one_less(job)))

    async def _finish(self, job: Job) -> Outcome:
        records, _ = await tables.samples(self.run.pool, job.tenant, job.batches, job.upto)
        ids = [record.sample_id for record in records]
        scores = await tables.scores(self.run.pool, job.tenant, ids, job.versions)
        reviews = await tables.reviews(self.run.pool, job.tenant, ids)
        documents = await tables.documents(self.run.pool, job.tenant, (record.document_id for record in records))
        samples = await self.sources.samples(job.tenant, records)
        rule, mode = parse(job.rule), choosing.read(job.settings).get("pii", {}).get("mode", "count")
        judged = [
            result.judge(
                record, sample.passage, documents[record.document_id], scores.get(id, {}), rule, reviews.get(id)
            )
            for id, record, sample in zip(ids, records, samples, strict=True)
        ]
        judged = await asyncio.to_thread(lambda: [result.without_personal_data(one, mode) for one in judged])
        blob = await self.run.blobs.put(
            job.tenant, await asyncio.to_thread(result.write, judged), "application/vnd.apache.parquet"
        )
        kept = sum(one.kept for one in judged)
        command = FinishCuration(len(judged), kept, len(judged) - kept, result.reasons(judged), blob.key)
        return Outcome(commands=(Do("curation", job.id, command),))


def build(run: Runtime) -> tuple[Sequence[Processor], Sequence[Worker]]:
    """The room's processor and worker."""
    desk = Desk(run)
    worker = Worker(NAME, desk.work, desk.failed, permanent=(BlobMissing, BlobBroken, Missing), parallel=2)
    return [Processor("curation", TOPICS, handle, batch=200)], [worker]


ROOM = Room("curation", (CURATION, REVIEW), build)


async def run(settings: Settings) -> None:
    """Run the room until cancelled."""
    await run_room(settings, ROOM)
