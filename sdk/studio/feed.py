"""The live feed: history, then live, resumed where the connection broke, without a gap and without a repeat."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import httpx

from studio.contract.records import Record
from studio.contract.schemas import CLASSES, FIELDS, from_dict
from studio.errors import RateLimited, ServerFault, Unreachable
from studio.patience import FIRST_PAUSE, LONGEST_PAUSE
from studio.session import Session
from studio.watch import Closed, Message, NoSocket, Question, answers, socket

KNOWN = 5_000  # decisions of which the ids are remembered, so that a snapshot repeats none of them


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """An event as a reader sees it. `position` is where to go on after it; `data` are the record's fields."""

    position: str
    id: str
    type: str
    topic: str
    subject: str
    time: datetime
    data: Mapping[str, Any]
    version: int = 0
    epoch: int = 0
    seq: int = 0
    source: str = ""
    correlation_id: str = ""
    causation_id: str = ""
    traceparent: str = field(default="", repr=False)
    snapshot: bool = False
    """Whether it comes late, as the newest decision of its subject, because what was missed is no longer kept."""

    @property
    def aggregate(self) -> str:
        """What it is about: the subject's part before the first `/`."""
        return self.subject.split("/", 1)[0]

    @property
    def record(self) -> Record | None:
        """The typed record, as far as this version of the package knows it; None for a type that it does not know."""
        cls = CLASSES.get(self.type)
        if cls is None:
            return None
        return from_dict(self.type, {name: value for name, value in self.data.items() if name in FIELDS[cls]})

    def plain(self) -> dict[str, Any]:
        """JSON-able."""
        return {**asdict(self), "time": self.time.isoformat()}

    @staticmethod
    def of(message: Mapping[str, Any], snapshot: bool = False) -> FeedEvent:
        """The event in a message of the feed."""
        known = {name: message[name] for name in FeedEvent.__dataclass_fields__ if message.get(name) is not None}
        return FeedEvent(**{**known, "time": datetime.fromisoformat(message["time"]), "snapshot": snapshot})


@dataclass(frozen=True, slots=True)
class Live:
    """History is through up to `position`."""

    position: str


async def follow_feed(
    session: Session,
    *,
    after: str = "",
    types: Sequence[str] = (),
    topics: Sequence[str] = (),
    subjects: Sequence[str] = (),
    patience: float = 120.0,
) -> AsyncIterator[FeedEvent]:
    """Events for ever, in order per aggregate; a lost connection is taken up again after the last event that came.

    Args:
        after: a position, "begin" or "end"; empty is "begin" where subjects are named and "end" otherwise.
        patience: seconds without any connection after which it gives up.

    Raises:
        Unreachable: no connection over all of `patience`.
        ApiError: the server refuses.
    """
    question = Question(topics, types, subjects)
    async with aclosing(follow_messages(session, question, after=after, patience=patience)) as messages:
        async for message in messages:
            if isinstance(message, FeedEvent):
                yield message


async def follow_messages(
    session: Session, question: Question, *, after: str = "", patience: float = 120.0
) -> AsyncGenerator[FeedEvent | Live, None]:
    """The same with a word each time that history is through.

    Over a WebSocket; where none can be opened, over server-sent events until these break. Where what was missed is no
    longer kept, the newest decision of each subject comes instead, marked as `snapshot`.
    """
    position, pause, lost_at = "", FIRST_PAUSE, time.monotonic()
    known: dict[str, None] = {}
    while True:
        try:
            async with aclosing(_messages(session, question, position or after)) as messages:
                async for message in messages:
                    pause, lost_at = FIRST_PAUSE, time.monotonic()
                    kind = message["kind"]
                    if kind == "expired":
                        await session.tokens.renew(session.place.access_token)
                        continue
                    told = message["subjects"] if kind == "snapshot" else [message] if kind == "entry" else []
                    for entry in told:
                        if kind == "snapshot" and entry["id"] in known:
                            continue
                        if entry["version"]:
                            known[entry["id"]] = None
                        position = entry["position"] if kind == "entry" else position
                        yield FeedEvent.of(entry, kind == "snapshot")
                    while len(known) > KNOWN:
                        known.pop(next(iter(known)))
                    if kind != "hello" or not position:
                        # What was asked for by name ("end") is a position from now on: a break loses nothing.
                        position = message.get("position") or position
                    if kind == "live":
                        yield Live(position)
        except (httpx.TransportError, Closed, ServerFault, RateLimited) as error:
            if time.monotonic() - lost_at > patience:
                raise Unreachable(
                    f"the live feed of {session.url} is away: {error or type(error).__name__}",
                    remedy="see whether it runs: `studio status`",
                ) from error
        await asyncio.sleep(pause * random.uniform(0.5, 1.0))
        pause = min(pause * 2, LONGEST_PAUSE)


async def _messages(session: Session, question: Question, after: str) -> AsyncGenerator[Message, None]:
    try:
        async with aclosing(socket(session, question, after)) as messages:
            async for message in messages:
                yield message
        return
    except NoSocket:
        pass
    async with aclosing(answers(session, question, after)) as messages:
        async for message in messages:
            yield message
