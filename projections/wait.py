"""Read your own writes: wait until projections have passed a position token."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from psycopg import AsyncConnection, OperationalError

from projections.catalogue import PROJECTIONS
from streams.database import Pool
from streams.token import Token

LONGEST = 30.0  # seconds; whoever wants to wait longer asks again
AGAIN = 1.0  # seconds between looks without a notice, in case the listening connection was lost
IDLE = 10.0  # seconds without a waiter after which nobody listens any more
MISSING = """
with shown as (select name, 'projection.' || name || '.v' || version as consumer from projections.shown)
select distinct name from (
    select w.name from unnest(%s::text[], %s::text[], %s::bigint[]) w (name, stream, version) join shown using (name)
    where not exists (select from streams.seen s where s.consumer = shown.consumer and s.stream = w.stream
        and s.seq >= w.version)
    union all
    select w.name from unnest(%s::text[], %s::text[], %s::int[], %s::bigint[]) w (name, topic, part, at)
    join shown using (name)
    where not exists (select from streams.position p where p.consumer = shown.consumer and p.topic = w.topic
        and p.partition = w.part and p.next > w.at)) missing
"""


class Notices:
    """One listening connection per pool, opened by the first waiter and closed some time after the last."""

    def __init__(self, pool: Pool) -> None:
        self._conninfo = str(pool.conninfo)
        self._waiting: dict[asyncio.Event, frozenset[str]] = {}
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def enter(self, names: frozenset[str]) -> asyncio.Event:
        """An event that is set whenever one of these projections has moved."""
        if self._task is None or self._task.done():
            self._ready.clear()
            self._task = asyncio.create_task(self._listen())
        moved = asyncio.Event()
        self._waiting[moved] = names
        return moved

    def leave(self, moved: asyncio.Event) -> None:
        self._waiting.pop(moved, None)

    async def ready(self, seconds: float) -> None:
        """Wait until notices arrive, but not longer than `seconds`."""
        try:
            await asyncio.wait_for(self._ready.wait(), seconds)
        except TimeoutError:
            pass

    async def _listen(self) -> None:
        try:
            async with await AsyncConnection.connect(self._conninfo, autocommit=True) as conn:
                await conn.execute("listen projection")
                self._ready.set()
                while self._waiting:
                    async for notice in conn.notifies(timeout=IDLE):
                        for moved, names in self._waiting.items():
                            if notice.payload in names:
                                moved.set()
        except OperationalError:
            return  # waiters look by themselves; the next one listens again


_notices: WeakKeyDictionary[Pool, Notices] = WeakKeyDictionary()


async def wait_for(pool: Pool, token: Token, projections: Sequence[str], seconds: float) -> bool:
    """Whether the versions of `projections` that readers see have passed `token` within `seconds` (at most 30).

    False may also mean that the aggregate is parked behind a dead letter there. `pool` is the engine role's.
    """
    wanted = _wanted(token, projections)
    if not wanted or await _passed(pool, wanted):
        return True
    deadline = asyncio.get_running_loop().time() + min(seconds, LONGEST)
    notices = _notices.get(pool)
    if notices is None:
        notices = _notices[pool] = Notices(pool)
    moved = notices.enter(frozenset(projections))
    try:
        await notices.ready(min(seconds, AGAIN))
        while not await _passed(pool, wanted):
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return False
            try:
                await asyncio.wait_for(moved.wait(), min(left, AGAIN))
            except TimeoutError:
                pass
            moved.clear()
        return True
    finally:
        notices.leave(moved)


Wanted = tuple[list[tuple[str, str, int]], list[tuple[str, str, int, int]]]


def _wanted(token: Token, names: Sequence[str]) -> Wanted | None:
    """What has to be passed: streams and partitions of topics that the projection reads."""
    heads: list[tuple[str, str, int]] = []
    offsets: list[tuple[str, str, int, int]] = []
    for projection in PROJECTIONS:
        if projection.name not in names:
            continue
        for stream, version in token.heads.items():
            if stream.split("|", 1)[0] in projection.topics:
                heads.append((projection.name, stream, version))
        for place, offset in token.offsets.items():
            topic, _, partition = place.rpartition("-")
            if topic in projection.topics and partition.isdigit():
                offsets.append((projection.name, topic, int(partition), offset))
    return (heads, offsets) if heads or offsets else None


async def _passed(pool: Pool, wanted: Wanted) -> bool:
    heads, offsets = wanted
    values = [list(column) for column in zip(*heads, strict=True)] or [[], [], []]
    values += [list(column) for column in zip(*offsets, strict=True)] or [[], [], [], []]
    async with pool.connection() as conn:
        return await (await conn.execute(MISSING, values)).fetchone() is None
