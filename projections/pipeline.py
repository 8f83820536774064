"""The pipeline's pulse: events, rate and lag per stage and window, and alerts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studio.contract import Event, to_dict
from studio.contract.records import Alert, StageWindow

from projections.table import Row, Table, moment

NAME, VERSION = "pipeline", 1
TOPICS = ("studio.metrics.windows",)
TABLES = (
    Table(
        "stage_window",
        "stage text, start timestamptz",
        """seconds double precision, events bigint, rate double precision, lag_seconds double precision,
        updated_at timestamptz""",
        indexes=("start, stage",),
    ),
    Table(
        "stage",
        "stage text",
        """start timestamptz, seconds double precision, events bigint, rate double precision,
        lag_seconds double precision, updated_at timestamptz greatest""",
    ),
    Table(
        "alert",
        "alert_id uuid",
        """name text, severity text, message text, value double precision, limit double precision,
        raised_at timestamptz""",
        indexes=("raised_at, alert_id",),
    ),
)


def rows(events: Sequence[Event]) -> Iterator[Row]:
    """`stage` is the window of each stage that was reported last."""
    for event in events:
        match event.data:
            case StageWindow() as data:
                row = {**to_dict(data), "start": moment(data.start), "tenant_id": event.tenant}
                row["updated_at"] = event.time
                yield Row("stage_window", row)
                yield Row("stage", row)
            case Alert() as data:
                alert = {"tenant_id": event.tenant, "alert_id": event.id, "raised_at": event.time}
                yield Row("alert", {**alert, **to_dict(data)})
