"""The producer of facts for code without an event loop."""

from __future__ import annotations

import asyncio
import contextlib
from concurrent.futures import Future
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from studio.contract import Record
from studio.loop import Loop
from studio.producer import EventProducer
from studio.receipt import Receipt


class SyncEventProducer:
    """`EventProducer` for code without an event loop; its own thread talks to Kafka.

    with SyncEventProducer("kafka:9092", tenant="acme", source="our-trainer") as producer:
        producer.send(StepRecorded(run_id="r1", step=1, reward=0.4), subject="r1")
    """

    def __init__(self, bootstrap: str, tenant: str, source: str, **options: Any) -> None:
        self._loop = Loop()

        async def make() -> EventProducer:
            return EventProducer(bootstrap, tenant, source, **options)

        self._producer = self._loop.run(make())

    def __enter__(self) -> Self:
        try:
            self._loop.run(self._producer.__aenter__())
        except BaseException:
            self._loop.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, record: Record, *, subject: str, id: UUID | None = None, time: datetime | None = None) -> Receipt:
        """As `EventProducer.send`."""
        return self._loop.run(self._producer.send(record, subject=subject, id=id, time=time))

    def offer(
        self, record: Record, *, subject: str, id: UUID | None = None, time: datetime | None = None
    ) -> Future[Receipt]:
        """As `EventProducer.offer`, with a future of threads."""

        async def taking() -> asyncio.Future[Receipt]:
            return self._producer.offer(record, subject=subject, id=id, time=time)

        async def settling(done: asyncio.Future[Receipt]) -> Receipt:
            return await done

        return self._loop.start(settling(self._loop.run(taking())))

    def flush(self) -> None:
        """As `EventProducer.flush`."""
        self._loop.run(self._producer.flush())

    def close(self) -> None:
        """Deliver what waits and disconnect."""
        with contextlib.suppress(RuntimeError):
            self._loop.run(self._producer.aclose())
        self._loop.close()
