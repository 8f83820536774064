"""Server-sent events (WHATWG HTML, section 9.2): lines to frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Frame:
    """One event. `id` is the last one seen so far, "" for none."""

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
