"""A trainer says that it is there, what it could train on, and what it works on."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict

import structlog
from aiokafka.errors import KafkaError
from studio.contract import Event
from studio.contract.records import TrainerAnnounced

from processors.training.allocation import Device
from streams.sink import LogSink

log = structlog.get_logger()
EVERY = 5.0  # seconds
ELSEWHERE = "elsewhere"  # what a tenant learns of a trainer that works for another one


class Announcer:
    """Tells every tenant, whose readers see no other's events. One process is one epoch of each such stream."""

    def __init__(
        self,
        sink: LogSink,
        name: str,
        tenants: Callable[[], Iterable[str]],
        busy: Callable[[], tuple[str, str] | None],
        devices: Callable[[], Awaitable[tuple[Device, ...]]],
    ) -> None:
        self.sink, self.name, self.tenants, self.busy, self.devices = sink, name, tenants, busy, devices
        self.epoch = int(time.time())
        self.told: Counter[str] = Counter()
        self.news = asyncio.Event()

    async def run(self) -> None:
        """Announce every few seconds, and at once when ``news`` is set."""
        while True:
            await self.announce()
            self.news.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.news.wait(), EVERY)

    async def announce(self) -> None:
        """One announcement to every tenant, repeated until it is acknowledged."""
        events = self.events(await self.devices())
        while events:
            try:
                await self.sink.publish(events)
                break
            except KafkaError as problem:
                log.warning("announcement_not_acknowledged", trainer=self.name, error=repr(problem))
                await asyncio.sleep(1)
        self.told.update(event.tenant for event in events)

    def events(self, devices: Iterable[Device]) -> list[Event]:
        """The next announcement to each tenant."""
        told, busy = json.dumps([asdict(device) for device in devices]), self.busy()
        found = []
        for tenant in sorted(self.tenants()):
            run_id = "" if busy is None else busy[1] if busy[0] == tenant else ELSEWHERE
            data = TrainerAnnounced(trainer=self.name, devices=told, run_id=run_id)
            found.append(
                Event(data=data, tenant=tenant, subject=self.name, epoch=self.epoch, seq=self.told[tenant] + 1)
            )
        return found
