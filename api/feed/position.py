"""A place in the numbered feed that a watcher can go on from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from api.errors import invalid

PATTERN = re.compile(r"([0-9a-f]{8})\.(0|[1-9][0-9]{0,17})")


@dataclass(frozen=True, slots=True)
class Position:
    """Everything up to and including `number` was seen. feed: whose numbers these are, the first 8 hex digits."""

    feed: str
    number: int

    def text(self) -> str:
        """ASCII without blanks, for URLs and headers."""
        return f"{self.feed}.{self.number}"


Start = Position | Literal["begin", "end"]


def start(text: str, subjects: bool) -> Start:
    """Where a watcher wants to begin; nothing said means `begin` where it asks for subjects, else `end`.

    Raises:
        Problem: 422; it is no position.
    """
    if not text:
        return "begin" if subjects else "end"
    if text == "begin" or text == "end":
        return text  # type: ignore[return-value]
    found = PATTERN.fullmatch(text)
    if found is None:
        raise invalid("after", "is no position of the feed", "send a position as it was given, or begin, or end")
    return Position(found[1], int(found[2]))
