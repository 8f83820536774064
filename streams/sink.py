"""Facts out: straight to Kafka, acknowledged by all replicas before the caller goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from aiokafka import AIOKafkaProducer
from studio.contract import Encoded, Event, encode

from streams.kafka import producer
from streams.settings import Settings
from streams.token import Token


class LogSink:
    """Publishes events. Use as an async context manager."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._producer: AIOKafkaProducer | None = None

    async def __aenter__(self) -> LogSink:
        self._producer = producer(self._settings)
        await self._producer.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._producer is not None:
            await self._producer.stop()

    async def publish(self, events: Sequence[Event]) -> Token:
        """Send in order and wait for every acknowledgement.

        Returns:
            The token of the last offset in each partition.

        Raises:
            ValueError: an event does not fit its schema; none was sent.
            KafkaError: not acknowledged; sending the same events again is safe for readers.
        """
        return await self.send([encode(event) for event in events])

    async def send(self, records: Sequence[Encoded]) -> Token:
        """The same for records that are encoded already."""
        assert self._producer is not None, "use `async with`"
        waiting = [await self._producer.send(r.topic, r.body, key=r.key, headers=r.headers) for r in records]
        offsets: dict[str, int] = {}
        for done in await asyncio.gather(*waiting):
            name = f"{done.topic}-{done.partition}"
            offsets[name] = max(offsets.get(name, -1), done.offset)
        return Token(offsets=offsets)
