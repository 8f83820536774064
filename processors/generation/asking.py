"""One work item through an endpoint: passage by passage, until there are enough samples or the budget is spent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from processors.generation.passage import Candidate, Passage
from processors.generation.plan import shares
from processors.generation.prompt import Question
from processors.generation.ranking import BELOW_THRESHOLD, OVERLAP, REPEATED
from processors.generation.reply import EMPTY, content, read

BUDGET = "request_budget_spent"
TRIES_PER_PASSAGE = 3
"""Questions to the endpoint for one passage: one, and two more for what was cut, empty or put aside."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The raw reply and its blob, or why there is none."""

    raw: bytes
    blob: str
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Sampled:
    """A candidate and the request and reply that it comes from."""

    candidate: Candidate
    question: Question
    blob: str


@dataclass(slots=True)
class Harvest:
    """What an item yielded. `detail` says more about the last failure of the endpoint."""

    samples: list[Sampled] = field(default_factory=list)
    aside: Counter[str] = field(default_factory=Counter)
    tokens_in: int = 0
    tokens_out: int = 0
    requests: int = 0
    detail: str = ""


Make = Callable[[Passage, int, int], Question]
"""(passage, count, try) -> the question."""
Reach = Callable[[Question], Awaitable[Answer]]


async def harvest(
    passages: Sequence[Passage],
    asked: int,
    threshold: float,
    make: Make,
    reach: Reach,
    most_requests: int,
    going_on: Callable[[], Awaitable[bool]],
) -> Harvest:
    """Ask for `asked` samples from the passages.

    Args:
        make: builds a question; reach: gets its answer, from the store of replies if it was paid for before.
        most_requests: bound on answers used, stored ones included, so that a repeat takes the same path.
        going_on: asked between passages; False stops and keeps what is there (the batch was cancelled).
    """
    found = Harvest()
    quotas = shares(asked, [len(passage.text) for passage in passages])
    owed = 0
    for passage, quota in zip(passages, quotas, strict=True):
        wanted = quota + owed
        if wanted == 0:
            continue
        if not await going_on():
            break
        before = len(found.samples)
        await _passage(found, passage, wanted, threshold, make, reach, most_requests)
        owed = wanted - (len(found.samples) - before)
    return found


async def _passage(
    found: Harvest, passage: Passage, wanted: int, threshold: float, make: Make, reach: Reach, most_requests: int
) -> None:
    taken: list[Candidate] = []
    for attempt in range(TRIES_PER_PASSAGE):
        missing = wanted - len(taken)
        if missing <= 0:
            return
        if found.requests >= most_requests:
            found.aside[BUDGET] += missing
            return
        question = make(passage, missing, attempt)
        answer = await reach(question)
        found.requests += 1
        if answer.reason:
            found.aside[answer.reason] += missing
            found.detail = answer.detail
            return  # the client has repeated it often enough
        got = content(answer.raw)
        if got is None:
            found.aside[EMPTY] += 1
            continue
        found.tokens_in += got.tokens_in
        found.tokens_out += got.tokens_out
        reply = read(got, passage)
        found.aside.update(reply.aside)
        for candidate in reply.candidates:
            reason = _unwanted(candidate, taken, threshold)
            if reason:
                found.aside[reason] += 1
            elif len(taken) < wanted:
                taken.append(candidate)
                found.samples.append(Sampled(candidate, question, answer.blob))


def _unwanted(candidate: Candidate, taken: Sequence[Candidate], threshold: float) -> str:
    if candidate.quality < threshold:
        return BELOW_THRESHOLD
    if any(candidate.question.lower() == other.question.lower() for other in taken):
        return REPEATED
    if any((candidate.start, candidate.end) == (other.start, other.end) for other in taken):
        return OVERLAP
    return ""
