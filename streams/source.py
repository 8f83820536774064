"""The log, read without a group: for those who need all of it from a place of their own choice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import structlog
from aiokafka import ConsumerRecord
from aiokafka.errors import KafkaError
from studio.contract import Event, Undecodable, decode

from streams.intake import Raw
from streams.kafka import consumer
from streams.log_client import LogClient
from streams.settings import Settings
from streams.vigil import Deaf

log = structlog.get_logger()


def raw(record: ConsumerRecord) -> Raw:
    """An aiokafka record as ours."""
    return Raw(
        record.topic,
        record.partition,
        record.offset,
        (record.key or b"").decode(errors="replace").replace("\0", "\ufffd"),
        tuple(record.headers),
        record.value,
        record.timestamp,
    )


class LogSource:
    """Tails topics from their beginning (or given offsets) to the live end. Use as an async context manager."""

    def __init__(
        self, settings: Settings, topics: Sequence[str], start: dict[tuple[str, int], int] | None = None
    ) -> None:
        self._settings, self._topics, self._start = settings, topics, start or {}
        self._client: LogClient | None = None
        self.ends: dict[tuple[str, int], int] = {}
        """The end of each partition when reading began."""
        self.next: dict[tuple[str, int], int] = {}
        """The next offset to be read of each partition."""

    async def __aenter__(self) -> LogSource:
        try:
            await self._open()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._client is not None:
            await self._client.stop()

    async def _open(self) -> None:
        """Read on from `next` with a new client, or from the start with the first one."""
        client = self._client = consumer(self._settings)
        await client.start()
        found = await client.partitions_of(self._topics)
        client.assign(found)
        beginnings = await client.beginning_offsets(found)
        for tp in found:
            place = (tp.topic, tp.partition)
            self.next[place] = max(self.next.get(place, self._start.get(place, 0)), beginnings[tp])
            client.seek(tp, self.next[place])
        if not self.ends:
            self.ends = {(tp.topic, tp.partition): end for tp, end in (await client.end_offsets(found)).items()}

    async def _again(self) -> None:
        pause = 0.2
        while True:
            assert self._client is not None
            await self._client.stop()
            try:
                await self._open()
                return
            except (KafkaError, OSError) as error:
                log.warning("log_source_waits", error=str(error), seconds=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5)

    @property
    def caught_up(self) -> bool:
        """Whether everything that was there at the beginning has been read."""
        return all(self.next[place] >= end for place, end in self.ends.items())

    async def poll(self, patience: float = 0.5) -> list[Raw]:
        """The next records of all partitions, in order within each; empty after `patience` seconds without any."""
        assert self._client is not None, "use `async with`"
        try:
            found = await self._client.getmany(timeout_ms=int(patience * 1000), max_records=2000)
        except Deaf as error:
            log.warning("log_source_reopens", error=str(error))
            await self._again()
            return []
        records: list[Raw] = []
        for tp, batch in found.items():
            records += [raw(record) for record in batch]
            if batch:
                self.next[tp.topic, tp.partition] = batch[-1].offset + 1
        return records

    async def events(self, patience: float = 0.5) -> AsyncIterator[Event | None]:
        """Decoded events for ever, and None each time nothing came for `patience` seconds. Undecodable records are
        left to the consumers that hold positions."""
        while True:
            records = await self.poll(patience)
            for record in records:
                try:
                    yield decode(record.topic, record.headers, record.body)
                except Undecodable:
                    continue
            if not records:
                yield None
