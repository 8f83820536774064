"""All watchers of one process: one listening connection for all of them, a channel per tenant that is watched."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from types import TracebackType

import structlog
from psycopg import AsyncConnection, Error

from api.errors import Problem
from api.feed import metrics
from api.feed.channel import Channel
from api.feed.filter import Filter
from api.feed.outlet import Outlet, Socket
from api.feed.position import Start
from api.feed.subscription import Subscription
from api.feed.table import Table
from projections.numbers import CHANNEL

POLL = 2.0  # seconds between looks without a notice
SWEEP = 1.0  # seconds between looks at who has to go
SILENT = 75.0  # seconds without a word after which a watcher that promised pings is gone
OPENING = 5.0  # seconds
log = structlog.get_logger()


@dataclass(eq=False, slots=True)
class Watched:
    """A channel with who watches it. coming: how many wait for it to open."""

    channel: Channel
    watchers: set[Subscription] = field(default_factory=set)
    coming: int = 0


class Hub:
    """Use as an async context manager. dsn: of the app's role. most: watchers at once."""

    def __init__(self, dsn: str, most: int) -> None:
        self.most = most
        self.listening = False
        self._table = Table(dsn)
        self._dsn = dsn
        self._watched: dict[str, Watched] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Hub:
        await self._table.__aenter__()
        self._tasks = [asyncio.create_task(work()) for work in (self._listen, self._poll, self._sweep)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for watched in self._watched.values():
            for watcher in watched.watchers:
                watcher.close()
            watched.channel.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._table.__aexit__()

    @property
    def watchers(self) -> int:
        """How many are being served."""
        return sum(len(watched.watchers) for watched in self._watched.values())

    async def watch(self, tenant: str, filter: Filter, start: Start, outlet: Outlet, expires: float) -> Subscription:
        """Serve a watcher from now on; `leave` ends it.

        Raises:
            Problem: 429, too many watch; 503, the database does not answer.
        """
        if self.watchers >= self.most:
            raise Problem(429, "TOO_MANY_STREAMS", "too many watch the feed", remedy="close some, or try again later")
        watched = self._watched.get(tenant)
        if watched is None:
            watched = self._watched[tenant] = Watched(Channel(self._table, tenant))
        watched.coming += 1
        try:
            async with asyncio.timeout(OPENING):
                await watched.channel.open()
            watcher = Subscription(watched.channel, filter, outlet, start, expires)
            watched.watchers.add(watcher)
        except (Error, TimeoutError) as error:
            metrics.AWAY.inc()
            raise Problem(503, "UNAVAILABLE", "the database does not answer", remedy="come back in a moment") from error
        finally:
            watched.coming -= 1
            self._drop(tenant)
        metrics.WATCHERS.labels(_over(outlet)).inc()
        return watcher

    def leave(self, watcher: Subscription) -> None:
        """The watcher is gone."""
        watcher.close()
        tenant = watcher.channel.tenant
        self._watched[tenant].watchers.discard(watcher)
        metrics.WATCHERS.labels(_over(watcher.outlet)).dec()
        self._drop(tenant)

    def _drop(self, tenant: str) -> None:
        """Close a channel that nobody watches or waits for; while somebody does, it stays the tenant's."""
        watched = self._watched.get(tenant)
        if watched is not None and not watched.watchers and not watched.coming:
            del self._watched[tenant]
            watched.channel.close()

    def wake(self, tenant: str = "", number: int = 2**63) -> None:
        """There may be entries up to `number`; without a tenant: anywhere."""
        for watched in [self._watched.get(tenant)] if tenant else list(self._watched.values()):
            if watched is not None and number > watched.channel.ring.last:
                watched.channel.woken.set()

    async def _listen(self) -> None:
        pause = 0.2
        while True:
            try:
                async with await AsyncConnection.connect(self._dsn, autocommit=True) as conn:
                    await conn.execute(f"listen {CHANNEL}".encode())
                    self.listening, pause = True, 0.2
                    self.wake()  # what was told while nobody listened
                    async for notice in conn.notifies():
                        tenant, _, number = notice.payload.rpartition(":")
                        self.wake(tenant, int(number))
            except (Error, OSError, ValueError) as error:
                log.warning("feed_not_listening", error=str(error), seconds=pause)
            self.listening = False
            await asyncio.sleep(pause)
            pause = min(pause * 2, 2.0)

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(POLL)
            self.wake()

    async def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(SWEEP)
            now, heard_at = time.time(), loop.time()
            for watched in list(self._watched.values()):
                for watcher in list(watched.watchers):
                    if watcher.expires <= now:
                        watcher.end(4401, expired())
                    elif isinstance(watcher.outlet, Socket) and heard_at - watcher.heard > SILENT:
                        watcher.end(4408, Problem(408, "SILENT", "no ping for too long", remedy="send one every 30 s"))


def expired() -> Problem:
    """The access token has ended while somebody watched."""
    return Problem(401, "TOKEN_EXPIRED", "the access token has expired", remedy="use the refresh token, and come back")


def _over(outlet: Outlet) -> str:
    return "websocket" if isinstance(outlet, Socket) else "sse"
