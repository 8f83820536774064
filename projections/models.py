"""The model registry as readers see it: versions, and where each alias pointed at any time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studio.contract import Event, to_dict
from studio.contract.records import AliasMoved, ModelRegistered

from projections.table import Row, Table, parsed

NAME, VERSION = "models", 1
TOPICS = ("studio.models",)
TABLES = (
    Table(
        "model",
        "name text",
        """version bigint, latest_version text, versions bigint add, created_at timestamptz least,
        updated_at timestamptz greatest""",
        indexes=("created_at, name",),
    ),
    Table(
        "model_version",
        "name text, model_version text",
        """run_id text, manifest_blob text, dataset_id text, metadata jsonb, metrics jsonb, registered_at timestamptz,
        registered_in bigint""",
        indexes=("run_id", "registered_at, name, model_version"),
    ),
    Table(
        "model_alias",
        "name text, alias text, moved_in bigint",
        "model_version text, previous text, author text, valid_from timestamptz",
        also={"valid_to": "lead(valid_from) over (partition by tenant_id, name, alias order by moved_in)"},
    ),
)


def rows(events: Sequence[Event]) -> Iterator[Row]:
    """`registered_in` and `moved_in` are versions of the aggregate; the open range of an alias has no `valid_to`."""
    for event in events:
        model = {"tenant_id": event.tenant, "name": event.subject}
        seen = {"version": event.version, "created_at": event.time, "updated_at": event.time}
        match event.data:
            case ModelRegistered() as data:
                yield Row("model", {**model, **seen, "latest_version": data.version, "versions": 1})
                row = {**to_dict(data), "metadata": parsed(data.metadata), "metrics": parsed(data.metrics)}
                row["model_version"] = row.pop("version")
                yield Row(
                    "model_version", {**row, **model, "registered_at": event.time, "registered_in": event.version}
                )
            case AliasMoved() as data:
                yield Row("model", {**model, **seen})
                row = {"alias": data.alias, "model_version": data.version, "previous": data.previous}
                more = {"author": data.author, "valid_from": event.time, "moved_in": event.version}
                yield Row("model_alias", {**model, **row, **more})
