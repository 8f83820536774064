"""Facts of one claim: numbered within its epoch, sent in order, repeated until acknowledged."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid5

import structlog
from aiokafka.errors import KafkaError
from studio.contract import Event, Record, child_trace, derived_id

from streams.sink import LogSink

log = structlog.get_logger()
RUNS = uuid5(UUID(int=0), "studio/run-facts")


class Facts:
    """Publishes what happens under one claim. Only one of these may exist per (run, epoch)."""

    def __init__(self, sink: LogSink, tenant: str, run_id: str, epoch: int, cause: Event) -> None:
        self.sink, self.tenant, self.run_id, self.epoch, self.cause = sink, tenant, run_id, epoch, cause
        self.seq = 0
        self.turn = asyncio.Lock()

    async def publish(self, record: Record) -> None:
        """Send and wait for the acknowledgement, for as long as it takes; readers drop what arrives twice."""
        async with self.turn:
            seq = self.seq + 1
            event = Event(
                data=record,
                tenant=self.tenant,
                subject=self.run_id,
                id=derived_id(uuid5(RUNS, f"{self.tenant}/{self.run_id}"), f"{self.epoch}/{seq}"),
                epoch=self.epoch,
                seq=seq,
                correlation_id=self.cause.correlation_id or self.cause.id,
                causation_id=self.cause.id,
                traceparent=child_trace(self.cause.traceparent),
            )
            wait = 0.2
            while True:
                try:
                    await self.sink.publish([event])
                    break
                except KafkaError as error:
                    log.warning("fact_not_acknowledged", run=self.run_id, seq=seq, error=repr(error))
                    await asyncio.sleep(wait)
                    wait = min(wait * 2, 5.0)
            self.seq = seq
