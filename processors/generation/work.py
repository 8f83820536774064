"""The long part of the room: planning a batch and doing its items."""

from __future__ import annotations

import asyncio
from functools import partial

from studio.contract.records import Record

from processors.generation import extractive, ledger
from processors.generation.asker import Asker, Connect, topics_of
from processors.generation.decide import FailBatch
from processors.generation.facts import FAILED_EPOCH
from processors.generation.items import origin_of, recipe_marks, sample_item
from processors.generation.passage import Missing, Passage
from processors.generation.plan import Group, groups, planned
from processors.generation.ranking import shortfall
from processors.generation.recipe import recipe_of
from processors.generation.texts import Text, Texts
from streams.blobs import Blobs
from streams.database import Connection, Pool
from streams.gate import Do
from streams.outcome import NOTHING, Outcome, WorkItem, enqueue


class NotKnown(Exception):
    """A batch names documents that the log has not told of yet, or never will."""


class Generator:
    """Does the room's work items."""

    def __init__(self, pool: Pool, blobs: Blobs, connect: Connect) -> None:
        self._pool = pool
        self._blobs = blobs
        self._texts = Texts(blobs)
        self._asker = Asker(pool, blobs, connect)

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
        if request.get("replies_of"):
            items = await ledger.items_again(self._pool, item.tenant, request["replies_of"])
        else:
            items = planned(all_groups, [part.count for part in recipe_of(request).parts])
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
        recipe = recipe_of(item.payload["request"])
        part = recipe.parts[one.get("part", 0)]
        if recipe.method == "endpoint":
            every = text.passages(document)
            if item.payload["request"].get("replies_of"):
                return await self._asker.reread(item, part, recipe.quality_threshold, every)
            topics = topics_of(part, passages, one["group"]["first"], every, text.counts)
            return await self._asker.ask(item, recipe, topics)
        return await self._extracted(item, passages, text, part.kind)

    async def _extracted(self, item: WorkItem, passages: list[Passage], text: Text, kind: str) -> Outcome:
        one, request, origin = item.payload["item"], item.payload["request"], origin_of(item)
        made = extractive.generate if not kind else partial(extractive.chosen, kind=kind, text=text)
        ranked = await asyncio.to_thread(made, passages, text.counts, request["quality_threshold"], request["seed"])
        taken = ranked.order[one["skip"] : one["skip"] + one["asked"]]
        made_by = {
            "generator": extractive.GENERATOR, "generator_version": extractive.VERSION, "seed": request["seed"],
            **recipe_marks(request),
        }  # fmt: skip
        records: list[Record] = [
            origin.sample(candidate, number, **made_by) for number, candidate in enumerate(taken, start=1)
        ]
        end = origin.finished(one["asked"], len(taken), shortfall(one["asked"], len(taken), ranked.aside))
        return Outcome(facts=origin.story([*records, end]))
