"""The loop that every consumer with a position runs: it fetches its share of the log and takes it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import structlog
from aiokafka import ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError
from psycopg import OperationalError

from streams import positions
from streams.kafka import consumer
from streams.log_client import LogClient
from streams.source import raw
from streams.taker import Taker

log = structlog.get_logger()


class Consumer(Taker, ConsumerRebalanceListener):  # type: ignore[misc]
    """Reads `topics` as group `name`; the partitions are shared out among all that have this name."""

    _client: LogClient | None = None
    _told = 0.0  # when the group was told how far we are

    async def run(self) -> None:
        """Consume until cancelled. Lost servers are waited for; nothing is skipped."""
        pause = 0.2
        while True:
            client = consumer(self.settings, group=self.name)
            try:
                await client.start()
                self._client = client
                client.subscribe(self.topics, listener=self)
                await self._running()
                pause = 0.2
                while True:
                    await self._cycle(client)
            except (KafkaError, OperationalError, OSError, positions.Fenced) as error:
                log.warning("consumer_restarts", consumer=self.name, error=str(error), seconds=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5)
            finally:
                self._client = None
                await client.stop()

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        self.next = {}

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """Seek to the truth, which is in Postgres, not in the group."""
        async with self.pool.connection() as conn:
            stored = await positions.load(conn, self.name)
        if self._client is None:
            return  # stopping
        for tp in assigned:  # where the log no longer begins at 0, the client goes to its earliest record
            place = (tp.topic, tp.partition)
            self.next[place] = stored.get(place)
            self._client.seek(tp, stored.get(place, 0))

    async def _cycle(self, client: LogClient) -> None:
        found = await client.getmany(timeout_ms=500, max_records=max(self.batch, 200))
        for tp, records in found.items():
            if (tp.topic, tp.partition) not in self.next:
                continue  # revoked meanwhile; its new holder reads them
            todo = [raw(record) for record in records]
            for start in range(0, len(todo), self.batch):
                await self.take(todo[start : start + self.batch])
        await self._settle()
        if found:
            await self._commit(client)

    async def _commit(self, client: LogClient) -> None:
        """Tell the group how far we are, for lag tools only, and at most once a second."""
        now = time.monotonic()
        if now - self._told < 1:
            return
        self._told = now
        offsets = {TopicPartition(t, p): n for (t, p), n in self.next.items() if n is not None}
        if not offsets:
            return  # all partitions were revoked meanwhile; the client refuses to commit nothing
        try:
            await client.commit(offsets)
        except KafkaError as error:
            log.info("group_commit_failed", consumer=self.name, error=str(error))
