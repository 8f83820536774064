"""The extraction and generation rooms at work on real servers, with what tests do to them."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar
from uuid import uuid4

from studio.contract import Event, Record

from processors.extraction import engine as extraction
from processors.extraction.decide import RegisterDocument
from processors.generation import engine as generation
from processors.generation.decide import RequestBatch
from streams.gate import Do, Gate
from streams.relay import run as relay
from streams.room import Room, Runtime, run_rooms, runtime
from streams.settings import Settings
from streams.source import LogSource

R = TypeVar("R", bound=Record)
ROOMS = (extraction.ROOM, generation.ROOM)
TOPICS = ("studio.documents", "studio.generation", "studio.generation.samples")


@dataclass
class Press:
    """A tenant, the gate, and every event that was seen so far."""

    run: Runtime
    gate: Gate
    tenant: str = field(default_factory=lambda: f"t-{uuid4().hex[:8]}")
    events: list[Event] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    def other(self) -> Press:
        """The same world for another tenant."""
        return replace(self, tenant=f"t-{uuid4().hex[:8]}")

    async def do(self, kind: str, id: str, command: object) -> None:
        await self.gate.handle(self.tenant, Do(kind, id, command))

    async def upload(self, data: bytes, name: str, media_type: str = "") -> str:
        """Store and register a document; its id."""
        ref = await self.run.blobs.put(self.tenant, data)
        id = uuid4().hex
        digest = hashlib.sha256(data).hexdigest()
        await self.do("document", id, RegisterDocument(name, media_type, len(data), digest, ref.key, "ann"))
        return id

    async def request(self, command: RequestBatch) -> str:
        id = uuid4().hex
        await self.do("batch", id, command)
        return id

    async def outcome(self, id: str, *types: type[R], seconds: float = 60) -> R:
        """The first event of one of the types about an aggregate, waiting for it."""

        def found() -> R | None:
            for event in self.events:
                if event.tenant == self.tenant and event.subject == id and isinstance(event.data, types):
                    return event.data
            return None

        async with asyncio.timeout(seconds), self.news:
            await self.news.wait_for(lambda: found() is not None)
        record = found()
        assert record is not None
        return record

    def facts(self, batch: str, type_: type[R]) -> list[tuple[Event, R]]:
        """Facts of a batch in the order of the log."""
        return [
            (event, event.data)
            for event in self.events
            if event.tenant == self.tenant and event.subject.startswith(f"{batch}/") and isinstance(event.data, type_)
        ]


@contextlib.asynccontextmanager
async def press(settings: Settings, rooms: Sequence[Room] = ROOMS) -> AsyncIterator[Press]:
    """Relay and `rooms` running, and a reader that collects what they say."""
    async with runtime(settings) as run:
        found = Press(run, Gate(run.pool, [decider for room in ROOMS for decider in room.deciders]))

        async def collect() -> None:
            async with LogSource(settings, TOPICS) as source:
                async for event in source.events(0.1):
                    if event is not None:
                        async with found.news:
                            found.events.append(event)
                            found.news.notify_all()

        tasks = [asyncio.create_task(job) for job in (collect(), relay(settings), run_rooms(run, rooms))]
        try:
            yield found
        finally:
            broken = [task for task in tasks if task.done()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for task in broken:
                task.result()  # a room that died is the true reason of a test that waited in vain
