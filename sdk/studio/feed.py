"""The event stream: server-sent events that are resumed where they broke, without a gap and without a repeat."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import httpx

from studio.contract.records import Record
from studio.contract.schemas import CLASSES, FIELDS, from_dict
from studio.errors import RateLimited, ServerFault, Unreachable
from studio.session import FIRST_PAUSE, LONGEST_PAUSE, Session

SILENCE = 45.0  # seconds; the server says something at least every 15


@dataclass(frozen=True, slots=True)
class Frame:
    """One server-sent event (WHATWG HTML, section 9.2). `id` is the last one seen so far, "" for none."""

    id: str
    event: str
    data: str


class Frames:
    """Lines to frames. Comments and unknown fields mean nothing.

    An `id` counts at the end of its block, even of one without data: a block that broke off was not received.
    """

    def __init__(self, id: str = "") -> None:
        self.id = self._next = id
        self._event = ""
        self._data: list[str] = []

    def feed(self, line: str) -> Iterator[Frame]:
        """The frame that this line ends, if it ends one."""
        if not line:
            self.id = self._next
            if self._data:
                yield Frame(self.id, self._event or "message", "\n".join(self._data))
            self._event, self._data = "", []
            return
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "id" and "\0" not in value:
            self._next = value
        elif name == "event":
            self._event = value
        elif name == "data":
            self._data.append(value)


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
    def of(frame: Frame) -> FeedEvent:
        """The event in a frame."""
        raw = json.loads(frame.data)
        known = {name: raw[name] for name in FeedEvent.__dataclass_fields__ if raw.get(name) is not None}
        return FeedEvent(**{**known, "position": frame.id, "time": datetime.fromisoformat(raw["time"])})


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
    position = ""
    params: dict[str, Any] = {
        "types": ",".join(types) or None,
        "topics": ",".join(topics) or None,
        "subject": list(subjects) or None,
    }
    pause, lost_at = FIRST_PAUSE, time.monotonic()
    while True:
        frames = Frames(position)
        start = {"after": position or after or None}
        try:
            async with session.lines("GET", "/events/stream", params={**params, **start}, silence=SILENCE) as (
                _,
                lines,
            ):
                async for line in lines:
                    pause, lost_at = FIRST_PAUSE, time.monotonic()
                    for frame in frames.feed(line):
                        if frame.event == "open":
                            # What was asked for by name ("end") is a position from now on: a break loses nothing.
                            position = position or str(json.loads(frame.data).get("position") or "")
                        elif frame.event == "expired":
                            await session.tokens.renew(session.place.access_token)
                        else:
                            position = frame.id
                            yield FeedEvent.of(frame)
                    position = frames.id or position
        except (httpx.TransportError, ServerFault, RateLimited) as error:
            if time.monotonic() - lost_at > patience:
                raise Unreachable(
                    f"the event stream of {session.url} is away: {error or type(error).__name__}",
                    remedy="see whether it runs: `studio status`",
                ) from error
        await asyncio.sleep(pause * random.uniform(0.5, 1.0))
        pause = min(pause * 2, LONGEST_PAUSE)
