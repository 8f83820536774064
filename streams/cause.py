"""What led to something: carried through work items, so that a chain of events stays one chain."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, replace
from uuid import UUID

from studio.contract import Event, child_trace


@dataclass(frozen=True, slots=True)
class Cause:
    """id: of the event that led here. correlation: of the chain's first event. traceparent: W3C trace context."""

    id: UUID
    correlation: UUID
    traceparent: str

    @staticmethod
    def of(event: Event) -> Cause:
        return Cause(event.id, event.correlation_id or event.id, event.traceparent)

    def link(self, event: Event) -> Event:
        """`event` as a consequence of this, where it names no cause of its own."""
        if event.causation_id is not None:
            return event
        return replace(
            event,
            causation_id=self.id,
            correlation_id=event.correlation_id or self.correlation,
            traceparent=event.traceparent or child_trace(self.traceparent),
        )


CAUSE: ContextVar[Cause | None] = ContextVar("cause", default=None)
"""The cause of whatever is being applied now; work that is queued meanwhile remembers it."""
