"""A fact between its taking and its receipt."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from studio.contract import Encoded, Event
from studio.delivery import Undelivered
from studio.errors import DeliveryFailed
from studio.receipt import Receipt


def _asked() -> asyncio.Future[Receipt]:
    done: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
    done.add_done_callback(_looked_at)
    return done


def _looked_at(done: asyncio.Future[Receipt]) -> None:
    # Who flushes instead of awaiting each future is not told at exit that nobody looked at a failure.
    if not done.cancelled():
        done.exception()


@dataclass(slots=True)
class Waiting:
    """A fact that the log has not acknowledged. deadline: on the monotonic clock, after which it is given up."""

    event: Event
    encoded: Encoded
    deadline: float
    done: asyncio.Future[Receipt] = field(default_factory=_asked)

    def acknowledge(self, place: tuple[int, int]) -> None:
        """It is in the log, at (partition, offset)."""
        event = self.event
        if not self.done.done():
            self.done.set_result(Receipt(event.id, event.topic, *place, event.epoch, event.seq))

    def give_up(self, why: Undelivered) -> None:
        """It will not be tried again."""
        failure = DeliveryFailed(
            f"{self.event.type} for {self.event.subject}: {why.message}",
            remedy="send it again with the same id once Kafka is well",
        )
        if not self.done.done():
            self.done.set_exception(failure)
