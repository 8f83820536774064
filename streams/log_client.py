"""The Kafka consumer of whoever reads the log for ever: it never goes on in silence when something broke."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition

from streams.vigil import Deaf, Vigil

PATIENCE = 10.0  # seconds for a stop, and for a commit
log = structlog.get_logger()


class Placing(ConsumerRebalanceListener):  # type: ignore[misc]
    """Hands on to a listener and keeps why it failed.

    aiokafka only logs that, and goes on with partitions that nobody placed at their stored positions.
    """

    def __init__(self, listener: ConsumerRebalanceListener) -> None:
        self._listener = listener
        self.failure: Exception | None = None

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        await self._listener.on_partitions_revoked(revoked)

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        try:
            await self._listener.on_partitions_assigned(assigned)
        except Exception as error:
            self.failure = error
            raise


class LogClient(AIOKafkaConsumer):  # type: ignore[misc]
    """Once `getmany` has raised, stop this client and begin anew with another one."""

    def __init__(self, *topics: str, **arguments: Any) -> None:
        super().__init__(*topics, **arguments)
        self._vigil = Vigil(self)
        self._placing: Placing | None = None

    def subscribe(
        self,
        topics: Sequence[str] = (),
        pattern: str | None = None,
        listener: ConsumerRebalanceListener | None = None,
    ) -> None:
        """As aiokafka's; the listener's methods are coroutines, and a failure of it is raised by the next poll."""
        self._placing = Placing(listener) if listener else None
        super().subscribe(topics, pattern, self._placing)

    async def getmany(
        self, *partitions: TopicPartition, timeout_ms: int = 0, max_records: int | None = None
    ) -> dict[TopicPartition, list[ConsumerRecord]]:
        """As aiokafka's. Where there are records, nothing is awaited once they have left the client.

        Raises:
            CancelledError: the task was asked to end; see `heed_cancellation`.
            Exception: of the rebalance listener, which could not place what was assigned.
            Deaf: the broker has records that do not come, or does not answer.
            KafkaError: the broker refuses.
        """
        heed_cancellation()
        if self._placing is not None and self._placing.failure is not None:
            raise self._placing.failure
        await self._vigil.look()  # before the poll: what has left the client is not lost to an error
        found: dict[TopicPartition, list[ConsumerRecord]] = await super().getmany(
            *partitions, timeout_ms=timeout_ms, max_records=max_records
        )
        return found

    async def commit(self, offsets: dict[TopicPartition, int]) -> None:
        """As aiokafka's, but not for ever.

        After a broker's restart its search for the group's coordinator may hold a lock and never end; the commit waits
        for that lock, and with it everybody who reads here.

        Raises:
            Deaf: no answer in time.
            KafkaError: the broker refuses.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                await super().commit(offsets)
        except TimeoutError as error:
            raise Deaf("the coordinator of the group does not answer a commit") from error

    async def partitions_of(self, topics: Sequence[str]) -> list[TopicPartition]:
        """All partitions of `topics`, from the broker.

        Raises:
            LookupError: a topic does not exist; `studio create` makes it.
        """
        found = []
        for topic in topics:
            numbers = self.partitions_for_topic(topic)
            if not numbers:
                await self._client.force_metadata_update()  # a topic made a moment ago
                numbers = self.partitions_for_topic(topic)
            if not numbers:
                raise LookupError(f"topic {topic} does not exist; run `studio create`")
            found += [TopicPartition(topic, number) for number in sorted(numbers)]
        return found

    async def stop(self) -> None:
        """Disconnect; a client that cannot end, because a part of it waits for ever, is left behind."""
        try:
            async with asyncio.timeout(PATIENCE):
                await super().stop()
        except TimeoutError:
            log.warning("kafka_client_left_behind", client=self._client._client_id)


def heed_cancellation() -> None:
    """Stop a task whose cancellation a client below it swallowed; it would go on for ever.

    Before Python 3.12 `asyncio.wait_for`, which psycopg waits with, returns the result instead of being cancelled when
    both come at once (CPython issue 86296).

    Raises:
        CancelledError: it was asked for.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
