"""What a document has gone into: samples, datasets, runs, models and deployments; and datasets without it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import NAMESPACE_URL, uuid5

from fastapi import APIRouter, Request
from pydantic import Field

from api import backend
from api.access import requires
from api.body import Body
from api.document_row import document_row
from api.envelope import Attributes, Item, Page, item, page
from api.errors import Problem, documented, invalid
from api.frozen import files_of
from api.lineage import labels_of
from api.paths import Id, IdField
from api.reading import Reader, Reading, Row
from api.rebuilding import DatasetRebuilt, rebuilt, request_without
from api.writing import Writing
from processors.datasets.presence import present
from projections.lineage import DESCENDANTS, MADE_OF

router = APIRouter(prefix="/documents", tags=["documents"])
SAMPLES = (
    "select count(*) as n from read.edge where parent_kind = 'document' and parent_id = %s and child_kind = 'sample'"
)
DATASETS = f"select distinct child_id from ({DESCENDANTS}) found where child_kind = 'dataset'"
FROZEN = "select * from read.dataset where dataset_id = any(%s) and state = 'frozen' order by created_at, dataset_id"


class AffectedDataset(Attributes):
    """A version with rows of the document, or with its text in the corpus that a new tokenizer is made from.

    replaced_by: a version that was frozen without the document in its place. rebuild: whether one can be requested;
    why_not: else.
    """

    id: str
    name: str
    version: str
    train_rows: int
    heldout_rows: int
    in_corpus: bool
    replaced_by: str | None = None
    rebuild: bool = True
    why_not: str = ""


class AffectedThing(Attributes):
    """A run, a model version (name@version) or a deployment, and the affected datasets that it goes back to."""

    id: str
    label: str = ""
    datasets: list[str]


class AffectedAttributes(Attributes):
    """status: of the document. samples: how many quote it; list them at /samples?document_id=."""

    name: str
    status: str
    samples: int
    datasets: list[AffectedDataset]
    runs: list[AffectedThing]
    models: list[AffectedThing]
    deployments: list[AffectedThing]


class WantedRebuild(Body):
    """datasets: those to freeze again; none names the newest affected version of each name."""

    datasets: Annotated[list[IdField], Field(max_length=200)] = []


@router.get("/{id}/affected", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def affected(request: Request, reader: Reading, id: Id) -> Item[AffectedAttributes]:
    """Everything that a document has gone into. Nothing is changed by asking."""
    document = await document_row(reader, id)
    datasets = await _datasets(request, reader, id)
    made = await reader.rows(MADE_OF, {"datasets": [one.id for one in datasets]}) if datasets else []
    labels = await labels_of(reader, [(one["kind"], one["id"]) for one in made])
    things: dict[str, list[AffectedThing]] = {"run": [], "model_version": [], "deployment": []}
    for one in made:
        label = labels.get((one["kind"], one["id"]), "")
        things[one["kind"]].append(AffectedThing(id=one["id"], label=label, datasets=one["datasets"]))
    attributes = AffectedAttributes(
        name=document["name"],
        status=document["state"],
        samples=(await reader.rows(SAMPLES, [id]))[0]["n"],
        datasets=datasets,
        runs=things["run"],
        models=things["model_version"],
        deployments=things["deployment"],
    )
    return item(id, "affected", attributes)


@router.post(
    "/{id}/rebuild",
    status_code=201,
    dependencies=requires("datasets:write"),
    responses=documented(400, 401, 403, 404, 409, 422),
)
async def rebuild(
    request: Request, reader: Reading, writer: Writing, id: Id, body: WantedRebuild
) -> Page[DatasetRebuilt]:
    """Freeze affected datasets again without the document. Nothing is trained or deployed by it."""
    await document_row(reader, id)
    found = {one.id: one for one in await _datasets(request, reader, id)}
    if unknown := [wanted for wanted in body.datasets if wanted not in found]:
        raise invalid("datasets", f"{unknown[0]} holds nothing of this document", f"see /documents/{id}/affected")
    newest = {one.name: one.id for one in found.values() if one.rebuild and not one.replaced_by}
    chosen = [found[wanted] for wanted in body.datasets or newest.values()]
    if refused := next((one for one in chosen if not one.rebuild), None):
        raise invalid("datasets", f"{refused.name} {refused.version}: {refused.why_not}")
    if not chosen:
        raise Problem(
            409, "NOTHING_TO_REBUILD", "no dataset holds anything of this document that was not frozen again already"
        )
    rows = {one["dataset_id"]: one for one in await reader.rows(FROZEN, [[one.id for one in chosen]])}
    # The same request leads to the same datasets, whatever its key: a rebuild is asked for once.
    wanted = [
        (
            uuid5(NAMESPACE_URL, f"studio/rebuild/{writer.who.tenant}/{one.id}/{id}").hex,
            request_without(rows[one.id], [id], writer.who.email),
        )
        for one in chosen
    ]
    made = await rebuilt(writer, wanted)
    return page("dataset", [(new, attributes) for (new, _), attributes in zip(wanted, made, strict=True)], None)


async def _datasets(request: Request, reader: Reader, id: str) -> list[AffectedDataset]:
    down = await reader.rows(DATASETS, {"kind": "document", "id": id, "samples": False})
    rows = await reader.rows(FROZEN, [[one["child_id"] for one in down]])
    instead = {
        row["rebuild_of"]: row["dataset_id"] for row in rows if row["rebuild_of"] and id in (row["without"] or [])
    }
    found: list[AffectedDataset] = []
    for row in rows:
        if id in (row["without"] or []):
            continue
        counts, corpus = await _present(request, row, id)
        if not any(counts.values()) and not corpus:
            continue
        found.append(
            AffectedDataset(
                id=row["dataset_id"],
                name=row["name"],
                version=row["dataset_version"],
                train_rows=counts["train"],
                heldout_rows=counts["heldout"],
                in_corpus=corpus,
                replaced_by=instead.get(row["dataset_id"]),
                rebuild=bool(row["curation_id"]),
                why_not="" if row["curation_id"] else "its rows were brought along; import a file without them",
            )
        )
    return found


async def _present(request: Request, row: Row, id: str) -> tuple[Mapping[str, int], bool]:
    found = backend.of(request)
    covered: Any = await found.artefacts.json(row["coverage_blob"]) if row["coverage_blob"] else None
    async with files_of(found.blobs, row) as files:
        return await asyncio.to_thread(present, files, id, covered)
