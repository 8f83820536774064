"""Generation batches: asked for, followed, cancelled."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import Field, StringConstraints

from api.access import requires
from api.body import Body, Whole
from api.cursor import Cursor, Limit
from api.envelope import Aggregate, Count, Fault, Item, Page, item, page
from api.errors import documented, invalid, missing
from api.paths import Id, IdField, Reason
from api.reading import Reader, Reading, View
from api.rows import fresh, shown
from api.writing import Writer, Writing
from processors.generation.decide import CancelBatch, RequestBatch

router = APIRouter(prefix="/batches", tags=["generation"])
VIEW = View("read.batch", ("created_at", "batch_id"))
MOST_DOCUMENTS = 1000
Method = Literal["extractive", "endpoint"]
Status = Literal["requested", "running", "finished", "failed", "cancelled"]


class NewBatch(Body):
    """Samples that are asked for.

    documents: ids; or leave it out and name a `collection`, which means all of its extracted documents.
    template: Jinja, for `endpoint` only; empty for the built-in one. endpoint: base URL of an OpenAI-compatible server.
    """

    documents: Annotated[list[IdField], Field(max_length=MOST_DOCUMENTS)] = []
    collection: Annotated[str, StringConstraints(max_length=200)] = ""
    method: Method = "extractive"
    count: Annotated[Whole, Field(ge=1, le=1_000_000)]
    template: Annotated[str, StringConstraints(max_length=20_000)] = ""
    quality_threshold: Annotated[float, Field(ge=0, le=1)] = 0.0
    endpoint: Annotated[str, StringConstraints(max_length=2000)] = ""
    model: Annotated[str, StringConstraints(max_length=200)] = ""
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.0
    max_tokens: Annotated[Whole, Field(ge=0, le=32_768)] = 0
    seed: Annotated[Whole, Field(ge=0, le=2**53)] = 0


class BatchAttributes(Aggregate):
    """A batch. shortfall: a reason for each sample that is missing. samples: how many there are so far."""

    documents: list[str] = []
    method: Method = "extractive"
    template: str = ""
    count: int = 0
    quality_threshold: float = 0.0
    endpoint: str = ""
    model: str = ""
    temperature: float = 0.0
    max_tokens: int = 0
    seed: int = 0
    requested_by: str = ""
    status: Status
    samples: int = 0
    items_finished: int = 0
    asked: int | None = None
    delivered: int | None = None
    shortfall: list[Count] = []
    tokens_in: int | None = None
    tokens_out: int | None = None
    error: Fault | None = None


@router.post("", status_code=201, dependencies=requires("batches:write"), responses=documented(400, 401, 403, 409, 422))
async def create(writer: Writing, reader: Reading, body: NewBatch) -> Item[BatchAttributes]:
    """Ask for samples."""
    before = await writer.answered()
    if before:
        documents = body.documents or before[0].get("documents", [])
    else:
        documents = body.documents or await _collected(reader, body.collection)
    if before is None:
        await _check_documents(writer, documents)
    command = RequestBatch(
        documents=tuple(documents),
        count=body.count,
        method=body.method,
        template=body.template,
        quality_threshold=body.quality_threshold,
        endpoint=body.endpoint,
        model=body.model,
        temperature=body.temperature,
        max_tokens=body.max_tokens,
        seed=body.seed,
        requested_by=writer.who.email,
    )
    id = writer.new_id("batch")
    return item(id, "batch", fresh(BatchAttributes, await writer.do("batch", id, command), "requested"))


@router.get("", dependencies=requires("studio:read"), responses=documented(401, 403, 422))
async def index(
    reader: Reading, status: Status | None = None, limit: Limit = 50, cursor: Cursor = ""
) -> Page[BatchAttributes]:
    """Batches, newest first."""
    rows, following = await reader.page(VIEW, limit, cursor, {"state": status})
    return page("batch", [(row["batch_id"], shown(BatchAttributes, row)) for row in rows], following)


@router.get("/{id}", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def show(reader: Reading, id: Id, response: Response) -> Item[BatchAttributes]:
    """A batch."""
    row = await reader.one("read.batch", batch_id=id)
    if row is None:
        raise missing("batch", id)
    response.headers["ETag"] = f'"{row["version"]}"'
    return item(id, "batch", shown(BatchAttributes, row))


@router.delete(
    "/{id}", status_code=204, dependencies=requires("batches:write"), responses=documented(401, 403, 404, 409, 422)
)
async def cancel(writer: Writing, response: Response, id: Id, reason: Reason = "") -> None:
    """Stop a batch; the samples that exist stay."""
    await writer.do("batch", id, CancelBatch(reason=reason, author=writer.who.email))


async def _collected(reader: Reader, collection: str) -> list[str]:
    """Ids of the extracted documents of a collection; none without one."""
    if not collection:
        return []
    rows = await reader.rows(
        "select document_id from read.document where collection = %s and state = 'extracted'"
        " order by document_id limit %s",
        [collection, MOST_DOCUMENTS],
    )
    if not rows:
        raise invalid("collection", "has no extracted documents", "upload some, or wait for their extraction")
    return [row["document_id"] for row in rows]


async def _check_documents(writer: Writer, documents: list[str]) -> None:
    """Asked of the gate, not of a view: a document that was uploaded a moment ago counts."""
    for place, id in enumerate(documents):
        version, state = await writer.backend.gate.state(writer.who.tenant, "document", id)
        if version == 0 or state.status in ("failed", "withdrawn"):
            what = f"is {state.status}" if version else "does not exist"
            raise invalid(f"documents.{place}", f"document {id} {what}", "list them at /api/v1/documents")
