"""The live feed: every event of the log, each once, numbered per tenant. What watchers read and go on from."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator, Sequence
from typing import Any

from studio.contract import Event, to_dict
from studio.contract.records import RunHeartbeat, TrainerAnnounced

from projections.table import Row, Table

NAME, VERSION = "feed", 1
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
    "studio.serving.calls",
    "studio.metrics.windows",
    "studio.dead",
)
TABLES = (
    Table(
        "entry",
        # A window is told again as it grows, under one id: each telling is an entry.
        "event_id uuid, time timestamptz",
        """topic text, type text, subject text, aggregate text, version bigint, epoch bigint,
        seq bigint, source text, correlation_id uuid, causation_id uuid, traceparent text, data jsonb""",
        # The parts of an aggregate, and its decisions. A column, no expression: behind row-level security an index
        # serves no function that might tell what it is given.
        indexes=("aggregate, number", "subject, number where version > 0"),
        numbered=True,
    ),
)


def rows(events: Sequence[Event]) -> Iterator[Row]:
    """Heartbeats and announcements are left out; bytes become base64, and numbers that JSON lacks (NaN) text."""
    for event in events:
        if isinstance(event.data, RunHeartbeat | TrainerAnnounced):
            continue
        yield Row(
            "entry",
            {
                "tenant_id": event.tenant,
                "event_id": event.id,
                "topic": event.topic,
                "type": event.type,
                "subject": event.subject,
                "aggregate": event.subject.split("/", 1)[0],
                "time": event.time,
                "version": event.version,
                "epoch": event.epoch,
                "seq": event.seq,
                "source": event.source,
                "correlation_id": event.correlation_id,
                "causation_id": event.causation_id,
                "traceparent": event.traceparent,
                "data": {name: _plain(value) for name, value in to_dict(event.data).items()},
            },
        )


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
