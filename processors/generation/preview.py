"""A few samples of a recipe before anything is spent on a batch."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from processors.generation import extractive
from processors.generation.asker import topics_of
from processors.generation.asking import Answer, Harvest, harvest
from processors.generation.came import Got
from processors.generation.endpoint import Endpoint
from processors.generation.passage import Candidate, Missing
from processors.generation.prompt import Question, Topic, ask
from processors.generation.ranking import shortfall
from processors.generation.recipe import Part, Recipe
from processors.generation.texts import Text

SAMPLES, CHUNKS = 5, 24


@dataclass(frozen=True, slots=True)
class Preview:
    """Candidates, a reason for each that is missing, and what the endpoint charged (tokens in and out)."""

    samples: tuple[Candidate, ...]
    missing: tuple[Missing, ...]
    tokens_in: int = 0
    tokens_out: int = 0
    detail: str = ""


async def preview(recipe: Recipe, document: str, text: Text, endpoint: Endpoint | None) -> Preview:
    """Up to SAMPLES samples in the recipe's mix from one document. `endpoint` goes with that method.

    Raises:
        PromptRefused: a template cannot be rendered.
    """
    small = recipe.scaled(min(SAMPLES, recipe.count))
    samples: list[Candidate] = []
    missing: list[Missing] = []
    tokens_in = tokens_out = 0
    detail = ""
    for part in small.parts:
        if endpoint is None:
            taken, short = await asyncio.to_thread(_extracted, small, part, document, text)
        else:
            found = await _asked(small, part, document, text, endpoint)
            taken = [sampled.candidate for sampled in found.samples]
            aside = [Missing(reason, count) for reason, count in sorted(found.aside.items())]
            short = shortfall(part.count, len(taken), aside)
            detail = found.detail or detail
            tokens_in += sum(reply.content.tokens_in for reply in found.replies if reply.content)
            tokens_out += sum(reply.content.tokens_out for reply in found.replies if reply.content)
        samples += taken
        missing += short
    return Preview(tuple(samples), tuple(missing), tokens_in, tokens_out, detail)


def _extracted(recipe: Recipe, part: Part, document: str, text: Text) -> tuple[list[Candidate], tuple[Missing, ...]]:
    made = partial(extractive.chosen, kind=part.kind, text=text) if part.kind else extractive.generate
    ranked = made(text.passages(document), text.counts, recipe.quality_threshold, recipe.seed)
    taken = list(ranked.order[: part.count])
    return taken, shortfall(part.count, len(taken), ranked.aside)


async def _asked(recipe: Recipe, part: Part, document: str, text: Text, endpoint: Endpoint) -> Harvest:
    every = text.passages(document)
    step = max(1, len(every) // CHUNKS)
    topics: Sequence[Topic] = topics_of(part, every[::step][:CHUNKS], 0, every, text.counts)

    async def reach(question: Question, topic: Topic, count: int, attempt: int) -> Answer:
        came = await endpoint.ask(recipe.endpoint, question.body)
        return Answer(came.raw, "") if isinstance(came, Got) else Answer(b"", "", came.reason, came.detail)

    async def always() -> bool:
        return True

    def make(topic: Topic, count: int, attempt: int) -> Question:
        return ask(recipe, topic, count, recipe.seed + attempt)

    return await harvest(topics, part.count, recipe.quality_threshold, make, reach, always)
