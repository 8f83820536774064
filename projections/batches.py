"""Generation batches: what was asked for, what was delivered, and a reason for each missing sample."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studio.contract import Event, to_dict
from studio.contract.records import (
    BatchCancelled,
    BatchFailed,
    BatchFinished,
    BatchRequested,
    ItemFinished,
    SampleGenerated,
)

from projections.table import Row, Table, parsed

NAME, VERSION = "batches", 2
TOPICS = ("studio.generation", "studio.generation.samples")
TABLES = (
    Table(
        "batch",
        "batch_id text",
        """version bigint, decided text, documents jsonb, method text, template text, count bigint,
        quality_threshold double precision, endpoint text, model text, temperature double precision,
        max_tokens bigint, seed bigint, requested_by text, recipe jsonb, recipe_name text, recipe_version text,
        budget_tokens bigint, budget_money bigint, currency text, prices jsonb, replies_of text,
        asked bigint, delivered bigint, shortfall jsonb, tokens_in bigint, tokens_out bigint, cost bigint,
        repaired bigint, error_code text, error_reason text, error_remedy text,
        cancelled_by text, samples bigint add, items_finished bigint add, items_asked bigint add,
        items_delivered bigint add, items_tokens_in bigint add, items_tokens_out bigint add, items_cost bigint add,
        created_at timestamptz, ended_at timestamptz, updated_at timestamptz greatest""",
        shown="version > 0",
        also={
            "state": "case when decided = 'requested' and samples + items_finished > 0 then 'running' else decided end"
        },
        indexes=("created_at, batch_id",),
    ),
    Table(
        "batch_item",
        "batch_id text, item text",
        """asked bigint, delivered bigint, shortfall jsonb, tokens_in bigint, tokens_out bigint, cost bigint,
        repaired bigint, finished_at timestamptz""",
    ),
)


def rows(events: Sequence[Event]) -> Iterator[Row]:
    """`decided` comes from the decisions, the counters from the facts of the generation room."""
    for event in events:
        row = {"tenant_id": event.tenant, "batch_id": event.subject, "updated_at": event.time}
        if event.version:
            row["version"] = event.version
        match event.data:
            case BatchRequested() as data:
                more = {"recipe": parsed(data.recipe), "prices": parsed(data.prices)}
                yield Row("batch", {**row, **to_dict(data), **more, "decided": "requested", "created_at": event.time})
            case BatchFinished() as data:
                told = to_dict(data)
                del told["currency"]  # as it was requested
                yield Row("batch", {**row, **told, "decided": "finished", "ended_at": event.time})
            case BatchFailed() as data:
                error = {f"error_{name}": value for name, value in to_dict(data).items()}
                yield Row("batch", {**row, **error, "decided": "failed", "ended_at": event.time})
            case BatchCancelled() as data:
                who = {"cancelled_by": data.author, "error_reason": data.reason}
                yield Row("batch", {**row, **who, "decided": "cancelled", "ended_at": event.time})
            case SampleGenerated() as data:
                yield Row("batch", {**row, "batch_id": data.batch_id, "samples": 1})
            case ItemFinished() as data:
                counts = {
                    "items_finished": 1,
                    "items_asked": data.asked,
                    "items_delivered": data.delivered,
                    "items_tokens_in": data.tokens_in,
                    "items_tokens_out": data.tokens_out,
                    "items_cost": data.cost,
                }
                yield Row("batch", {**row, **counts, "batch_id": data.batch_id})
                yield Row("batch_item", {"tenant_id": event.tenant, **to_dict(data), "finished_at": event.time})
