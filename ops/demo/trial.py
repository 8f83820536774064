"""The canary's trial: held-out questions asked through the router, each answer judged and reported."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from studio import AsyncStudio, FeedEvent, Item, StudioError
from studio.cli.progress import Track
from studio.rooms.chat import Answer, grounded

from ops.demo.findings import Trial

AT_ONCE = 4  # questions on their way
SUCCESS = 0.5  # token F1 from which an answer counts as right
MOST_CALLS = 1200
SETTLE_SECONDS = 25.0  # for the windows of the last calls to be closed and judged
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
    successes: Counter[str] = field(default_factory=Counter)
    last: tuple[Item, Answer] | None = None

    def text(self) -> str:
        """For the progress bar."""
        parts = [f"{role} {self.successes[role]}/{self.calls[role]}" for role in sorted(self.calls)]
        return ", ".join(parts)


async def ask(studio: AsyncStudio, deployment: str, row: Item) -> Answer:
    """One held-out question, in a session of its own."""
    said = grounded(row["prompt_passage"], row["question"])
    return await studio.chat.complete(deployment, said, max_tokens=LONGEST_ANSWER, session=uuid4().hex)


async def run_trial(studio: AsyncStudio, deployment: str, revision: int, rows: Sequence[Item], track: Track) -> Trial:
    """Ask questions until the controller's verdict, or until there is no hope of one.

    Args:
        revision: of the deployment when the trial began.
        rows: held-out rows; asked again from the start when they are used up.
    """
    tally, begun = Tally(), time.monotonic()
    verdict: asyncio.Future[FeedEvent] = asyncio.get_running_loop().create_future()
    numbers = iter(range(MOST_CALLS))

    async def listen() -> None:
        async for event in studio.follow(Item(deployment, "deployment"), since=revision):
            if event.type == "VerdictReached" and event.version > revision and not verdict.done():
                verdict.set_result(event)
                return

    async def converse() -> None:
        for number in numbers:
            if verdict.done():
                return
            row = rows[number % len(rows)]
            answer = await ask(studio, deployment, row)
            right = token_f1(answer.text, row["answer"]) >= SUCCESS
            await studio.chat.report(answer.call_id, float(right), source="demo")
            tally.calls[answer.role] += 1
            tally.successes[answer.role] += right
            track.say(sum(tally.calls.values()), tally.text())

    listening = asyncio.create_task(listen())
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(converse())
        async with asyncio.timeout(SETTLE_SECONDS):
            reached = await verdict
    except TimeoutError:
        return Trial("continue", f"no verdict after {MOST_CALLS} calls", tally.calls, tally.successes, _since(begun))
    except ExceptionGroup as group_error:
        # The first fault says it; the others follow from it.
        first = group_error.exceptions[0]
        raise first if isinstance(first, StudioError) else group_error from None
    finally:
        listening.cancel()
    data = reached.data
    return Trial(data["decision"], data["reason"], tally.calls, tally.successes, _since(begun))


def _since(begun: float) -> float:
    return round(time.monotonic() - begun, 1)
