"""From anything to what it was made from, and to what was made of it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import Field

from api.access import requires
from api.envelope import Attributes, Item, item
from api.errors import documented, missing
from api.reading import Reader, Reading
from projections.lineage import ANCESTORS, DESCENDANTS

router = APIRouter(prefix="/lineage", tags=["lineage"])
Kind = Literal[
    "document", "file", "batch", "sample", "curation", "dataset", "run", "checkpoint", "model_version", "deployment"
]
MOST = 2000  # edges in one answer

# Where each kind has its row, by which column, and what to call it.
LABELS: dict[str, tuple[str, str, str]] = {
    "document": ("read.document", "document_id", "name"),
    "batch": ("read.batch", "batch_id", "method || ' ' || count || ' samples'"),
    "sample": ("read.sample", "sample_id", "question"),
    "curation": ("read.curation", "curation_id", "rule"),
    "dataset": ("read.dataset", "dataset_id", "name || coalesce(' ' || dataset_version, '')"),
    "run": ("read.run", "run_id", "model_name || ' ' || status"),
    "deployment": ("read.deployment", "name", "name"),
    "file": ("read.dataset", "split_part(source_blob, '/', 2)", "source_name"),
    "model_version": ("read.model_version", "name || '@' || model_version", "name || ' ' || model_version"),
}


class Node(Attributes):
    """A thing. depth: steps from where the question began, which has 0."""

    type: Kind
    id: str
    label: str = ""
    depth: int


class Place(Attributes):
    """Names a node."""

    type: Kind
    id: str


class Edge(Attributes):
    """`to` was made from `from`; detail: how, e.g. the span of the text or the role."""

    source: Place = Field(alias="from")
    to: Place
    detail: dict[str, Any] = {}


class LineageAttributes(Attributes):
    """A graph around one thing. truncated: there is more than is shown."""

    direction: Literal["up", "down"]
    nodes: list[Node]
    edges: list[Edge]
    truncated: bool = False


@router.get("/{kind}/{id:path}", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def show(
    reader: Reading,
    kind: Kind,
    id: Annotated[str, Path(min_length=1, max_length=300)],
    direction: Literal["up", "down"] = "up",
    depth: Annotated[int, Query(ge=1, le=12, description="Steps at most.")] = 12,
    samples: Annotated[bool, Query(description="With every single sample on the way down.")] = False,
) -> Item[LineageAttributes]:
    """What it was made from (`up`), or what was made of it (`down`)."""
    query = f"select * from ({ANCESTORS if direction == 'up' else DESCENDANTS}) found where depth <= %(depth)s"
    query += f" order by depth limit {MOST + 1}"
    rows = await reader.rows(query, {"kind": kind, "id": id, "samples": samples, "depth": depth})
    depths = {(kind, id): 0}
    far = "parent" if direction == "up" else "child"
    for row in rows[:MOST]:
        depths.setdefault((row[f"{far}_kind"], row[f"{far}_id"]), row["depth"])
    labels = await labels_of(reader, list(depths))
    if not rows and (kind, id) not in labels:
        raise missing(kind, id)
    edges = [
        Edge.model_validate(
            {
                "from": {"type": row["parent_kind"], "id": row["parent_id"]},
                "to": {"type": row["child_kind"], "id": row["child_id"]},
                "detail": row["detail"] or {},
            }
        )
        for row in rows[:MOST]
    ]
    nodes = [
        Node.model_validate({"type": node[0], "id": node[1], "label": labels.get(node, ""), "depth": depth})
        for node, depth in depths.items()
    ]
    graph = LineageAttributes(direction=direction, nodes=nodes, edges=edges, truncated=len(rows) > MOST)
    return item(f"{kind}/{id}", "lineage", graph)


async def labels_of(reader: Reader, nodes: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """What to call things of these kinds and ids, where they are known."""
    found: dict[tuple[str, str], str] = {}
    for kind, (view, key, label) in LABELS.items():
        ids = [id for node_kind, id in nodes if node_kind == kind]
        if ids:
            rows = await reader.rows(f"select {key} as id, {label} as label from {view} where {key} = any(%s)", [ids])
            found |= {(kind, row["id"]): row["label"] or "" for row in rows}
    return found
