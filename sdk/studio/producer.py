"""Facts from outside: a team's own trainer, a review tool, a collector of outcomes write to the log themselves.

Readers take the facts of a subject by (epoch, seq): they drop what repeats and refuse what skips. So a producer must
never leave a gap. One batch per partition is on its way at a time; what was not acknowledged is sent again under the
same numbers; and when an event is given up, the numbers after it begin anew in a later epoch.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from datetime import UTC, datetime
from typing import Self
from uuid import UUID, uuid4

from studio.contract import Event, Record, encode, new_trace, topic_of
from studio.delivery import Broker
from studio.errors import BufferFull
from studio.numbering import Numbering
from studio.receipt import Receipt
from studio.waiting import Waiting

FACTS = frozenset(
    {"studio.generation.samples", "studio.curation.scores", "studio.training.steps", "studio.serving.calls"}
)
ROUND = 2_000  # events looked at for one round of batches
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 3.0  # seconds


class EventProducer:
    """Publishes facts of one source for one tenant.

        async with EventProducer("kafka:9092", tenant="acme", source="our-trainer") as producer:
            await producer.send(StepRecorded(run_id="r1", phase="grpo", step=1, reward=0.4), subject="r1")

    `send` returns when the log has acknowledged; `offer` at once, with a future. At most `capacity` events wait: then
    `send` waits for room and `offer` raises. One process per source name, please: a later one supersedes an earlier.
    """

    def __init__(
        self,
        bootstrap: str,
        tenant: str,
        source: str,
        *,
        capacity: int = 10_000,
        patience: float = 30.0,
        security_protocol: str = "PLAINTEXT",
        username: str = "",
        password: str = "",
        ca_file: str = "",
    ) -> None:
        """Args:
        bootstrap: Kafka's addresses, with commas.
        source: name of the program; becomes part of each subject, so that nobody else's numbers are disturbed.
        capacity: events that may be unacknowledged.
        ca_file: certificates (PEM) to trust with TLS; empty trusts what the system trusts.
        patience: seconds after which an event counts as undeliverable, and `send` stops waiting for room.
        """
        if not tenant or "/" in tenant or not source or "/" in source:
            raise ValueError("tenant and source must be non-empty and without '/'")
        self.tenant, self.source, self.capacity, self.patience = tenant, source, capacity, patience
        self._broker = Broker(bootstrap, security_protocol, username, password, ca_file)
        self._numbers = Numbering(_milliseconds())
        self._queue: deque[Waiting] = deque()
        self._taken = 0  # events accepted and not settled yet
        self._wake = asyncio.Event()
        self._room = asyncio.Condition()
        self._pump: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._broker.connect()
        self._pump = asyncio.create_task(self._deliver())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Deliver what waits (or give it up after `patience`) and disconnect."""
        if self._pump is None:
            return
        await self.flush()
        self._pump.cancel()
        await asyncio.gather(self._pump, return_exceptions=True)
        self._pump = None
        await self._broker.close()

    async def send(
        self, record: Record, *, subject: str, id: UUID | None = None, time: datetime | None = None
    ) -> Receipt:
        """Publish and wait for the acknowledgement.

        Args:
            record: a fact, e.g. `StepRecorded` or `SampleScored`.
            subject: what it is about: run id, curation id, deployment name. Order holds per subject.
            id: of the event; give the same one when sending the same thing again.
            time: when it happened, with a zone; now otherwise.

        Raises:
            ValueError: the record is no fact, a field does not fit its schema, or it is too large.
            BufferFull: no room in `patience` seconds.
            DeliveryFailed: not acknowledged in `patience` seconds.
        """
        return await (await self._accept(record, subject, id, time))

    def offer(
        self, record: Record, *, subject: str, id: UUID | None = None, time: datetime | None = None
    ) -> asyncio.Future[Receipt]:
        """Publish without waiting. The future has the receipt or `DeliveryFailed`; `flush` waits for all.

        Raises:
            ValueError: as `send`.
            BufferFull: `capacity` events wait already.
        """
        if self._taken >= self.capacity:
            raise BufferFull(f"{self._taken} events wait for their acknowledgement", remedy="wait for some of them")
        return self._take(record, subject, id, time)

    async def flush(self) -> None:
        """Wait until every event taken so far is settled, one way or the other."""
        async with self._room:
            await self._room.wait_for(lambda: self._taken == 0)

    async def _accept(
        self, record: Record, subject: str, id: UUID | None, time: datetime | None
    ) -> asyncio.Future[Receipt]:
        try:
            async with asyncio.timeout(self.patience), self._room:
                await self._room.wait_for(lambda: self._taken < self.capacity)
                return self._take(record, subject, id, time)
        except TimeoutError:
            raise BufferFull(f"no room in {self.patience:.0f} s", remedy="send less; see why Kafka is slow") from None

    def _take(self, record: Record, subject: str, id: UUID | None, at: datetime | None) -> asyncio.Future[Receipt]:
        if self._pump is None:
            raise RuntimeError("use `async with EventProducer(...)`")
        if topic_of(record) not in FACTS:
            raise ValueError(f"{type(record).__name__} is a decision: only the API takes it, here are facts")
        event = Event(
            data=record,
            tenant=self.tenant,
            subject=f"{subject}/{self.source}",
            id=id or uuid4(),
            time=at or datetime.now(UTC),
            source=self.source,
            traceparent=new_trace(),
        )
        event = self._numbers.next(event)
        encoded = encode(event)  # a fact that does not fit its schema takes no number
        self._numbers.take(event)
        waiting = Waiting(event, encoded, time.monotonic() + self.patience)
        self._taken += 1
        self._queue.append(waiting)
        self._wake.set()
        return waiting.done

    async def _deliver(self) -> None:
        pause = FIRST_PAUSE
        while True:
            await self._wake.wait()
            round_ = [self._queue.popleft() for _ in range(min(ROUND, len(self._queue)))]
            if not self._queue:
                self._wake.clear()
            results = await self._broker.write([waiting.encoded for waiting in round_])
            again, given_up = [], []
            for waiting, result in zip(round_, results, strict=True):
                if isinstance(result, tuple):
                    waiting.acknowledge(result)
                elif result.final or time.monotonic() > waiting.deadline:
                    given_up.append((waiting, result))
                else:
                    again.append(waiting)
            self._queue.extendleft(reversed(again))
            self._taken -= len(round_) - len(again)
            for waiting, result in given_up:
                waiting.give_up(result)
            self._renumber({waiting.event.stream for waiting, _ in given_up})
            async with self._room:
                self._room.notify_all()
            if again:
                self._wake.set()
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                pause = FIRST_PAUSE

    def _renumber(self, streams: set[str]) -> None:
        for stream in streams:
            self._numbers.renew(stream, _milliseconds())
        for waiting in self._queue:
            if waiting.event.stream in streams:
                waiting.event = self._numbers.next(waiting.event)
                waiting.encoded = encode(waiting.event)
                self._numbers.take(waiting.event)


def _milliseconds() -> int:
    return time.time_ns() // 1_000_000
