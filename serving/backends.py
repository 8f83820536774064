"""The workers behind a router: who is well, and how busy this router keeps them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import aiohttp
import structlog

from serving.route import Backend

PERIOD = 1.0  # seconds between health checks
log = structlog.get_logger()


class Backends:
    """Checked every second; a failed call marks a worker at once, the next good check brings it back."""

    def __init__(self, urls: Sequence[str], session: aiohttp.ClientSession) -> None:
        self._session = session
        self._well = dict.fromkeys((url.rstrip("/") for url in urls), True)
        self._load = dict.fromkeys(self._well, 0)

    @property
    def now(self) -> list[Backend]:
        return [Backend(url, well, self._load[url]) for url, well in self._well.items()]

    def failed(self, url: str) -> None:
        """A call could not be made: leave this worker out until it answers a check."""
        self._mark(url, False)

    @contextmanager
    def using(self, url: str) -> Iterator[None]:
        self._load[url] += 1
        try:
            yield
        finally:
            self._load[url] -= 1

    async def watch(self) -> None:
        """Check health until cancelled."""
        while True:
            await asyncio.gather(*(self._check(url) for url in self._well))
            await asyncio.sleep(PERIOD)

    async def _check(self, url: str) -> None:
        try:
            async with self._session.get(f"{url}/health", timeout=aiohttp.ClientTimeout(total=3)) as answer:
                self._mark(url, answer.status == 200)
        except (aiohttp.ClientError, TimeoutError):
            self._mark(url, False)

    def _mark(self, url: str, well: bool) -> None:
        if self._well[url] != well:
            log.warning("worker_health", worker=url, healthy=well)
        self._well[url] = well
