"""Notices a Kafka client that has gone deaf.

After a broker's restart an aiokafka consumer may go on without ever fetching again, and without an error (aiokafka
issue 1154). A `LogClient` asks a vigil after each poll; who reads the log for ever begins anew with another client.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

QUIET = 10.0  # seconds without a record between two looks
HOMELESS = 6  # looks without any partition


class Deaf(ConnectionError):
    """There are records, and the client does not bring them; or nobody says whether there are."""


class Vigil:
    """Watches over one client."""

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
                client has had no partitions for six looks; or the broker does not say where the log ends.
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
        stands = await self._stands(held)
        still = sorted(tp for tp, place in stands.items() if self._stood.get(tp) == place)
        if still:
            raise Deaf(f"no record of {still[0].topic}[{still[0].partition}] from {stands[still[0]]} on has come")
        self._stood = stands

    async def _stands(self, held: Collection[TopicPartition]) -> dict[TopicPartition, int]:
        """The next offsets of those partitions where there is a record at it."""
        try:
            async with asyncio.timeout(QUIET):
                ends = await self._client.end_offsets(held) if held else {}
                places = {tp: await self._client.position(tp) for tp in held}
        except (KafkaError, OSError) as error:
            raise Deaf(f"the broker does not say where the log ends: {error!r}") from error
        return {tp: place for tp, place in places.items() if place < ends[tp]}
