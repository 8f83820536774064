"""One round of records to Kafka: a batch per partition, each acknowledged by all replicas or given back whole."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    KafkaError,
    MessageSizeTooLargeError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)
from aiokafka.partitioner import DefaultPartitioner

from studio.contract import Encoded
from studio.errors import Unreachable

BATCH = 512 * 1024  # bytes
REQUEST = 10.0  # seconds for one batch; trying again is the caller's matter
FINAL = (MessageSizeTooLargeError, TopicAuthorizationFailedError, UnknownTopicOrPartitionError)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Why a record was not acknowledged; `final`: trying again would say the same."""

    message: str
    final: bool = False


Result = tuple[int, int] | Undelivered
"""(partition, offset), or why not."""


@dataclass(slots=True)
class _Batch:
    topic: str
    partition: int
    builder: Any
    members: list[int] = field(default_factory=list)  # indexes in the round
    full: bool = False


class Broker:
    """A connection that is made anew after every failure: an idempotent producer that lost a batch is confused."""

    def __init__(self, bootstrap: str, security_protocol: str, username: str, password: str, ca_file: str = "") -> None:
        self._bootstrap = bootstrap
        self._options: dict[str, Any] = {"security_protocol": security_protocol}
        if security_protocol.endswith("SSL"):
            self._options["ssl_context"] = ssl.create_default_context(cafile=ca_file or None)
        if username:
            self._options |= {
                "sasl_mechanism": "SCRAM-SHA-512",
                "sasl_plain_username": username,
                "sasl_plain_password": password,
            }
        self._producer: AIOKafkaProducer | None = None
        self._partitioner = DefaultPartitioner()

    async def connect(self) -> None:
        """Connect if there is no connection.

        Raises:
            Unreachable: no broker answers, or it refuses us.
        """
        if self._producer is not None:
            return
        producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            acks="all",
            enable_idempotence=True,
            max_batch_size=BATCH,
            request_timeout_ms=int(REQUEST * 1000),
            **self._options,
        )
        try:
            await producer.start()
        except (KafkaError, OSError) as error:
            with contextlib.suppress(Exception):
                await producer.stop()
            raise Unreachable(
                f"Kafka at {self._bootstrap}: {error}", remedy="check the address and that it runs"
            ) from None
        self._producer = producer

    async def close(self) -> None:
        """Disconnect; nothing that was not acknowledged is waited for."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(2.0):
                    await producer.stop()

    async def write(self, records: Sequence[Encoded]) -> list[Result]:
        """Write records in order; the result of each. What did not fit into a partition's batch comes back to be tried
        again, and so does everything behind a failure in the same partition: the order holds."""
        results: list[Result] = [Undelivered("behind others")] * len(records)
        try:
            await self.connect()
            batches = await self._batches(records, results)
        except (Unreachable, KafkaError, OSError) as error:
            await self.close()
            return [Undelivered(str(error) or type(error).__name__)] * len(records)
        failed = False
        for batch, result in zip(batches, await asyncio.gather(*(self._send(b) for b in batches)), strict=True):
            for number, member in enumerate(batch.members):
                results[member] = result if isinstance(result, Undelivered) else (batch.partition, result + number)
            failed = failed or isinstance(result, Undelivered)
        if failed:
            await self.close()
        return results

    async def _batches(self, records: Sequence[Encoded], results: list[Result]) -> list[_Batch]:
        assert self._producer is not None
        batches: dict[tuple[str, int], _Batch] = {}
        for index, record in enumerate(records):
            try:
                async with asyncio.timeout(REQUEST):
                    partitions = sorted(await self._producer.partitions_for(record.topic))
            except FINAL as error:
                results[index] = Undelivered(f"{record.topic}: {type(error).__name__}", final=True)
                continue
            except TimeoutError:
                raise Unreachable(f"no metadata of {record.topic}") from None
            partition = self._partitioner(record.key, partitions, partitions)
            batch = batches.get((record.topic, partition))
            if batch is None:
                batch = _Batch(record.topic, partition, self._producer.create_batch())
                batches[record.topic, partition] = batch
            added = None
            if not batch.full:
                added = batch.builder.append(timestamp=None, key=record.key, value=record.body, headers=record.headers)
            if added is None:
                batch.full = True
            else:
                batch.members.append(index)
        return list(batches.values())

    async def _send(self, batch: _Batch) -> int | Undelivered:
        """The offset of the batch's first record."""
        assert self._producer is not None
        try:
            async with asyncio.timeout(2 * REQUEST):
                future = await self._producer.send_batch(batch.builder, batch.topic, partition=batch.partition)
                return int((await future).offset)
        except FINAL as error:
            return Undelivered(type(error).__name__, final=True)
        except (KafkaError, OSError, TimeoutError) as error:
            return Undelivered(str(error) or type(error).__name__)
