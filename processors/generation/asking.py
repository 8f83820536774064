"""One work item through an endpoint: all its passages side by side, then once more where others came short."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from processors.generation.passage import Candidate
from processors.generation.plan import shares
from processors.generation.prompt import Question, Topic
from processors.generation.ranking import BELOW_THRESHOLD, OVERLAP, REPEATED
from processors.generation.reply import EMPTY, Content, content, read

TRIES_PER_PASSAGE = 3
"""Questions to the endpoint for one passage: one, and two more for what was cut, empty or put aside."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The raw reply with its blob and that of the request, or why there is none."""

    raw: bytes
    blob: str
    reason: str = ""
    detail: str = ""
    request_blob: str = ""


@dataclass(frozen=True, slots=True)
class Replied:
    """A reply that was paid for: what was asked, and what came."""

    question: Question
    topic: Topic
    asked: int
    attempt: int
    answer: Answer
    content: Content | None


@dataclass(frozen=True, slots=True)
class Sampled:
    """A candidate and the reply that it comes from."""

    candidate: Candidate
    topic: Topic
    question: Question
    blob: str


@dataclass(slots=True)
class Harvest:
    """What was yielded. `detail` says more about the last failure of the endpoint."""

    samples: list[Sampled] = field(default_factory=list)
    replies: list[Replied] = field(default_factory=list)
    aside: Counter[str] = field(default_factory=Counter)
    detail: str = ""

    def add(self, other: Harvest) -> None:
        self.samples += other.samples
        self.replies += other.replies
        self.aside.update(other.aside)
        self.detail = other.detail or self.detail


Make = Callable[[Topic, int, int], Question]
"""(topic, count, try) -> the question."""
Reach = Callable[[Question, Topic, int, int], Awaitable[Answer]]
"""(question, topic, count, try) -> the answer, from the store of replies if it was paid for before."""
GoingOn = Callable[[], Awaitable[bool]]


async def harvest(
    topics: Sequence[Topic], asked: int, threshold: float, make: Make, reach: Reach, going_on: GoingOn
) -> Harvest:
    """Ask for `asked` samples about the topics, all at once; what some do not give, those that gave all are asked for.

    What is asked depends on earlier answers only, never on their order in time: a repeat takes the same path.
    """
    found = Harvest()
    quotas = shares(asked, [len(topic.passages[0].text) for topic in topics])
    taken: list[list[Candidate]] = [[] for _ in topics]
    willing = list(range(len(topics)))
    for phase in range(2):
        before = len(found.samples)
        parts = await asyncio.gather(
            *(
                _topic(topics[place], quota, taken[place], phase, threshold, make, reach, going_on)
                for place, quota in zip(willing, quotas, strict=True)
                if quota
            )
        )
        for part in parts:
            found.add(part)
        given = {place: quota for place, quota in zip(willing, quotas, strict=True)}
        willing = [place for place in willing if given[place] == 0 or len(taken[place]) >= given[place]]
        missing = asked - len(found.samples)
        if missing <= 0 or not willing or len(found.samples) == before:
            break
        quotas = shares(missing, [len(topics[place].passages[0].text) for place in willing])
    return found


async def _topic(
    topic: Topic,
    wanted: int,
    taken: list[Candidate],
    phase: int,
    threshold: float,
    make: Make,
    reach: Reach,
    going_on: GoingOn,
) -> Harvest:
    """Up to `wanted` samples about one topic, none like those `taken`, which grows."""
    found = Harvest()
    for attempt in range(phase * TRIES_PER_PASSAGE, (phase + 1) * TRIES_PER_PASSAGE):
        missing = wanted - len(found.samples)
        if missing <= 0 or not await going_on():
            break
        question = make(topic, missing, attempt)
        answer = await reach(question, topic, missing, attempt)
        if answer.reason:
            found.aside[answer.reason] += missing
            found.detail = answer.detail
            break  # the client has repeated it often enough
        got = content(answer.raw)
        found.replies.append(Replied(question, topic, missing, attempt, answer, got))
        if got is None:
            found.aside[EMPTY] += 1
            continue
        choose(found, got, question, topic, answer.blob, taken, missing, threshold)
    return found


def choose(
    found: Harvest,
    got: Content,
    question: Question,
    topic: Topic,
    blob: str,
    taken: list[Candidate],
    most: int,
    threshold: float,
) -> None:
    """Take up to `most` samples out of a reply; all else is put aside with its reason."""
    reply = read(got, topic.passages, topic.kind)
    found.aside.update(reply.aside)
    left = most
    for candidate in reply.candidates:
        reason = _unwanted(candidate, taken, threshold)
        if reason:
            found.aside[reason] += 1
        elif left:
            left -= 1
            taken.append(candidate)
            found.samples.append(Sampled(candidate, topic, question, blob))


def _unwanted(candidate: Candidate, taken: Sequence[Candidate], threshold: float) -> str:
    if candidate.quality < threshold:
        return BELOW_THRESHOLD
    if any(candidate.question.lower() == other.question.lower() for other in taken):
        return REPEATED
    if any(not candidate.told and (candidate.start, candidate.end) == (o.start, o.end) for o in taken):
        return OVERLAP
    return ""
