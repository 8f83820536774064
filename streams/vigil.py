"""Notices a Kafka client that has gone deaf.

After a broker's restart an aiokafka consumer may go on without ever fetching again, and without an error (aiokafka
issue 1154). Whoever reads the log for ever asks a vigil after each poll, and begins anew with another client.
"""

from __future__ import annotations

import asyncio
import time

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

QUIET = 10.0  # seconds without a record between two looks
HOMELESS = 6  # looks without any partition
STOPPING = 10.0  # seconds
log = structlog.get_logger()


class Deaf(ConnectionError):
    """There are records, and the client does not bring them."""


class Vigil:
    """Watches over one client that has been started."""

    def __init__(self, client: AIOKafkaConsumer) -> None:
        self._client = client
        self._since = time.monotonic()
        self._stood: dict[TopicPartition, int] = {}  # where partitions with records stood at the last look
        self._homeless = 0

    async def look(self, heard: bool) -> None:
        """To be called after each poll; asks the broker where the log ends when nothing has come for a while.

        heard: whether the poll brought something.

        Raises:
            Deaf: a partition has stood still since the last look, before records that it could have brought; or the
                client has had no partitions for six looks.
            TimeoutError: the broker does not say.
            KafkaError: the broker refuses.
        """
        now = time.monotonic()
        if heard:
            self._since, self._stood, self._homeless = now, {}, 0
        if now - self._since < QUIET:
            return
        self._since = now
        held = self._client.assignment()
        self._homeless = 0 if held else self._homeless + 1
        if self._homeless == HOMELESS:
            raise Deaf(f"no partitions for {HOMELESS * QUIET:.0f} s")
        async with asyncio.timeout(QUIET):
            ends = await self._client.end_offsets(held) if held else {}
            places = {tp: await self._client.position(tp) for tp in held}
        stands = {tp: place for tp, place in places.items() if place < ends[tp]}
        still = sorted(tp for tp, place in stands.items() if self._stood.get(tp) == place)
        if still:
            raise Deaf(f"no record of {still[0].topic}[{still[0].partition}] from {stands[still[0]]} on has come")
        self._stood = stands


async def stop(client: AIOKafkaConsumer) -> None:
    """Stop a client; one that cannot end, because a part of it waits for ever, is left behind."""
    try:
        async with asyncio.timeout(STOPPING):
            await client.stop()
    except TimeoutError:
        log.warning("kafka_client_left_behind", client=client._client._client_id)
