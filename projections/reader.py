"""One reader of the log for all projections of a process; each keeps its own position, dead letters and pace."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Sequence
from typing import Any

import structlog
from aiokafka import ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError
from psycopg import OperationalError
from studio.contract import Event, Undecodable

from projections.member import Member, Place
from streams import halt, positions
from streams.intake import Raw, open_record
from streams.kafka import consumer
from streams.log_client import LogClient
from streams.settings import Settings
from streams.source import raw

BATCH = 500
NEAR = 5_000  # records; who is further behind catches up on a connection of its own and holds up nobody
TICK = 0.5  # seconds between looks at what people asked for: releases, skips, restarts
log = structlog.get_logger()


class Reader(ConsumerRebalanceListener):  # type: ignore[misc]
    """Shares the partitions out by a Kafka group that is named after its members, so that processes with other
    versions of them have a group of their own."""

    def __init__(self, settings: Settings, members: Sequence[Member]) -> None:
        self.settings, self.members = settings, tuple(members)
        self.pool = members[0].pool
        self.topics = sorted({topic for member in members for topic in member.topics})
        names = "\n".join(sorted(member.name for member in members))
        self.group = f"projections.{hashlib.sha256(names.encode()).hexdigest()[:8]}"
        self.next: dict[Place, int] = {}  # of the shared reader
        self._added = 0  # grows when a member falls behind
        self._opened: dict[tuple[str, int, int], Event | Undecodable] = {}
        self._client: LogClient | None = None
        self._ticked = 0.0
        for member in members:
            member.open = self.open

    def open(self, record: Raw) -> Event | Undecodable:
        """The event inside, decoded once for all members."""
        name = (record.topic, record.partition, record.offset)
        found = self._opened.get(name)
        if found is None:
            found = self._opened[name] = open_record(record)
        return found

    async def run(self) -> None:
        """Read until cancelled. Lost servers are waited for; nothing is skipped."""
        pause = 0.2
        while True:
            client = consumer(self.settings, group=self.group)
            began = time.monotonic()
            try:
                await client.start()
                self._client = client
                client.subscribe(self.topics, listener=self)
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._follow(client))
                    group.create_task(self._catch_up())
            except* (KafkaError, OperationalError, OSError, positions.Fenced) as errors:
                pause = 0.2 if time.monotonic() - began > 10 else min(pause * 2, 5)
                log.warning("projections_restart", errors=[str(e) for e in errors.exceptions], seconds=pause)
                await asyncio.sleep(pause)
            finally:
                self._client = None
                await client.stop()

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        self.next = {}
        for member in self.members:
            member.next, member.behind = {}, set()

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """Seek to the truth, which is in Postgres: to the least advanced of those members that are near the head."""
        held = [(tp.topic, tp.partition) for tp in assigned]
        async with self.pool.connection() as conn:
            stored_of = {member.name: await positions.load(conn, member.name) for member in self.members}
        if self._client is None:
            return  # stopping
        for member in self.members:
            stored = stored_of[member.name]
            member.next = {place: stored.get(place) for place in held if place[0] in member.topics}
            member.behind = set(member.next) if member.stopped else set()
        for tp, place in zip(assigned, held, strict=True):
            self.next[place] = self._start(place)
            self._client.seek(tp, self.next[place])
        self._added += 1

    def _start(self, place: Place) -> int:
        here = [member for member in self.members if place in member.next]
        head = max((member.next[place] or 0 for member in here), default=0)
        near = [m for m in here if not m.stopped and head - (m.next[place] or 0) <= NEAR]
        for member in here:
            if member not in near:
                member.behind.add(place)
        return min((member.next[place] or 0 for member in near), default=head)

    async def _follow(self, client: LogClient) -> None:
        while True:
            batch = _raw(await client.getmany(timeout_ms=500, max_records=BATCH))
            batch = {place: records for place, records in batch.items() if place in self.next}
            for place, records in batch.items():  # before anything is awaited: `_hand_over` relies on it
                self.next[place] = records[-1].offset + 1
            await self._give(batch, behind=False)
            self._hand_over()
            if time.monotonic() - self._ticked > TICK:
                await self._tick(client)
                self._ticked = time.monotonic()

    async def _give(self, batch: dict[Place, list[Raw]], behind: bool) -> None:
        if not batch:
            return
        self._opened.clear()
        done = await asyncio.gather(
            *(member.give(batch, behind) for member in self.members if not member.stopped), return_exceptions=True
        )
        for error in done:
            if isinstance(error, BaseException):
                raise error

    async def _catch_up(self) -> None:
        """Read for members that are behind, from where the last of them is, until the shared reader serves them too."""
        while True:
            wanted = self._wanted()
            if not wanted:
                await asyncio.sleep(TICK)
                continue
            added = self._added
            log.info("projections_catch_up", members=sorted({m.name for m in self.members if m.behind}))
            client = consumer(self.settings)
            try:
                await client.start()
                client.assign([TopicPartition(*place) for place in wanted])
                for place, first in wanted.items():
                    client.seek(TopicPartition(*place), first)
                while self._wanted() and self._added == added:
                    batch = _raw(await client.getmany(timeout_ms=200, max_records=BATCH))
                    await self._give(batch, behind=True)
                    self._hand_over()
            finally:
                await client.stop()

    def _wanted(self) -> dict[Place, int]:
        found: dict[Place, int] = {}
        for member in self.members:
            for place in member.behind if not member.stopped else ():
                first = member.next.get(place) or 0
                found[place] = min(found.get(place, first), first)
        return found

    def _hand_over(self) -> None:
        for member in self.members:
            if not member.stopped and member.behind:
                member.behind = {p for p in member.behind if (member.next.get(p) or 0) < self.next.get(p, 0)}

    async def _tick(self, client: LogClient) -> None:
        names = [member.name for member in self.members]
        async with self.pool.connection() as conn:
            halted = await halt.halted(conn, names)
            rows = await conn.execute(
                "select distinct consumer from streams.dead_letter"
                " where state in ('release', 'skip') and consumer = any(%s)",
                [names],
            )
            asked = {row[0] async for row in rows}
        for member in self.members:
            stopped = member.name in halted
            if member.stopped != stopped:
                member.stopped, member.behind, member.row = stopped, set(member.next), 0
                self._added += 1
            if member.name in asked and not stopped:
                await member.settle()
        offsets = {TopicPartition(*place): following for place, following in self.next.items()}
        try:
            await client.commit(offsets)  # for lag tools only
        except (KafkaError, ValueError) as error:
            log.info("group_commit_failed", group=self.group, error=str(error))


def _raw(found: dict[TopicPartition, list[Any]]) -> dict[Place, list[Raw]]:
    return {(tp.topic, tp.partition): [raw(record) for record in records] for tp, records in found.items() if records}
