"""The long part of the room: planning a batch and doing its items."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import structlog
from studio.contract.records import Record

from processors.generation import extractive, ledger, replies
from processors.generation.asking import TRIES_PER_PASSAGE, Answer, harvest
from processors.generation.decide import FailBatch
from processors.generation.endpoint import Endpoint, Got
from processors.generation.facts import FAILED_EPOCH
from processors.generation.items import origin_of, sample_item
from processors.generation.passage import Missing, Passage
from processors.generation.plan import Group, first_round, groups
from processors.generation.prompt import PromptRefused, Question, ask
from processors.generation.ranking import shortfall
from processors.generation.texts import Texts
from streams.blobs import Blobs
from streams.database import Connection, Pool
from streams.gate import Do
from streams.outcome import NOTHING, Outcome, WorkItem, enqueue

log = structlog.get_logger()


class NotKnown(Exception):
    """A batch names documents that the log has not told of yet, or never will."""


Connect = Callable[[], AbstractAsyncContextManager[Endpoint]]
"""Opens a client for the length of one work item."""


class Generator:
    """Does the room's work items."""

    def __init__(self, pool: Pool, blobs: Blobs, connect: Connect) -> None:
        self._pool = pool
        self._blobs = blobs
        self._texts = Texts(blobs)
        self._connect = connect

    async def work(self, item: WorkItem) -> Outcome:
        return await (self._plan(item) if item.payload.get("plan") else self._sample(item))

    async def failed(self, item: WorkItem, error: Exception) -> Outcome:
        """Given up: an item ends with the reason for all it was asked for; a plan fails its batch."""
        if item.payload.get("plan"):
            if isinstance(error, NotKnown):
                command = FailBatch(
                    "DOCUMENT_UNKNOWN", str(error), "Upload the documents first; ids are case-sensitive."
                )
            else:
                command = FailBatch("PLANNING_FAILED", str(error), "See the log of the generation room.")
            return Outcome(commands=(Do("batch", item.payload["batch"], command),))
        origin = origin_of(item)
        asked = item.payload["item"]["asked"]
        missing = (Missing(f"item_failed_{type(error).__name__}", asked),)
        return Outcome(facts=(origin.event(origin.finished(asked, 0, missing), 1, FAILED_EPOCH),))

    async def _plan(self, item: WorkItem) -> Outcome:
        batch, request = item.payload["batch"], item.payload["request"]
        wanted = request["documents"]
        known = await ledger.documents(self._pool, item.tenant, wanted)
        unknown = [document for document in wanted if document not in known]
        if unknown:
            raise NotKnown(f"no document {', '.join(unknown)}")
        if any(source.status not in ledger.SETTLED for source in known.values()):
            return NOTHING  # the news of the last document brings another plan
        usable = [known[document] for document in wanted if known[document].status == "extracted"]
        if not usable:
            states = ", ".join(f"{source.id} is {source.status}" for source in known.values())
            command = FailBatch("NO_DOCUMENT", f"No document can be used: {states}.", "Look at the documents' errors.")
            return Outcome(commands=(Do("batch", batch, command),))
        all_groups: list[Group] = []
        for source in usable:
            text = await self._texts.get(source.text_blob, source.chunks_blob)
            all_groups += groups(source.id, [chunk[2:] for chunk in text.chunks], request["method"])
        items = first_round(all_groups, request["count"])
        if not items:
            command = FailBatch("NO_TEXT", "The documents hold no passage.", "Choose documents with running text.")
            return Outcome(commands=(Do("batch", batch, command),))

        async def start(conn: Connection) -> None:
            if await ledger.move_batch(conn, item.tenant, batch, "working", ("waiting",)):
                await ledger.put_items(conn, item.tenant, batch, items)
                now = [sample_item(item.tenant, batch, request, one) for one in items if one.delivered is None]
                await enqueue(conn, now)

        return Outcome(effects=(start,))

    async def _sample(self, item: WorkItem) -> Outcome:
        batch = item.payload["batch"]
        if await ledger.batch_status(self._pool, item.tenant, batch) != "working":
            return NOTHING
        one = item.payload["item"]
        document = one["group"]["document"]
        source = (await ledger.documents(self._pool, item.tenant, [document]))[document]
        text = await self._texts.get(source.text_blob, source.chunks_blob)
        passages = text.passages(document, one["group"]["first"], one["group"]["last"])
        if item.payload["request"]["method"] == "endpoint":
            return await self._asked(item, passages)
        return await self._extracted(item, passages, text.counts)

    async def _extracted(self, item: WorkItem, passages: list[Passage], counts: Counter[str]) -> Outcome:
        one, request, origin = item.payload["item"], item.payload["request"], origin_of(item)
        ranked = await asyncio.to_thread(
            extractive.generate, passages, counts, request["quality_threshold"], request["seed"]
        )
        taken = ranked.order[one["skip"] : one["skip"] + one["asked"]]
        made_by = {"generator": extractive.GENERATOR, "generator_version": extractive.VERSION, "seed": request["seed"]}
        records: list[Record] = [
            origin.sample(candidate, number, **made_by) for number, candidate in enumerate(taken, start=1)
        ]
        end = origin.finished(one["asked"], len(taken), shortfall(one["asked"], len(taken), ranked.aside))
        return Outcome(facts=tuple(origin.event(record, seq) for seq, record in enumerate([*records, end], start=1)))

    async def _asked(self, item: WorkItem, passages: list[Passage]) -> Outcome:
        one, request, origin = item.payload["item"], item.payload["request"], origin_of(item)

        def make(passage: Passage, count: int, attempt: int) -> Question:
            seed = request["seed"] + 1000 * one["round"] + attempt
            return ask(
                request["endpoint"], request["model"], request["template"], passage, count,
                request["temperature"], request["max_tokens"], seed,
            )  # fmt: skip

        async def going_on() -> bool:
            return await ledger.batch_status(self._pool, item.tenant, origin.batch) == "working"

        try:
            async with self._connect() as endpoint:

                async def reach(question: Question) -> Answer:
                    return await self._reply(item.tenant, origin.batch, endpoint, request["endpoint"], question)

                found = await harvest(
                    passages, one["asked"], request["quality_threshold"], make, reach,
                    TRIES_PER_PASSAGE * len(passages), going_on,
                )  # fmt: skip
        except PromptRefused as refused:
            log.warning("prompt_refused", batch=origin.batch, reason=str(refused))
            nothing = (Missing("template_cannot_be_rendered", one["asked"]),)
            return Outcome(facts=(origin.event(origin.finished(one["asked"], 0, nothing), 1),))
        records: list[Record] = [
            origin.sample(
                sampled.candidate, number, generator="endpoint", generator_version="1", model=request["model"],
                seed=sampled.question.body["seed"], template_sha256=sampled.question.template_sha256,
                request_sha256=sampled.question.sha256, reply_blob=sampled.blob,
            )
            for number, sampled in enumerate(found.samples, start=1)
        ]  # fmt: skip
        aside = [Missing(reason, count) for reason, count in sorted(found.aside.items())]
        delivered = len(records)
        missing = shortfall(one["asked"], delivered, aside)
        end = origin.finished(one["asked"], delivered, missing, (found.tokens_in, found.tokens_out))
        return Outcome(facts=tuple(origin.event(record, seq) for seq, record in enumerate([*records, end], start=1)))

    async def _reply(self, tenant: str, batch: str, endpoint: Endpoint, base_url: str, question: Question) -> Answer:
        """The stored answer to a question, else the endpoint's, stored before it is read."""
        kept = await replies.kept_reply(self._pool, tenant, batch, question.sha256)
        if kept:
            raw = await self._blobs.get(kept.blob) if kept.blob else b""
            return Answer(raw, kept.blob, kept.reason, kept.detail)
        came = await endpoint.ask(base_url, question.body)
        if isinstance(came, Got):
            blob = (await self._blobs.put(tenant, came.raw, "application/json")).key
            await replies.keep_reply(self._pool, tenant, batch, question.sha256, replies.Kept(blob, "", ""))
            return Answer(came.raw, blob)
        await replies.keep_reply(self._pool, tenant, batch, question.sha256, replies.Kept("", came.reason, came.detail))
        return Answer(b"", "", came.reason, came.detail)
