"""Where the log ends now, by partition: what lag is measured against, and where live streams begin."""

from __future__ import annotations

import asyncio
import time

from aiokafka.errors import KafkaError

from streams.catalogue import TOPICS
from streams.kafka import consumer
from streams.log_client import LogClient
from streams.settings import Settings

FRESH = 1.0  # seconds that an answer is good for where age does not matter
PATIENCE = 5.0  # seconds
NAMES = [topic.name for topic in TOPICS]
Ends = dict[tuple[str, int], int]


class LogEnds:
    """One connection, opened when it is first needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: LogClient | None = None
        self._lock = asyncio.Lock()
        self._found: Ends = {}
        self._at = 0.0

    async def recent(self) -> Ends | None:
        """End offset of every partition, at most a second old; None where the brokers do not answer."""
        if time.monotonic() - self._at <= FRESH:
            return self._found
        try:
            return await self.now()
        except (KafkaError, TimeoutError, LookupError, OSError):
            return None

    async def now(self) -> Ends:
        """End offset of every partition of every topic.

        Raises:
            KafkaError, TimeoutError, OSError: the brokers do not answer.
            LookupError: a topic is missing.
        """
        async with self._lock:
            try:
                async with asyncio.timeout(PATIENCE):
                    if self._client is None:
                        self._client = consumer(self._settings)
                        await self._client.start()
                    found = await self._client.end_offsets(await self._client.partitions_of(NAMES))
            except BaseException:
                await self.close()
                raise
            self._found = {(tp.topic, tp.partition): end for tp, end in found.items()}
            self._at = time.monotonic()
            return self._found

    async def close(self) -> None:
        """Give the connection back."""
        client, self._client = self._client, None
        if client is not None:
            await client.stop()
