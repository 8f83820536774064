"""Notices a Kafka client that has gone deaf.

After a broker's restart an aiokafka consumer may never fetch again, from all partitions or from one of them while the
others go on, and without an error (aiokafka issue 1154). A `LogClient` asks a vigil before each poll; who reads the log
for ever begins anew with another client.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

QUIET = 10.0  # seconds between two looks
HOMELESS = 6  # looks without any partition
PASSED_BY = 3  # looks at which a partition stood while others went on: these may have filled the polls in between


class Deaf(ConnectionError):
    """There are records, and the client does not bring them; or nobody says whether there are."""


class Vigil:
    """Watches over one client."""

    def __init__(self, client: AIOKafkaConsumer) -> None:
        self._client = client
        self._looked = time.monotonic()
        self._stood: dict[TopicPartition, tuple[int, int]] = {}  # where those with records stood, and at how many looks
        self._places: dict[TopicPartition, int] = {}
        self._homeless = 0

    async def look(self) -> None:
        """To be called before each poll; asks the broker now and then where the log ends.

        Raises:
            Deaf: a partition stands still before records, since the last look where all do and for three looks where
                others went on; or the client has had no partitions for six looks; or the broker does not say where the
                log ends.
        """
        now = time.monotonic()
        if now - self._looked < QUIET:
            return
        self._looked = now
        held = self._client.assignment()
        self._homeless = 0 if held else self._homeless + 1
        if self._homeless == HOMELESS:
            raise Deaf(f"no partitions for {HOMELESS * QUIET:.0f} s")
        places, ends = await self._asked(held)
        moved = any(self._places.get(tp, place) != place for tp, place in places.items())
        stood: dict[TopicPartition, tuple[int, int]] = {}
        for tp, place in places.items():
            if place < ends[tp]:
                before, looks = self._stood.get(tp, (place, 0))
                stood[tp] = (place, looks + 1 if before == place else 1)
                if stood[tp][1] > (PASSED_BY if moved else 1):
                    raise Deaf(f"no record of {tp.topic}[{tp.partition}] from {place} on has come")
        self._stood, self._places = stood, places

    async def _asked(
        self, held: Collection[TopicPartition]
    ) -> tuple[dict[TopicPartition, int], dict[TopicPartition, int]]:
        """The next offset of each partition for this client, and the end of the log there."""
        try:
            async with asyncio.timeout(QUIET):
                ends: dict[TopicPartition, int] = await self._client.end_offsets(held) if held else {}
                return {tp: await self._client.position(tp) for tp in held}, ends
        except (KafkaError, OSError) as error:
            raise Deaf(f"the broker does not say where the log ends: {error!r}") from error
