"""Generation batches: asked for, followed, cancelled."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Literal

from fastapi import APIRouter, Response

from api.access import requires
from api.cursor import Cursor, Limit
from api.envelope import Aggregate, Count, Fault, Item, Page, item, page
from api.errors import documented, invalid, missing
from api.order import MOST_DOCUMENTS, EstimateAttributes, Method, NewBatch, command_of
from api.ordering import sources
from api.paths import Id, Reason
from api.reading import Reader, Reading, View
from api.rows import fresh, shown
from api.writing import Writer, Writing
from processors.generation.decide import CancelBatch, RequestBatch
from processors.generation.estimate import estimate
from processors.generation.prompt import PromptRefused
from processors.generation.recipe import Recipe

router = APIRouter(prefix="/batches", tags=["generation"])
VIEW = View("read.batch", ("created_at", "batch_id"))
Status = Literal["requested", "running", "finished", "failed", "cancelled"]


class BatchAttributes(Aggregate):
    """A batch. shortfall: a reason for each sample that is missing. samples: how many there are so far.

    cost, budget_money: in millionths of `currency`. repaired: samples whose reply had to be mended.
    """

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
    recipe_name: str = ""
    recipe_version: str = ""
    budget_tokens: int = 0
    budget_money: int = 0
    currency: str = ""
    cost: int | None = None
    repaired: int | None = None
    items_tokens_in: int = 0
    items_tokens_out: int = 0
    items_cost: int = 0
    replies_of: str = ""
    error: Fault | None = None


@router.post(
    "", status_code=201, dependencies=requires("batches:write"), responses=documented(400, 401, 403, 404, 409, 422)
)
async def create(writer: Writing, reader: Reading, body: NewBatch) -> Item[BatchAttributes]:
    """Ask for samples."""
    before = await writer.answered()
    if before:
        documents = body.documents or before[0].get("documents", [])
    else:
        documents = body.documents or await _collected(reader, body.collection)
    command, _, _ = await command_of(writer, reader, body, documents)
    if before is None:
        await _check_documents(writer, documents)
    id = writer.new_id("batch")
    return item(id, "batch", fresh(BatchAttributes, await writer.do("batch", id, command), "requested"))


@router.post("/estimate", dependencies=requires("batches:write"), responses=documented(400, 401, 403, 404, 422))
async def forecast(writer: Writing, reader: Reading, body: NewBatch) -> Item[EstimateAttributes]:
    """Tokens and money that a batch will take, from the real chunks; nothing is asked for."""
    documents = body.documents or await _collected(reader, body.collection)
    command, recipe, price = await command_of(writer, reader, body, documents)
    texts = await sources(reader, documents)
    try:
        found = await asyncio.to_thread(estimate, recipe, texts, price)
    except PromptRefused as refused:
        raise invalid("template", str(refused)) from refused
    values = asdict(found)
    if price is None:
        values |= {"cost": None, "most_cost": None}
    told = EstimateAttributes(**values, count=command.count, currency=price.currency if price else "")
    return item("estimate", "estimate", told)


@router.post(
    "/{id}/reread",
    status_code=201,
    dependencies=requires("batches:write"),
    responses=documented(400, 401, 403, 404, 409, 422),
)
async def reread(writer: Writing, reader: Reading, id: Id) -> Item[BatchAttributes]:
    """A new batch of the replies that an earlier one kept: read by today's parser, nothing is asked or paid."""
    row = await reader.one("read.batch", batch_id=id)
    if row is None:
        raise missing("batch", id)
    if row["method"] != "endpoint":
        raise invalid("id", f"batch {id} asked no endpoint, so it kept no replies")
    same = (
        "count",
        "method",
        "template",
        "quality_threshold",
        "endpoint",
        "model",
        "temperature",
        "max_tokens",
        "seed",
    )
    command = RequestBatch(
        documents=tuple(row["documents"]),
        requested_by=writer.who.email,
        recipe=Recipe.from_dict(row["recipe"]).to_json() if row["recipe"] else "",
        recipe_name=row["recipe_name"] or "",
        recipe_version=row["recipe_version"] or "",
        replies_of=row["replies_of"] or id,
        **{name: row[name] for name in same},
    )
    new = writer.new_id("batch")
    return item(new, "batch", fresh(BatchAttributes, await writer.do("batch", new, command), "requested"))


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
