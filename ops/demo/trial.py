"""The canary's trial: held-out questions asked through the router, each answer judged and reported."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from studio import AsyncStudio, FeedEvent, Item, StudioError
from studio.cli.progress import Track
from studio.rooms.chat import Answer, grounded

from ops.demo.findings import Arm, Reward, Trial

AT_ONCE = 4  # questions on their way
ROUND = 100  # questions until the controller gets time to look at them
LOOK_SECONDS = 3.0  # a window has to close, be published and be judged
MOST_CALLS = 1200
SETTLE_SECONDS = 20.0
SUCCESS = 0.5  # token F1 from which an answer counts as right
LONGEST_ANSWER = 24  # tokens


def token_f1(answer: str, gold: str) -> float:
    """Harmonic mean of precision and recall over words without case and punctuation (SQuAD's measure)."""
    said, wanted = (re.findall(r"\w+", text.lower()) for text in (answer, gold))
    if not said or not wanted:
        return float(said == wanted)
    same = sum((Counter(said) & Counter(wanted)).values())
    return 2.0 * same / (len(said) + len(wanted))


@dataclass(slots=True)
class Tally:
    """Who answered how often, and how often rightly."""

    calls: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)

    @property
    def asked(self) -> int:
        """All calls."""
        return sum(self.calls.values())

    def text(self) -> str:
        """For the progress bar."""
        return ", ".join(f"{role} {self.right[role]}/{self.calls[role]} right" for role in sorted(self.calls))


async def ask(studio: AsyncStudio, deployment: str, row: Item) -> Answer:
    """One held-out question, in a session of its own."""
    said = grounded(row["prompt_passage"], row["question"])
    return await studio.chat.complete(deployment, said, max_tokens=LONGEST_ANSWER, session=uuid4().hex)


async def run_trial(studio: AsyncStudio, deployment: str, revision: int, rows: Sequence[Item], track: Track) -> Trial:
    """Ask questions, round by round, until the controller's verdict; without one, until there is no hope of it.

    Args:
        revision: of the deployment when the trial began.
        rows: held-out rows; asked again from the start when they are used up.
    """
    tally = Tally()
    verdict = asyncio.create_task(_verdict(studio, deployment, revision))

    async def converse(numbers: Iterator[int]) -> None:
        for number in numbers:
            if verdict.done():
                return
            row = rows[number % len(rows)]
            answer = await ask(studio, deployment, row)
            right = token_f1(answer.text, row["answer"]) >= SUCCESS
            await studio.chat.report(answer.call_id, float(right), source="demo")
            tally.calls[answer.role] += 1
            tally.right[answer.role] += right
            track.say(tally.asked, tally.text())

    try:
        for first in range(0, MOST_CALLS, ROUND):
            numbers = iter(range(first, first + ROUND))
            await asyncio.gather(*(converse(numbers) for _ in range(AT_ONCE)))
            await asyncio.wait([verdict], timeout=LOOK_SECONDS)
            if verdict.done():
                break
        await asyncio.wait([verdict], timeout=SETTLE_SECONDS)
        if not verdict.done():
            return Trial("none", f"no verdict; {tally.text()}", tally.asked)
        return trial_of(verdict.result(), tally.asked)
    finally:
        verdict.cancel()


async def _verdict(studio: AsyncStudio, deployment: str, revision: int) -> FeedEvent:
    async for event in studio.follow(Item(deployment, "deployment"), since=revision):
        if event.type == "VerdictReached" and event.version > revision:
            return event
    raise StudioError(f"the trial of {deployment} was ended by somebody else", code="TRIAL_ENDED")


def trial_of(reached: FeedEvent, asked: int) -> Trial:
    """The trial as its verdict tells it."""
    data = reached.data
    arms = {
        role: Arm(
            int(data[f"{role}_calls"]),
            Reward(*(float(data[f"{role}_{part}"]) for part in ("rate", "low", "high"))),
        )
        for role in ("canary", "baseline")
    }
    return Trial(str(data["decision"]), str(data["reason"]), asked, arms)
