"""One watcher: catches up from the table in pages, then from the ring, then is live; falls back where it is slow."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog
from psycopg import Error

from api.errors import Problem
from api.feed import frames, metrics
from api.feed.channel import Channel
from api.feed.filter import Filter
from api.feed.frames import Frame
from api.feed.listener import Listener
from api.feed.outlet import Outlet
from api.feed.position import Position, Start
from api.feed.table import MOST_SUBJECTS

PIECE = 256 * 1024  # bytes written at once while catching up
PATIENCE = 30.0  # seconds that a watcher is kept while the database is away
log = structlog.get_logger()


class Subscription:
    """feed: what the number of `listener` counts in. expires: Unix seconds."""

    def __init__(self, channel: Channel, filter: Filter, outlet: Outlet, start: Start, expires: float) -> None:
        self.channel, self.expires = channel, expires
        self.heard = asyncio.get_running_loop().time()
        self.feed = channel.feed
        self._from_begin = start == "begin"
        match start:
            case Position():
                self.feed, at = start.feed, start.number
            case "begin":
                at = channel.floor
            case _:
                at = channel.ring.last
        self.listener = Listener(outlet, filter, at, self.behind)
        self._task: asyncio.Task[None] | None = None
        self._tell("hello", frames.hello(self.position, Position(channel.feed, channel.ring.last).text()))
        self.behind()

    @property
    def outlet(self) -> Outlet:
        """Where its frames go."""
        return self.listener.outlet

    @property
    def position(self) -> str:
        """Where to go on from."""
        return Position(self.feed, self.listener.at).text()

    def behind(self) -> None:
        """Catch up; ends what was doing that already."""
        self.channel.part(self.listener)
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.create_task(self._catch_up())

    def refilter(self, filter: Filter) -> None:
        """Another filter from here on; `live` says when it holds."""
        self.channel.part(self.listener)
        self.listener.filter = filter
        self.behind()

    def pong(self) -> None:
        """Say how far this watcher is, also where nothing was for it."""
        self._tell("pong", frames.mark("pong", self.position))

    def close(self) -> None:
        """Nothing is sent any more."""
        self.channel.part(self.listener)
        if self._task is not None:
            self._task.cancel()

    def end(self, code: int, problem: Problem) -> None:
        """Nothing more but the reason."""
        self.close()
        self.outlet.end(code, problem)

    def _tell(self, kind: str, body: bytes) -> None:
        self.outlet.write(self.outlet.form(kind, self.position, body))

    async def _catch_up(self) -> None:
        loop = asyncio.get_running_loop()
        lost: float | None = None
        while True:
            try:
                await self.outlet.drain()
                while not await self._step():
                    lost = None
                return
            except (Error, TimeoutError) as error:
                metrics.AWAY.inc()
                lost = lost or loop.time()
                if loop.time() - lost > PATIENCE:
                    log.warning("feed_database_away", error=str(error))
                    self.end(4503, Problem(503, "UNAVAILABLE", "the database does not answer", remedy="come back"))
                    return
                await asyncio.sleep(0.5)
            except OSError:
                return  # the connection is lost, and who holds it sees that too

    async def _step(self) -> bool:
        """Send a page of what is missing; whether this watcher is live then."""
        channel = self.channel
        recent = channel.ring.after(self.listener.at) if self.feed == channel.feed else None
        if recent is not None:
            await self._send([frame for frame in recent if self._wants(frame)])
            if recent:
                self.listener.at = recent[-1].number
            return self._live(channel.ring.last)
        page = await channel.table.page(channel.tenant, self.listener.at, self.listener.filter)
        if page.feed != self.feed or self.listener.at > page.head:
            await self._snapshot("other_log")
            return False
        if self.listener.at < page.floor:
            if not self._from_begin:
                await self._snapshot("too_old")
            self._from_begin, self.listener.at = False, max(self.listener.at, page.floor)
            return False
        await self._send(page.frames)
        self.listener.at, self._from_begin = page.upto, False
        if channel.feed != page.feed:  # it was replaced, and the channel is about to see that
            channel.woken.set()
            await asyncio.sleep(0.05)
            return False
        return self.listener.at == page.head and self._live(channel.ring.last)

    def _live(self, last: int) -> bool:
        """Whether nothing is missing. No await between this look and joining the live ones: no gap, no repeat."""
        if self.listener.at < last:
            return False
        self.channel.join(self.listener)
        self._tell("live", frames.mark("live", self.position))
        return True

    def _wants(self, frame: Frame) -> bool:
        return self.listener.filter.wants(frame.topic, frame.type, frame.subject)

    async def _send(self, found: Sequence[Frame]) -> None:
        """Write in pieces, each when most of the one before is sent."""
        piece, size = list[bytes](), 0
        for frame in found:
            piece.append(self.outlet.form("entry", frame.position, frame.body))
            size += len(piece[-1])
            if size >= PIECE or frame is found[-1]:
                self.outlet.write(b"".join(piece))
                self.listener.at = frame.number  # before anything is awaited: this much is sent
                metrics.FRAMES.inc(len(piece))
                piece, size = [], 0
                await self.outlet.drain()

    async def _snapshot(self, reason: str) -> None:
        """The position says nothing here: tell how things are, and go on from now."""
        channel = self.channel
        page = await channel.table.newest(channel.tenant, self.listener.filter)
        metrics.SNAPSHOTS.labels(reason).inc()
        self.feed, self.listener.at, self._from_begin = page.feed, page.head, False
        shown = page.frames[-MOST_SUBJECTS:]
        self._tell("snapshot", frames.snapshot(self.position, reason, shown, len(page.frames) > MOST_SUBJECTS))
        if channel.feed != page.feed:
            channel.woken.set()
