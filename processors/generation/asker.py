"""A work item through an endpoint: asked within its budget, replies kept; or made again of what was kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager

import structlog
from studio.contract.records import Record

from processors.generation import ledger, replies
from processors.generation.asking import Answer, Harvest, choose, harvest
from processors.generation.budget import Purse
from processors.generation.came import Got
from processors.generation.endpoint import Endpoint
from processors.generation.facts import Origin
from processors.generation.items import origin_of, recipe_marks
from processors.generation.links import partner
from processors.generation.passage import Candidate, Missing, Passage
from processors.generation.prices import Price
from processors.generation.prompt import PromptRefused, Question, Topic, ask
from processors.generation.ranking import shortfall
from processors.generation.recipe import Part, Recipe
from processors.generation.reply import content
from streams.blobs import Blobs
from streams.database import Pool
from streams.outcome import Outcome, WorkItem

Connect = Callable[[], AbstractAsyncContextManager[Endpoint]]
"""Opens a client for the length of one work item."""
log = structlog.get_logger()


def topics_of(
    part: Part, passages: Sequence[Passage], first: int, every: Sequence[Passage], counts: Mapping[str, int]
) -> list[Topic]:
    """What an item asks about: each passage in its voice, for multi-hop with the passage of another section."""
    found: list[Topic] = []
    for place, passage in enumerate(passages):
        both: tuple[Passage, ...] = (passage,)
        if part.kind == "multi_hop":
            other = partner(passage, every, counts)
            if other is None:
                continue
            both = (passage, other)
        found.append(Topic(both, part, *part.voice(first + place)))
    return found


class Asker:
    """Asks endpoints, or reads again what they answered."""

    def __init__(self, pool: Pool, blobs: Blobs, connect: Connect) -> None:
        self._pool, self._blobs, self._connect = pool, blobs, connect

    async def ask(self, item: WorkItem, recipe: Recipe, topics: Sequence[Topic]) -> Outcome:
        """Ask for what the item owes."""
        one, request, origin = item.payload["item"], item.payload["request"], origin_of(item)
        price = Price.from_json(request.get("prices", ""))
        purse = Purse(
            self._pool, item.tenant, origin.batch, origin.item, request.get("budget_tokens", 0),
            request.get("budget_money", 0), price,
        )  # fmt: skip
        first_seed = recipe.seed + 1000 * one["round"] + 100_000 * one.get("part", 0)

        def make(topic: Topic, count: int, attempt: int) -> Question:
            return ask(recipe, topic, count, first_seed + attempt)

        async def going_on() -> bool:
            return await ledger.batch_status(self._pool, item.tenant, origin.batch) == "working"

        try:
            async with self._connect() as endpoint:

                async def reach(question: Question, topic: Topic, count: int, attempt: int) -> Answer:
                    return await self._reply(origin, endpoint, recipe.endpoint, purse, question, topic, count, attempt)

                await purse.begin()
                found = await harvest(topics, one["asked"], recipe.quality_threshold, make, reach, going_on)
        except PromptRefused as refused:
            log.warning("prompt_refused", batch=origin.batch, reason=str(refused))
            nothing = (Missing("template_cannot_be_rendered", one["asked"]),)
            return Outcome(facts=origin.story([origin.finished(one["asked"], 0, nothing)]))
        if not topics:
            found.aside["no_linked_section"] += one["asked"]
        return _outcome(origin, one["asked"], found, recipe.model, price, recipe_marks(request))

    async def reread(self, item: WorkItem, part: Part, threshold: float, every: Sequence[Passage]) -> Outcome:
        """Make samples of the replies that the item of an earlier batch got; nothing is asked or paid."""
        one, request, origin = item.payload["item"], item.payload["request"], origin_of(item)
        by_chunk = {(passage.document_id, passage.chunk_id): passage for passage in every}
        found = Harvest()
        taken: dict[str, list[Candidate]] = {}
        for kept in await replies.kept_of_item(self._pool, item.tenant, request["replies_of"], origin.item):
            passages = tuple(by_chunk[place] for place in kept.places if place in by_chunk)
            got = content(await self._blobs.get(kept.blob))
            if not passages or got is None:
                found.aside["reply_empty" if passages else "passage_gone"] += 1
                continue
            topic = Topic(passages, part, *part.voice(one["group"]["first"]))
            question = Question({"seed": kept.seed}, kept.request_sha256, kept.template_sha256)
            most = min(kept.asked, one["asked"] - len(found.samples))
            choose(found, got, question, topic, kept.blob, taken.setdefault(kept.passages, []), most, threshold)
        return _outcome(origin, one["asked"], found, request["model"], None, recipe_marks(request))

    async def _reply(
        self, origin: Origin, endpoint: Endpoint, base_url: str, purse: Purse, question: Question, topic: Topic,
        count: int, attempt: int,
    ) -> Answer:  # fmt: skip
        """The stored answer to a question, else the endpoint's, stored before it is read."""
        kept = await replies.kept_reply(self._pool, origin.tenant, origin.batch, question.sha256)
        if kept:
            raw = await self._blobs.get(kept.blob) if kept.blob else b""
            return Answer(raw, kept.blob, kept.reason, kept.detail, kept.request_blob)
        sent = (await self._blobs.put(origin.tenant, question.sent(), "application/json")).key
        named = hashlib.sha256(f"{origin.tenant}/{origin.batch}/{question.sha256}".encode()).hexdigest()
        came = await endpoint.ask(base_url, question.body, purse, named)
        about = {
            "request_blob": sent, "request_sha256": question.sha256, "item": origin.item, "attempt": attempt,
            "asked": count, "seed": question.body["seed"], "template_sha256": question.template_sha256,
            "passages": topic.places,
        }  # fmt: skip
        if isinstance(came, Got):
            blob = (await self._blobs.put(origin.tenant, came.raw, "application/json")).key
            kept = replies.Kept(blob, "", "", **about)
            answer = Answer(came.raw, blob, request_blob=sent)
        else:
            kept = replies.Kept("", came.reason, came.detail, **about)
            answer = Answer(b"", "", came.reason, came.detail, sent)
        await replies.keep_reply(self._pool, origin.tenant, origin.batch, kept)
        return answer


def _outcome(
    origin: Origin, asked: int, found: Harvest, model: str, price: Price | None, marks: Mapping[str, str]
) -> Outcome:
    """Replies, samples and the end of an item, in an order that a repeat reproduces."""
    records: list[Record] = []
    tokens_in = tokens_out = cost = 0
    for reply in found.replies:
        used = (reply.content.tokens_in, reply.content.tokens_out) if reply.content else (0, 0)
        paid = price.cost(*used) if price else 0
        tokens_in, tokens_out, cost = tokens_in + used[0], tokens_out + used[1], cost + paid
        records.append(origin.replied(reply, paid))
    for number, one in enumerate(found.samples, start=1):
        made_by = {
            "generator": "endpoint", "generator_version": "2", "model": model, "seed": one.question.body["seed"],
            "template_sha256": one.question.template_sha256, "request_sha256": one.question.sha256,
            "reply_blob": one.blob, "persona": one.topic.persona, "language": one.topic.language, **marks,
        }  # fmt: skip
        records.append(origin.sample(one.candidate, number, **made_by))
    delivered = len(found.samples)
    repaired = sum(one.candidate.repaired for one in found.samples)
    aside = [Missing(reason, count) for reason, count in sorted(found.aside.items())]
    missing = shortfall(asked, delivered, aside)
    end = origin.finished(asked, delivered, missing, (tokens_in, tokens_out), cost, repaired)
    return Outcome(facts=origin.story([*records, end]))
