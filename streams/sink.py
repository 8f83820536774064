"""Facts out: straight to Kafka, acknowledged by all replicas before the caller goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaTimeoutError
from studio.contract import Encoded, Event, encode

from streams.kafka import producer
from streams.settings import Settings
from streams.token import Token

PATIENCE = 60.0  # seconds until records are acknowledged; twice what the producer gives a request
STOPPING = 10.0  # seconds
log = structlog.get_logger()


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
            await _stop(self._producer)

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
        """The same for records that are encoded already.

        A producer that brings no answer, as can be after a broker's restart, is replaced by another one.
        """
        assert self._producer is not None, "use `async with`"
        used = self._producer
        try:
            async with asyncio.timeout(PATIENCE):
                waiting = [await used.send(r.topic, r.body, key=r.key, headers=r.headers) for r in records]
                acknowledged = await asyncio.gather(*waiting)
        except TimeoutError as error:
            await self._replace(used)
            raise KafkaTimeoutError(f"{len(records)} records were not acknowledged in {PATIENCE:.0f} s") from error
        offsets: dict[str, int] = {}
        for done in acknowledged:
            name = f"{done.topic}-{done.partition}"
            offsets[name] = max(offsets.get(name, -1), done.offset)
        return Token(offsets=offsets)

    async def _replace(self, used: AIOKafkaProducer) -> None:
        if self._producer is not used:
            return  # another sender did
        self._producer = producer(self._settings)
        log.warning("producer_replaced")
        await self._producer.start()
        await _stop(used)


async def _stop(used: AIOKafkaProducer) -> None:
    """One that cannot end, because a part of it waits for ever, is left behind."""
    try:
        async with asyncio.timeout(STOPPING):
            await used.stop()
    except TimeoutError:
        log.warning("kafka_producer_left_behind", client=used.client._client_id)
