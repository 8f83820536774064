"""Curations: which batches, which rule, how many kept, and a reason for every sample dropped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studio.contract import Event, to_dict
from studio.contract.records import CurationFailed, CurationFinished, CurationRequested, SampleScored

from projections.table import Row, Table, parsed

NAME, VERSION = "curations", 2
TOPICS = ("studio.curation", "studio.curation.scores")
TABLES = (
    Table(
        "curation",
        "curation_id text",
        """version bigint, decided text, batches jsonb, rule text, rule_version text, requested_by text,
        scorers jsonb, settings jsonb, samples bigint, kept bigint, dropped bigint, reasons jsonb,
        result_blob text, error_code text, error_reason text, error_remedy text, scores bigint add,
        created_at timestamptz, ended_at timestamptz, updated_at timestamptz greatest""",
        shown="version > 0",
        also={"state": "case when decided = 'requested' and scores > 0 then 'running' else decided end"},
        indexes=("created_at, curation_id",),
    ),
)


def rows(events: Sequence[Event]) -> Iterator[Row]:
    """`scores` counts the scores measured so far; state is requested, running, finished or failed."""
    for event in events:
        row = {"tenant_id": event.tenant, "curation_id": event.subject, "updated_at": event.time}
        if event.version:
            row["version"] = event.version
        match event.data:
            case CurationRequested() as data:
                asked = {**to_dict(data), "settings": parsed(data.settings) or {}}
                yield Row("curation", {**row, **asked, "decided": "requested", "created_at": event.time})
            case CurationFinished() as data:
                yield Row("curation", {**row, **to_dict(data), "decided": "finished", "ended_at": event.time})
            case CurationFailed() as data:
                error = {f"error_{name}": value for name, value in to_dict(data).items()}
                yield Row("curation", {**row, **error, "decided": "failed", "ended_at": event.time})
            case SampleScored() as data if data.curation_id:
                yield Row("curation", {**row, "curation_id": data.curation_id, "scores": 1})
