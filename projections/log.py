"""The log itself as a table: every event but the busiest, by tenant, for lists and chains of causes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studio.contract import Event

from projections.envelope import columns, shown
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
    """Each event with its body, bytes as their length."""
    for event in shown(events):
        yield Row("event", columns(event, len))
