"""Serving: counters per deployment, version and role, and the outcome windows of the metrics app."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from studio.contract import Event, to_dict
from studio.contract.records import CallServed, OutcomeReported, OutcomeWindow

from projections.table import Row, Table, moment

NAME, VERSION = "serving", 1
TOPICS = ("studio.serving.calls", "studio.metrics.windows")
TABLES = (
    Table(
        "call_counter",
        "deployment text, version text, role text",
        """calls bigint add, errors bigint add, latency_ms_sum numeric add, prompt_tokens bigint add,
        completion_tokens bigint add, outcomes bigint add, score_sum numeric add,
        first_at timestamptz least, updated_at timestamptz greatest""",
        also={
            "latency_ms": "(latency_ms_sum / nullif(calls, 0))::float8",
            "score": "(score_sum / nullif(outcomes, 0))::float8",
        },
    ),
    Table(
        "outcome_window",
        "deployment text, version text, role text, start timestamptz",
        """seconds double precision, calls bigint, errors bigint, latency_ms_sum double precision, outcomes bigint,
        successes bigint, score_sum double precision, updated_at timestamptz""",
        indexes=("deployment, start",),
    ),
)


def rows(events: Sequence[Event]) -> Iterator[Row]:
    """Sums are decimal numbers, because sums of floats depend on their order and a rebuild would differ."""
    for event in events:
        match event.data:
            case CallServed() as data:
                yield Row(
                    "call_counter",
                    {
                        "tenant_id": event.tenant,
                        "deployment": data.deployment,
                        "version": data.version,
                        "role": data.role,
                        "calls": 1,
                        "errors": int(data.status >= 500),
                        "latency_ms_sum": _exact(data.latency_ms),
                        "prompt_tokens": data.prompt_tokens,
                        "completion_tokens": data.completion_tokens,
                        "first_at": event.time,
                        "updated_at": event.time,
                    },
                )
            case OutcomeReported() as data:
                arm = {"deployment": data.deployment, "version": data.version, "role": data.role}
                counts = {"outcomes": 1, "score_sum": _exact(data.score), "updated_at": event.time}
                yield Row("call_counter", {"tenant_id": event.tenant, **arm, **counts})
            case OutcomeWindow() as data:
                row = {**to_dict(data), "tenant_id": event.tenant, "start": moment(data.start)}
                yield Row("outcome_window", {**row, "updated_at": event.time})


def _exact(value: float) -> Decimal:
    return Decimal(f"{value:.6f}")
