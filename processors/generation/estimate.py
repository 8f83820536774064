"""What a batch will take, computed from the real chunks before anything is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from processors.generation.asker import topics_of
from processors.generation.kinds import KINDS
from processors.generation.plan import groups, planned, shares
from processors.generation.prices import Price
from processors.generation.prompt import ask, most_tokens
from processors.generation.recipe import Recipe
from processors.generation.texts import Text

BYTES_PER_TOKEN = 4.0
"""Of English text under the byte-pair vocabularies in use; other languages take more."""
RENDERED = 300
"""Prompts that are really rendered; the rest is taken to be like them."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """requests, tokens and cost (millionths of the price's currency, 0 where no price is known) if every question is
    answered well at the first try; most_*: what is reserved for them."""

    chunks: int
    requests: int
    tokens_in: int
    tokens_out: int
    cost: int
    most_tokens: int
    most_cost: int


def estimate(recipe: Recipe, texts: Sequence[tuple[str, Text]], price: Price | None) -> Estimate:
    """The estimate for (document id, text) pairs. Pure. Raises PromptRefused for a template with a fault."""
    chunks = sum(len(text.chunks) for _, text in texts)
    if recipe.method != "endpoint":
        return Estimate(chunks, 0, 0, 0, 0, 0, 0)
    by_id = dict(texts)
    all_groups = [
        group for id, text in texts for group in groups(id, [chunk[2:] for chunk in text.chunks], recipe.method)
    ]
    requests = rendered = tokens_in = tokens_out = most_in = most_out = 0
    for item in planned(all_groups, [part.count for part in recipe.parts]):
        if not item.asked:
            continue
        text, part = by_id[item.group.document], recipe.parts[item.part]
        passages = text.passages(item.group.document, item.group.first, item.group.last)
        quotas = shares(item.asked, [len(passage.text) for passage in passages])
        requests += sum(1 for quota in quotas if quota)
        if rendered >= RENDERED:
            continue
        wanted = {passage.chunk_id: quota for passage, quota in zip(passages, quotas, strict=True)}
        every = text.passages(item.group.document) if part.kind == "multi_hop" else passages
        for topic in topics_of(part, passages, item.group.first, every, text.counts):
            quota = wanted[topic.passages[0].chunk_id]
            if quota:
                most = most_tokens(ask(recipe, topic, quota, 0).body)
                rendered += 1
                tokens_in += round(most[0] / BYTES_PER_TOKEN)
                tokens_out += min(most[1], quota * KINDS[topic.kind].tokens)
                most_in, most_out = most_in + most[0], most_out + most[1]
    scale = requests / rendered if rendered else 0.0
    told = [round(value * scale) for value in (tokens_in, tokens_out, most_in, most_out)]
    cost, most_cost = (price.cost(told[0], told[1]), price.cost(told[2], told[3])) if price else (0, 0)
    return Estimate(chunks, requests, told[0], told[1], cost, told[2] + told[3], most_cost)
