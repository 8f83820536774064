"""The live end of one tenant's feed in this process: each entry is read once and encoded once for all watchers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog
from psycopg import Error

from api.feed import metrics
from api.feed.filter import Filter
from api.feed.frames import Form, Frame
from api.feed.listener import UNSENT, Listener
from api.feed.ring import Ring
from api.feed.table import Page, Table

BATCH = 500  # entries
ALL = Filter()
log = structlog.get_logger()


class Channel:
    """live: those that get what comes, by what they get. woken: set when there may be something new."""

    def __init__(self, table: Table, tenant: str) -> None:
        self.table, self.tenant = table, tenant
        self.feed, self.floor = "", 0
        self.ring = Ring()
        self.live: dict[tuple[Filter, Form], set[Listener]] = {}
        self.woken = asyncio.Event()
        self._opening = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Find out where the feed ends, once.

        Raises:
            OperationalError, TimeoutError: the database does not answer.
        """
        async with self._opening:
            if self._task is None:
                self._begin(await self.table.page(self.tenant, 2**62 - 2**20, ALL, 1))
                self._task = asyncio.create_task(self._follow())

    def close(self) -> None:
        """Nobody watches."""
        if self._task is not None:
            self._task.cancel()

    def _begin(self, page: Page) -> None:
        self.feed, self.floor, self.ring = page.feed, page.floor, Ring(page.head)

    async def _follow(self) -> None:
        pause = 0.1
        while True:
            await self.woken.wait()
            self.woken.clear()
            try:
                if await self._read():
                    self.woken.set()
                pause = 0.1
            except (Error, TimeoutError) as error:
                metrics.AWAY.inc()
                log.warning("feed_read_failed", tenant=self.tenant, error=str(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, 2.0)
                self.woken.set()

    async def _read(self) -> bool:
        """Take what is new; whether there may be more."""
        last = self.ring.last
        page = await self.table.page(self.tenant, last, ALL, BATCH)
        self.floor = page.floor
        if page.feed != self.feed or not page.floor <= last <= page.head or page.upto - last != len(page.frames):
            log.info("feed_moved", tenant=self.tenant, feed=page.feed, head=page.head)
            self._begin(page)
            for listener in [listener for listeners in self.live.values() for listener in listeners]:
                listener.behind()
            return False
        if page.frames:
            self._publish(page.frames)
        return len(page.frames) == BATCH

    def _publish(self, frames: Sequence[Frame]) -> None:
        before = self.ring.last
        self.ring.add(frames)
        last, told = self.ring.last, 0
        for (filter, form), listeners in list(self.live.items()):
            many, data = _encoded(frames, filter, form)
            room = UNSENT - len(data)
            for listener in list(listeners):
                if listener.at != before:  # it came from the table and is a little ahead
                    told += self._ahead(listener, frames)
                elif many == 0:
                    listener.at = last
                elif listener.outlet.unsent() <= room:
                    listener.outlet.write(data)
                    listener.at = last
                    told += many
                else:
                    metrics.SENT_BACK.inc()
                    listener.behind()
        metrics.READ.inc(len(frames))
        metrics.FRAMES.inc(told)
        if self.live:
            metrics.LAG.observe(max((datetime.now(UTC) - frames[-1].time).total_seconds(), 0))

    def _ahead(self, listener: Listener, frames: Sequence[Frame]) -> int:
        rest = [frame for frame in frames if frame.number > listener.at]
        many, data = _encoded(rest, listener.filter, listener.outlet.form)
        listener.outlet.write(data)
        listener.at = max(listener.at, self.ring.last)
        return many

    def join(self, listener: Listener) -> None:
        """It gets what comes."""
        self.live.setdefault(listener.kind, set()).add(listener)

    def part(self, listener: Listener) -> None:
        """It gets nothing any more."""
        if listener in (listeners := self.live.get(listener.kind, set())):
            listeners.discard(listener)
            if not listeners:
                del self.live[listener.kind]


def _encoded(frames: Sequence[Frame], filter: Filter, form: Form) -> tuple[int, bytes]:
    parts = [
        form("entry", frame.position, frame.body)
        for frame in frames
        if filter.wants(frame.topic, frame.type, frame.subject)
    ]
    return len(parts), b"".join(parts)
