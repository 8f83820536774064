"""An event: a typed record and its CloudEvents attributes."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from studio.contract.records import Record
from studio.contract.schemas import topic_of


def derived_id(cause: UUID, step: str | int) -> UUID:
    """The id of the `step`-th thing that follows from `cause`: the same after every crash (RFC 9562, version 5)."""
    return uuid5(cause, str(step))


def new_trace() -> str:
    """A fresh W3C `traceparent`, sampled."""
    return f"00-{os.urandom(16).hex()}-{os.urandom(8).hex()}-01"


def child_trace(parent: str) -> str:
    """A `traceparent` in the trace of `parent` with a span id of its own; a fresh trace if there is none."""
    parts = parent.split("-")
    return f"00-{parts[1]}-{os.urandom(8).hex()}-01" if len(parts) == 4 and len(parts[1]) == 32 else new_trace()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened.

    subject: the stream this event belongs to. Its part before the first `/` is the aggregate, which orders events.
    version: of the aggregate after this decision, 1, 2, 3, ...; 0 for facts.
    epoch, seq: of a fact within its subject, seq = 1, 2, 3, ... in each epoch; 0, 0 where neither applies.
    """

    data: Record
    tenant: str
    subject: str
    id: UUID = field(default_factory=uuid4)
    time: datetime = field(default_factory=lambda: datetime.now(UTC))
    source: str = "studio"
    version: int = 0
    epoch: int = 0
    seq: int = 0
    correlation_id: UUID | None = None
    causation_id: UUID | None = None
    traceparent: str = ""

    @property
    def topic(self) -> str:
        return topic_of(self.data)

    @property
    def type(self) -> str:
        return type(self.data).__name__

    @property
    def key(self) -> str:
        """`tenant/aggregate`: all events of an aggregate are in one partition, in order."""
        return f"{self.tenant}/{self.subject.split('/', 1)[0]}"

    @property
    def stream(self) -> str:
        """The name under which readers remember how far they are in this subject."""
        return f"{self.topic}|{self.tenant}|{self.subject}"

    @property
    def order(self) -> tuple[int, int]:
        """(epoch, seq), where a decision counts as epoch 0 with its version; (0, 0) means unordered."""
        return (0, self.version) if self.version else (self.epoch, self.seq)

    def caused(self, data: Record, *, step: str | int, subject: str | None = None, **more: Any) -> Event:
        """An event that follows from this one: deterministic id, same tenant and correlation, a child span."""
        return Event(
            data=data,
            tenant=self.tenant,
            subject=self.subject if subject is None else subject,
            id=derived_id(self.id, step),
            correlation_id=self.correlation_id or self.id,
            causation_id=self.id,
            traceparent=child_trace(self.traceparent),
            **more,
        )

    def at(self, *, version: int = 0, epoch: int = 0, seq: int = 0) -> Event:
        """The same event at another place of its stream."""
        return replace(self, version=version, epoch=epoch, seq=seq)
