"""The live feed: every event of the log, each once, numbered per tenant. What watchers read and go on from."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence

from studio.contract import Event

from projections.envelope import columns, shown
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
    """Each event with its body, bytes as base64."""
    for event in shown(events):
        yield Row("entry", {**columns(event, _base64), "aggregate": event.subject.split("/", 1)[0]})


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
