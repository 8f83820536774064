"""Datasets: frozen from a curation, read row by row."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import ConfigDict, Field, StringConstraints

from api import backend
from api.access import requires
from api.body import Body, JsonObject, Whole
from api.cursor import Cursor, Limit, pack, unpack
from api.envelope import Aggregate, Attributes, Count, Fault, Item, Page, item, page
from api.errors import documented, invalid, missing
from api.frozen import frozen_row
from api.paths import Filter, Id, IdField
from api.reading import Reading, View
from api.rows import fresh, shown
from api.writing import Writing
from processors.datasets.decide import RequestDataset

router = APIRouter(prefix="/datasets", tags=["datasets"])
VIEW = View("read.dataset", ("created_at", "dataset_id"))
Status = Literal["requested", "frozen", "refused"]


class NewDataset(Body):
    """What a curation kept, frozen.

    rule: empty for the curation's own. heldout_fraction: of the sections of each document. reward: specification;
    an empty object is the default one. without: documents that are left out. prompt_limit: characters of passage and
    question together, above which a row is left out; 0 is the usual limit.
    """

    name: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    curation_id: IdField
    rule: Annotated[str, StringConstraints(max_length=2000)] = ""
    heldout_fraction: Annotated[float, Field(ge=0, lt=1)] = 0.3
    reward: JsonObject = {}
    seed: Annotated[Whole, Field(ge=0, le=2**53)] = 0
    without: Annotated[list[IdField], Field(max_length=2000)] = []
    prompt_limit: Annotated[Whole, Field(ge=0, le=400_000)] = 0


class DatasetAttributes(Aggregate):
    """A dataset. version: semantic, per name. dropped: how many rows were left out for what.

    source_blob, source_name: of the file that it was imported from, with the columns that were named. without:
    documents that were left out. rebuild_of: the dataset that it replaces. edited_rows: those with a reviewer's words.
    """

    name: str
    version: str | None = None
    curation_id: str
    rule: str = ""
    heldout_fraction: float = 0.0
    reward: dict[str, Any] = {}
    seed: int = 0
    requested_by: str = ""
    source_blob: str = ""
    source_name: str = ""
    columns: dict[str, Any] = {}
    without: list[str] = []
    rebuild_of: str = ""
    prompt_limit: int = 0
    status: Status
    merkle_root: str | None = None
    train_blob: str | None = None
    heldout_blob: str | None = None
    corpus_blob: str | None = None
    coverage_blob: str | None = None
    edited_rows: int | None = None
    train_rows: int | None = None
    heldout_rows: int | None = None
    train_sections: int | None = None
    heldout_sections: int | None = None
    dropped: list[Count] = []
    error: Fault | None = None


class DatasetRow(Attributes):
    """A row of the Parquet file; all of its columns."""

    model_config = ConfigDict(extra="allow")

    sample_id: str = ""
    prompt_passage: str = ""
    question: str
    answer: str
    document_id: str = ""
    document_name: str = ""
    section_id: str = ""
    chunk_id: str = ""
    kind: str = ""
    answer_start: int = 0
    answer_end: int = 0
    passage_start: int = 0
    passage_end: int = 0
    quote: str = ""
    reward: str = ""
    leaf_sha256: str = ""
    language: str = ""
    messages: str = ""
    reasoning: str = ""
    rejected: str = ""
    choices: str = ""
    spans: str = ""
    edited: str = ""


@router.post(
    "", status_code=201, dependencies=requires("datasets:write"), responses=documented(400, 401, 403, 409, 422)
)
async def create(writer: Writing, body: NewDataset) -> Item[DatasetAttributes]:
    """Freeze what a curation kept into an immutable version."""
    if await writer.answered() is None:
        version, state = await writer.backend.gate.state(writer.who.tenant, "curation", body.curation_id)
        if version == 0 or state.status == "failed":
            what = "has failed" if version else "does not exist"
            raise invalid("curation_id", f"curation {body.curation_id} {what}", "list them at /api/v1/curations")
    command = RequestDataset(
        name=body.name,
        curation_id=body.curation_id,
        rule=body.rule,
        heldout_fraction=body.heldout_fraction,
        reward=json.dumps(body.reward, sort_keys=True) if body.reward else "",
        seed=body.seed,
        requested_by=writer.who.email,
        without=tuple(body.without),
        prompt_limit=body.prompt_limit,
    )
    id = writer.new_id("dataset")
    decision = await writer.do("dataset", id, command)
    reward = json.loads(decision.events[0][1]["reward"] or "{}") if decision.events else {}
    return item(id, "dataset", fresh(DatasetAttributes, decision, "requested", reward=reward, columns={}))


def _shown(row: dict[str, Any]) -> DatasetAttributes:
    return shown(DatasetAttributes, row, version=row["dataset_version"])


@router.get("", dependencies=requires("studio:read"), responses=documented(401, 403, 422))
async def index(
    reader: Reading, status: Status | None = None, name: Filter = None, limit: Limit = 50, cursor: Cursor = ""
) -> Page[DatasetAttributes]:
    """Datasets, newest first."""
    rows, following = await reader.page(VIEW, limit, cursor, {"state": status, "name": name})
    return page("dataset", [(row["dataset_id"], _shown(row)) for row in rows], following)


@router.get("/{id}", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def show(reader: Reading, id: Id, response: Response) -> Item[DatasetAttributes]:
    """A dataset."""
    row = await reader.one("read.dataset", dataset_id=id)
    if row is None:
        raise missing("dataset", id)
    response.headers["ETag"] = f'"{row["version"]}"'
    return item(id, "dataset", _shown(row))


@router.get("/{id}/rows", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 409, 422))
async def rows(
    request: Request,
    reader: Reading,
    id: Id,
    split: Literal["train", "heldout"] = "train",
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[DatasetRow]:
    """Rows of one split, in the order of the file."""
    row = await frozen_row(reader, id)
    first = max(0, unpack(cursor, (int,))[0]) if cursor else 0
    found, total = await backend.of(request).artefacts.rows(row[f"{split}_blob"], first, limit)
    shown_rows = [(one["sample_id"], DatasetRow.model_validate(one)) for one in found]
    return page("row", shown_rows, pack([first + limit]) if first + limit < total else None)
