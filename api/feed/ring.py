"""The newest frames of a tenant, for those who are only a little behind."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import islice

from api.feed.frames import Frame

MOST = 2_000  # frames
LARGEST = 4 * 1024 * 1024  # bytes


class Ring:
    """Frames (since, last], without gaps."""

    def __init__(self, since: int = 0) -> None:
        self._frames: deque[Frame] = deque()
        self._bytes = 0
        self.since = since

    @property
    def last(self) -> int:
        """The newest number."""
        return self.since + len(self._frames)

    def add(self, frames: Sequence[Frame]) -> None:
        """Frames that follow the last one."""
        for frame in frames:
            assert frame.number == self.last + 1, "a gap in the feed"
            self._frames.append(frame)
            self._bytes += len(frame.body)
        while len(self._frames) > MOST or self._bytes > LARGEST:
            self._bytes -= len(self._frames.popleft().body)
            self.since += 1

    def after(self, number: int) -> list[Frame] | None:
        """The frames after `number`; None where the ring does not reach back so far, or not on so far."""
        if not self.since <= number <= self.last:
            return None
        return list(islice(self._frames, number - self.since, None))
