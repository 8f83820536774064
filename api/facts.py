"""Facts that come in over HTTP from the holder of a claim: numbered by the holder, published as they are."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid5

from aiokafka.errors import KafkaError
from studio.contract import Event, derived_id

from api.errors import Problem
from streams.settings import Settings
from streams.sink import LogSink

RUNS = uuid5(UUID(int=0), "studio/outside-run-facts")


def fact_id(tenant: str, run_id: str, epoch: int, seq: int) -> UUID:
    """The same for the same fact, however often it is sent."""
    return derived_id(uuid5(RUNS, f"{tenant}/{run_id}"), f"{epoch}/{seq}")


class FactSink:
    """One producer, opened when it is first needed: the API starts without Kafka."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._sink: LogSink | None = None
        self._lock = asyncio.Lock()

    async def publish(self, events: Sequence[Event]) -> str:
        """Send in order and wait for the acknowledgements.

        Returns:
            The position token after them.

        Raises:
            Problem: 422 where a fact does not fit its schema; 503 where Kafka does not answer. Sending again is safe.
        """
        try:
            sink = await self._open()
            return (await sink.publish(events)).text()
        except ValueError as error:
            raise Problem(422, "VALIDATION_ERROR", str(error), field="facts", reason=str(error)) from error
        except (KafkaError, OSError, TimeoutError) as error:
            raise Problem(
                503, "UNAVAILABLE", "the log does not answer", reason=str(error), remedy="send the same facts again"
            ) from error

    async def _open(self) -> LogSink:
        async with self._lock:
            if self._sink is None:
                opened = LogSink(self._settings)
                try:
                    await opened.__aenter__()
                except BaseException:
                    await opened.__aexit__()
                    raise
                self._sink = opened
            return self._sink

    async def close(self) -> None:
        """Disconnect."""
        async with self._lock:
            if self._sink is not None:
                await self._sink.__aexit__()
                self._sink = None
