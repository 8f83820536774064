"""A processor: a room's reaction to events, run by the one engine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from studio.contract import Event

from streams.cause import Cause
from streams.consumer import Consumer
from streams.database import Connection, Pool
from streams.gate import Gate
from streams.outcome import Outcome, apply
from streams.settings import Settings
from streams.sink import LogSink
from streams.taker import Commit


@dataclass(frozen=True, slots=True)
class Processor:
    """`handle` turns one event into an outcome; `name` is its consumer group.

    batch: how many events may share a transaction. Above 1 a handler must not read what an earlier effect wrote.
    begin: called before each try at a batch, so that a handler can drop what it remembers of a try that failed.
    """

    name: str
    topics: tuple[str, ...]
    handle: Callable[[Event], Awaitable[Outcome]]
    batch: int = 1
    begin: Callable[[], None] | None = None


def engine(settings: Settings, pool: Pool, sink: LogSink, gate: Gate, processor: Processor) -> Consumer:
    """The consumer that runs `processor`."""

    async def prepare(events: Sequence[Event]) -> Commit:
        if processor.begin is not None:
            processor.begin()
        outcomes = [(event, await processor.handle(event)) for event in events]
        await sink.publish([fact for _, outcome in outcomes for fact in outcome.facts])

        async def commit(conn: Connection) -> None:
            for event, outcome in outcomes:
                await apply(conn, outcome, gate, event.tenant, f"{processor.name}/{event.id}", Cause.of(event))

        return commit

    return Consumer(settings, pool, processor.name, processor.topics, prepare, processor.batch)
