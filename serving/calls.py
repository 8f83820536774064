"""The router's facts: numbered in its own stream per deployment, published in the background, in order."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from uuid import UUID

import structlog
from aiokafka.errors import KafkaError
from prometheus_client import Counter
from studio.contract import Event
from studio.contract.records import CallServed, OutcomeReported

from serving.call_id import Call
from streams.settings import Settings
from streams.sink import LogSink

WAITING = 20_000
BATCH = 500
LOST = Counter("studio_router_facts_lost", "Facts given up because the log was away and the buffer full")
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Fact:
    data: CallServed | OutcomeReported
    call: Call
    id: UUID
    done: asyncio.Future[None] | None


class CallLog:
    """Publishes facts. One writer per router name; its epoch is the time of its start, so numbers begin anew.

    Answers to clients never wait for the log, except those to a reported outcome.
    """

    def __init__(self, settings: Settings, router: str) -> None:
        self._settings, self._router = settings, router
        self._epoch = time.time_ns() // 1_000_000
        self._numbers: dict[tuple[str, str], int] = {}
        self._facts: asyncio.Queue[_Fact] = asyncio.Queue(WAITING)

    def served(self, call: Call, data: CallServed) -> None:
        """Log a call; counted as lost when the buffer is full."""
        try:
            self._facts.put_nowait(_Fact(data, call, UUID(call.uuid), None))
        except asyncio.QueueFull:
            LOST.inc()

    async def reported(self, call: Call, data: OutcomeReported) -> None:
        """Log an outcome and wait until it is acknowledged.

        Raises:
            TimeoutError: the log is away; reporting again is safe.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        async with asyncio.timeout(10):
            await self._facts.put(_Fact(data, call, call.outcome_id(data.source), done))
            await done

    async def run(self) -> None:
        """Publish until cancelled, then what is left."""
        async with LogSink(self._settings) as sink:
            try:
                while True:
                    await self._publish(sink, await self._batch())
            finally:
                if not self._facts.empty():
                    async with asyncio.timeout(5):
                        await self._publish(sink, await self._batch())

    async def _batch(self) -> list[_Fact]:
        facts = [await self._facts.get()]
        while len(facts) < BATCH and not self._facts.empty():
            facts.append(self._facts.get_nowait())
        return facts

    async def _publish(self, sink: LogSink, facts: list[_Fact]) -> None:
        # Numbered here and not when they came: a fact that was given up must not leave a gap.
        events = [self._event(fact) for fact in facts]
        while True:
            try:
                await sink.publish(events)
                break
            except KafkaError as error:
                log.warning("facts_wait", facts=len(events), error=str(error))
                await asyncio.sleep(1)
        for fact in facts:
            if fact.done is not None and not fact.done.done():
                fact.done.set_result(None)

    def _event(self, fact: _Fact) -> Event:
        subject = f"{fact.call.deployment or fact.call.model}/{self._router}"
        place = (fact.call.tenant, subject)
        seq = self._numbers[place] = self._numbers.get(place, 0) + 1
        return Event(
            data=fact.data,
            tenant=fact.call.tenant,
            subject=subject,
            id=fact.id,
            epoch=self._epoch,
            seq=seq,
            source="studio/router",
        )
