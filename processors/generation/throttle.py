"""How many requests one provider gets at a time: more while it keeps up, half as many when it says stop (AIMD)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

FIRST, MOST = 16.0, 64.0


class Throttle:
    """Additive increase, multiplicative decrease (Chiu and Jain 1989), per provider and model."""

    def __init__(self, first: float = FIRST, most: float = MOST) -> None:
        self.limit = first
        self.running = 0
        self.not_before = 0.0
        self._most = most
        self._cut_at = 0.0
        self._waiting: list[asyncio.Future[None]] = []

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[float]:
        """Wait for a place; the moment at which it was given."""
        while True:
            pause = self.not_before - monotonic()
            if pause > 0:
                await asyncio.sleep(pause)
            elif self.running < int(self.limit):
                break
            else:
                place = asyncio.get_running_loop().create_future()
                self._waiting.append(place)
                await place
        self.running += 1
        try:
            yield monotonic()
        finally:
            self.running -= 1
            self._wake()

    def answered(self) -> None:
        """A request went well."""
        self.limit = min(self._most, self.limit + 1 / self.limit)

    def pushed_back(self, since: float, wait: float) -> None:
        """The provider asked for less, about a request that began at `since`; nobody starts for `wait` seconds.

        Requests that ran side by side are told the same thing many times: they count once.
        """
        now = monotonic()
        self.not_before = max(self.not_before, now + wait)
        if since > self._cut_at:
            self.limit, self._cut_at = max(1.0, self.limit / 2), now

    def _wake(self) -> None:
        free = int(self.limit) - self.running
        while free > 0 and self._waiting:
            place = self._waiting.pop(0)
            if not place.done():
                place.set_result(None)
                free -= 1


class Throttles:
    """One throttle per provider and model, shared by all work of a process."""

    def __init__(self) -> None:
        self._found: dict[str, Throttle] = {}

    def of(self, provider: str) -> Throttle:
        return self._found.setdefault(provider, Throttle())
