"""Dataset versions: from which curation, frozen under which Merkle root, or refused and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studio.contract import Event, to_dict
from studio.contract.records import DatasetFrozen, DatasetRefused, DatasetRequested

from projections.table import Row, Table, parsed

NAME, VERSION = "datasets", 2
TOPICS = ("studio.datasets",)
TABLES = (
    Table(
        "dataset",
        "dataset_id text",
        """version bigint, state text, name text, dataset_version text, curation_id text, rule text,
        heldout_fraction double precision, reward jsonb, seed bigint, requested_by text, source_blob text,
        source_name text, columns jsonb, without jsonb, rebuild_of text, prompt_limit bigint, merkle_root text,
        coverage_blob text, row_form bigint, edited_rows bigint,
        train_blob text, heldout_blob text, corpus_blob text, train_rows bigint, heldout_rows bigint,
        train_sections bigint, heldout_sections bigint, dropped jsonb, error_code text, error_reason text,
        error_field text, error_remedy text, created_at timestamptz, ended_at timestamptz,
        updated_at timestamptz greatest""",
        shown="version > 0",
        indexes=("created_at, dataset_id", "name, dataset_version"),
    ),
)


def rows(events: Sequence[Event]) -> Iterator[Row]:
    """State is requested, frozen or refused; `dataset_version` is semantic, `version` the aggregate's."""
    for event in events:
        row = {
            "tenant_id": event.tenant,
            "dataset_id": event.subject,
            "version": event.version,
            "updated_at": event.time,
        }
        match event.data:
            case DatasetRequested() as data:
                asked = {**to_dict(data), "reward": parsed(data.reward), "columns": parsed(data.columns)}
                yield Row("dataset", {**row, **asked, "state": "requested", "created_at": event.time})
            case DatasetFrozen() as data:
                frozen = {**to_dict(data), "reward": parsed(data.reward)}
                frozen["dataset_version"] = frozen.pop("version")
                yield Row("dataset", {**frozen, **row, "state": "frozen", "ended_at": event.time})
            case DatasetRefused() as data:
                error = {f"error_{name}": value for name, value in to_dict(data).items()}
                yield Row("dataset", {**row, **error, "state": "refused", "ended_at": event.time})
