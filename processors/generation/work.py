"""The long part of the room: planning a batch and doing its items."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import structlog
from studio.contract.records import BatchRequested

from processors.generation import extractive, ledger
from processors.generation.asking import TRIES_PER_PASSAGE, Answer, harvest
from processors.generation.decide import FailBatch
from processors.generation.endpoint import Endpoint, Got
from processors.generation.facts import FAILED_EPOCH, Origin
from processors.generation.passage import Missing, Passage
from processors.generation.plan import Group, Item, first_round, groups
from processors.generation.prompt import PromptRefused, Question, ask
from processors.generation.ranking import shortfall
from streams.blobs import Blobs
from streams.database import Connection, Pool
from streams.gate import Do
from streams.outcome import NOTHING, Outcome, WorkItem, enqueue

ROOM = "generation"
TEXTS_KEPT = 6
log = structlog.get_logger()


class NotKnown(Exception):
    """A batch names documents that the log has not told of yet, or never will."""


@dataclass(frozen=True, slots=True)
class Text:
    """A document's canonical text, ready for generators. chunks: (id, section id, start, end)."""

    text: str
    titles: dict[str, str]
    chunks: tuple[tuple[str, str, int, int], ...]
    counts: Counter[str]

    def passages(self, document: str, first: int, last: int) -> list[Passage]:
        return [
            Passage(document, section, self.titles[section], chunk, start, self.text[start:end])
            for chunk, section, start, end in self.chunks[first:last]
        ]


def plan_item(tenant: str, batch: str, request: dict[str, Any], mark: str) -> WorkItem:
    """The work item that plans a batch; `mark` tells its occasions apart."""
    return WorkItem(ROOM, f"{tenant}/{batch}/plan/{mark}", tenant, {"plan": True, "batch": batch, "request": request})


def sample_item(tenant: str, batch: str, request: dict[str, Any], item: Item) -> WorkItem:
    """The work item for one planned item."""
    payload = {"batch": batch, "request": request, "item": asdict(item)}
    return WorkItem(ROOM, f"{tenant}/{batch}/{item.name}", tenant, payload)


Connect = Callable[[], AbstractAsyncContextManager[Endpoint]]
"""Opens a client for the length of one work item."""


class Generator:
    """Does the room's work items."""

    def __init__(self, pool: Pool, blobs: Blobs, connect: Connect) -> None:
        self._pool = pool
        self._blobs = blobs
        self._connect = connect
        self._texts: dict[str, Text] = {}

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
        origin = _origin(item)
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
            text = await self._text(source.text_blob, source.chunks_blob)
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
        text = await self._text(source.text_blob, source.chunks_blob)
        passages = text.passages(document, one["group"]["first"], one["group"]["last"])
        if item.payload["request"]["method"] == "endpoint":
            return await self._asked(item, passages)
        return await self._extracted(item, passages, text.counts)

    async def _extracted(self, item: WorkItem, passages: list[Passage], counts: Counter[str]) -> Outcome:
        one, request, origin = item.payload["item"], item.payload["request"], _origin(item)
        ranked = await asyncio.to_thread(
            extractive.generate, passages, counts, request["quality_threshold"], request["seed"]
        )
        taken = ranked.order[one["skip"] : one["skip"] + one["asked"]]
        made_by = {"generator": extractive.GENERATOR, "generator_version": extractive.VERSION, "seed": request["seed"]}
        records = [origin.sample(candidate, number, **made_by) for number, candidate in enumerate(taken, start=1)]
        end = origin.finished(one["asked"], len(taken), shortfall(one["asked"], len(taken), ranked.aside))
        return Outcome(facts=tuple(origin.event(record, seq) for seq, record in enumerate([*records, end], start=1)))

    async def _asked(self, item: WorkItem, passages: list[Passage]) -> Outcome:
        one, request, origin = item.payload["item"], item.payload["request"], _origin(item)

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
            missing = (Missing("template_cannot_be_rendered", one["asked"]),)
            return Outcome(facts=(origin.event(origin.finished(one["asked"], 0, missing), 1),))
        records = [
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
        kept = await ledger.kept_reply(self._pool, tenant, batch, question.sha256)
        if kept:
            raw = await self._blobs.get(kept.blob) if kept.blob else b""
            return Answer(raw, kept.blob, kept.reason, kept.detail)
        came = await endpoint.ask(base_url, question.body)
        if isinstance(came, Got):
            blob = (await self._blobs.put(tenant, came.raw, "application/json")).key
            await ledger.keep_reply(self._pool, tenant, batch, question.sha256, ledger.Kept(blob, "", ""))
            return Answer(came.raw, blob)
        await ledger.keep_reply(self._pool, tenant, batch, question.sha256, ledger.Kept("", came.reason, came.detail))
        return Answer(b"", "", came.reason, came.detail)

    async def _text(self, text_blob: str, chunks_blob: str) -> Text:
        key = f"{text_blob}|{chunks_blob}"
        if key not in self._texts:
            text = (await self._blobs.get(text_blob)).decode()
            cut = json.loads(await self._blobs.get(chunks_blob))
            chunks = tuple((chunk["id"], chunk["section_id"], chunk["start"], chunk["end"]) for chunk in cut["chunks"])
            titles = {section["id"]: section["title"] for section in cut["sections"]}
            counts = await asyncio.to_thread(extractive.word_counts, text)
            while len(self._texts) >= TEXTS_KEPT:
                self._texts.pop(next(iter(self._texts)), None)
            self._texts[key] = Text(text, titles, chunks, counts)
        return self._texts[key]


def as_request(record: BatchRequested, cause: UUID, correlation: UUID, traceparent: str) -> dict[str, Any]:
    """The request as work items carry it."""
    fields = {name: getattr(record, name) for name in record.__dataclass_fields__}
    fields["documents"] = list(record.documents)
    return {**fields, "cause": str(cause), "correlation": str(correlation), "traceparent": traceparent}


def _origin(item: WorkItem) -> Origin:
    request = item.payload["request"]
    return Origin(
        item.tenant, item.payload["batch"], item.payload["item"]["name"], UUID(request["cause"]),
        UUID(request["correlation"]), request["traceparent"],
    )  # fmt: skip
