"""The log itself as a table: every event but the busiest, by tenant, for lists and chains of causes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from studio.contract import Event, to_dict
from studio.contract.records import RunHeartbeat, TrainerAnnounced

from projections.table import Row, Table

NAME, VERSION = "log", 1
TOPICS = (
    "studio.documents",
    "studio.generation",
    "studio.curation",
    "studio.datasets",
    "studio.training",
    "studio.models",
    "studio.deployments",
    "studio.generation.samples",
    "studio.curation.scores",
    "studio.training.steps",
    "studio.dead",
)
TABLES = (
    Table(
        "event",
        "event_id uuid",
        """topic text, type text, subject text, version bigint, epoch bigint, seq bigint, time timestamptz,
        correlation_id uuid, causation_id uuid, traceparent text, source text, data jsonb""",
        indexes=("time, event_id", "subject, time", "correlation_id", "causation_id"),
    ),
)


def rows(events: Sequence[Event]) -> Iterator[Row]:
    """Heartbeats and announcements are left out; bytes become their length, and numbers that JSON lacks (NaN) text."""
    for event in events:
        if isinstance(event.data, RunHeartbeat | TrainerAnnounced):
            continue
        yield Row(
            "event",
            {
                "tenant_id": event.tenant,
                "event_id": event.id,
                "topic": event.topic,
                "type": event.type,
                "subject": event.subject,
                "version": event.version,
                "epoch": event.epoch,
                "seq": event.seq,
                "time": event.time,
                "correlation_id": event.correlation_id,
                "causation_id": event.causation_id,
                "traceparent": event.traceparent,
                "source": event.source,
                "data": {name: _plain(value) for name, value in to_dict(event.data).items()},
            },
        )


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return len(value) if isinstance(value, bytes) else value
