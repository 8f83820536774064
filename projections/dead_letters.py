"""Dead letters: events that a consumer could not take, and who let them go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from studio.contract import Event, to_dict
from studio.contract.records import DeadLettered, DeadReleased, DeadSkipped

from projections.table import Row, Table, parsed

NAME, VERSION = "dead_letters", 1
TOPICS = ("studio.dead",)
TABLES = (
    Table(
        "dead_letter",
        "dead_id text",
        """state text, consumer text, topic text, partition bigint, offset bigint, key text, code text, message text,
        headers jsonb, body bytea, author text, reason text, created_at timestamptz least,
        updated_at timestamptz greatest""",
        indexes=("created_at, dead_id", "state, created_at"),
    ),
)
AGAIN = {"author": None, "reason": None}


def rows(events: Sequence[Event]) -> Iterator[Row]:
    """State is parked, released or skipped; one that fails again after its release is parked again."""
    for event in events:
        row = {"tenant_id": event.tenant, "created_at": event.time, "updated_at": event.time}
        match event.data:
            case DeadLettered() as data:
                letter = {**to_dict(data), "headers": storable(parsed(data.headers))}
                yield Row("dead_letter", {**row, **letter, **AGAIN, "state": "parked"})
            case DeadReleased() as data:
                yield Row("dead_letter", {**row, **to_dict(data), "state": "released"})
            case DeadSkipped() as data:
                yield Row("dead_letter", {**row, **to_dict(data), "state": "skipped"})


def storable(value: Any) -> Any:
    """Names and values as Postgres can keep them in jsonb; a stranger's header may hold NUL, which it refuses."""
    match value:
        case str():
            return value.replace("\0", "\ufffd")
        case list():
            return [storable(one) for one in value]
    return value
