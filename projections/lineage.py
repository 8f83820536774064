"""Lineage: an edge from each thing to what it was made from, down to spans of a document's canonical text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from studio.contract import Event
from studio.contract.records import (
    BatchRequested,
    CheckpointSaved,
    CurationRequested,
    DatasetRequested,
    DeploymentStarted,
    ModelRegistered,
    RunRequested,
    SampleGenerated,
)

from projections.table import Row, Table, parsed

NAME, VERSION = "lineage", 2
TOPICS = (
    "studio.generation",
    "studio.generation.samples",
    "studio.curation",
    "studio.datasets",
    "studio.training",
    "studio.training.steps",
    "studio.models",
    "studio.deployments",
)
TABLES = (
    Table(
        "edge",
        "child_kind text, child_id text, parent_kind text, parent_id text",
        "detail jsonb, time timestamptz",
        indexes=("parent_kind, parent_id, child_kind, child_id",),
    ),
)
SPAN = ("passage_start", "passage_end", "answer_start", "answer_end", "section_id", "chunk_id", "quote")
# Both directions. Samples are many: what comes from a document or batch names them only where `samples` is true.
ANCESTORS = """
with recursive up as (
    select e.*, 1 as depth from read.edge e where child_kind = %(kind)s and child_id = %(id)s
    union
    select e.*, up.depth + 1 from up join read.edge e
    on e.child_kind = up.parent_kind and e.child_id = up.parent_id where up.depth < 12)
select distinct on (child_kind, child_id, parent_kind, parent_id) child_kind, child_id, parent_kind, parent_id, detail,
    time, depth from up order by child_kind, child_id, parent_kind, parent_id, depth
"""
DESCENDANTS = """
with recursive down as (
    select e.*, 1 as depth from read.edge e where parent_kind = %(kind)s and parent_id = %(id)s
    and (child_kind <> 'sample' or %(samples)s)
    union
    select e.*, down.depth + 1 from down join read.edge e
    on e.parent_kind = down.child_kind and e.parent_id = down.child_id
    where down.depth < 12 and (e.child_kind <> 'sample' or %(samples)s))
select distinct on (child_kind, child_id, parent_kind, parent_id) child_kind, child_id, parent_kind, parent_id, detail,
    time, depth from down order by child_kind, child_id, parent_kind, parent_id, depth
"""
# What was made of any of some datasets: runs, models, deployments, each with the dataset that leads to it.
MADE_OF = """
with recursive down as (
    select e.*, e.parent_id as dataset_id, 1 as depth from read.edge e
    where parent_kind = 'dataset' and parent_id = any(%(datasets)s)
    union
    select e.*, down.dataset_id, down.depth + 1 from down join read.edge e
    on e.parent_kind = down.child_kind and e.parent_id = down.child_id where down.depth < 12)
select child_kind as kind, child_id as id, array_agg(distinct dataset_id order by dataset_id) as datasets
from down where child_kind in ('run', 'model_version', 'deployment') group by 1, 2 order by 1, 2
"""


def rows(events: Sequence[Event]) -> Iterator[Row]:
    """Ids of model versions are `name@version`, of checkpoints `run/phase/step`, of files their SHA-256."""
    for event in events:
        for child, parent, detail in _edges(event):
            names = {"child_kind": child[0], "child_id": child[1], "parent_kind": parent[0], "parent_id": parent[1]}
            yield Row("edge", {"tenant_id": event.tenant, **names, "detail": detail, "time": event.time})


Edge = tuple[tuple[str, str], tuple[str, str], dict[str, Any]]


def _edges(event: Event) -> Iterator[Edge]:
    id = event.subject
    match event.data:
        case BatchRequested() as data:
            for document in data.documents:
                yield ("batch", id), ("document", document), {}
        case SampleGenerated() as data:
            yield ("sample", data.sample_id), ("batch", data.batch_id), {"item": data.item}
            yield ("sample", data.sample_id), ("document", data.document_id), {n: getattr(data, n) for n in SPAN}
            for span in parsed(data.spans) or ():
                if span["document_id"] != data.document_id:  # questions over several documents
                    quoted = {"answer_start": span["start"], "answer_end": span["end"], "quote": span["quote"]}
                    yield ("sample", data.sample_id), ("document", span["document_id"]), quoted
        case CurationRequested() as data:
            for batch in data.batches:
                yield ("curation", id), ("batch", batch), {}
        case DatasetRequested() as data:
            if data.curation_id:
                yield ("dataset", id), ("curation", data.curation_id), {}
            if data.source_blob:
                yield ("dataset", id), ("file", data.source_blob.rsplit("/", 1)[-1]), {"name": data.source_name}
        case RunRequested() as data:
            if data.dataset_id:
                yield ("run", id), ("dataset", data.dataset_id), {}
            if data.parent_run:
                yield ("run", id), ("run", data.parent_run), {"step": data.parent_step}
        case CheckpointSaved() as data:
            name = f"{id}/{data.phase}/{data.step}"
            yield ("checkpoint", name), ("run", id), {"manifest_blob": data.manifest_blob}
        case ModelRegistered() as data:
            version = ("model_version", f"{data.name}@{data.version}")
            if data.run_id:
                yield version, ("run", data.run_id), {"manifest_blob": data.manifest_blob}
            if data.dataset_id:
                yield version, ("dataset", data.dataset_id), {}
        case DeploymentStarted() as data:
            yield ("deployment", id), ("model_version", f"{data.model}@{data.version}"), {"role": "candidate"}
            if data.baseline_version:
                baseline = ("model_version", f"{data.model}@{data.baseline_version}")
                yield ("deployment", id), baseline, {"role": "baseline"}
