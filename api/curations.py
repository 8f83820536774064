"""Curations: a rule over the scores of batches, and what another rule would keep."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field, StringConstraints
from studio.rule import RuleError, parse

from api import backend
from api.access import requires
from api.body import Body
from api.cursor import Cursor, Limit
from api.envelope import Aggregate, Attributes, Count, Fault, Item, Page, item, page
from api.errors import Problem, documented, invalid, missing
from api.paths import Id, IdField
from api.reading import Reading, View
from api.results import what_if
from api.rows import fresh, shown
from api.writing import Writing
from processors.curation.decide import RequestCuration

router = APIRouter(prefix="/curations", tags=["curation"])
VIEW = View("read.curation", ("created_at", "curation_id"))
Status = Literal["requested", "running", "finished", "failed"]


class NewCuration(Body):
    """Batches to be scored, and the rule that a sample has to pass; an empty rule is the default one."""

    batches: Annotated[list[IdField], Field(min_length=1, max_length=1000)]
    rule: Annotated[str, StringConstraints(max_length=2000)] = ""


class CurationAttributes(Aggregate):
    """A curation. reasons: how many samples were dropped for what. scores: how many were measured so far."""

    batches: list[str] = []
    rule: str = ""
    rule_version: str = ""
    requested_by: str = ""
    status: Status
    scores: int = 0
    samples: int | None = None
    kept: int | None = None
    dropped: int | None = None
    reasons: list[Count] = []
    result_blob: str | None = None
    error: Fault | None = None


class WhatIfAttributes(Attributes):
    """What a rule would keep of the samples of a finished curation. moved: how many it decides otherwise.

    unknown_scores: names in the rule that no sample has a score of.
    """

    rule: str
    rule_version: str
    samples: int
    kept: int
    dropped: int
    reasons: list[Count]
    moved: int
    unknown_scores: list[str]


@router.post(
    "", status_code=201, dependencies=requires("curations:write"), responses=documented(400, 401, 403, 409, 422)
)
async def create(writer: Writing, body: NewCuration) -> Item[CurationAttributes]:
    """Score the samples of batches and apply a rule."""
    known = await writer.answered() is not None
    for place, batch in enumerate([] if known else body.batches):
        version, _ = await writer.backend.gate.state(writer.who.tenant, "batch", batch)
        if version == 0:
            raise invalid(f"batches.{place}", f"batch {batch} does not exist", "list them at /api/v1/batches")
    command = RequestCuration(batches=tuple(body.batches), rule=body.rule, requested_by=writer.who.email)
    id = writer.new_id("curation")
    return item(id, "curation", fresh(CurationAttributes, await writer.do("curation", id, command), "requested"))


@router.get("", dependencies=requires("studio:read"), responses=documented(401, 403, 422))
async def index(
    reader: Reading, status: Status | None = None, limit: Limit = 50, cursor: Cursor = ""
) -> Page[CurationAttributes]:
    """Curations, newest first."""
    rows, following = await reader.page(VIEW, limit, cursor, {"state": status})
    return page("curation", [(row["curation_id"], shown(CurationAttributes, row)) for row in rows], following)


@router.get("/{id}", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def show(reader: Reading, id: Id, response: Response) -> Item[CurationAttributes]:
    """A curation."""
    row = await reader.one("read.curation", curation_id=id)
    if row is None:
        raise missing("curation", id)
    response.headers["ETag"] = f'"{row["version"]}"'
    return item(id, "curation", shown(CurationAttributes, row))


@router.get("/{id}/what-if", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 409, 422))
async def ask(
    request: Request, reader: Reading, id: Id, rule: Annotated[str, Query(max_length=2000)]
) -> Item[WhatIfAttributes]:
    """What another rule would keep: scores are stored, so nothing is generated or scored again."""
    try:
        asked = parse(rule)
    except (RuleError, ValueError, OverflowError) as error:
        raise invalid("rule", str(error), "for example: grounding >= 0.8 and duplicate == 0") from error
    row = await reader.one("read.curation", curation_id=id)
    if row is None:
        raise missing("curation", id)
    if row["decided"] != "finished":
        raise Problem(409, "NOT_FINISHED", f"this curation is {row['state']}", remedy="wait until it is finished")
    columns = await backend.of(request).results.columns(row["result_blob"])
    reviewed = await reader.rows(
        "select sample_id, review_decision, review_author from read.sample"
        " where review_decision is not null and batch_id = any(%s)",
        [row["batches"]],
    )
    reviews = {one["sample_id"]: (one["review_decision"], one["review_author"]) for one in reviewed}
    gone = await reader.rows(
        "select document_id from read.document where state = 'withdrawn' and document_id = any(%s)",
        [columns.table.column("document_id").unique().to_pylist()],
    )
    try:
        found = await asyncio.to_thread(what_if, columns, asked, reviews, {one["document_id"] for one in gone})
    except OverflowError as error:
        raise invalid("rule", "has a number that is too large", "scores are small numbers") from error
    attributes = WhatIfAttributes(
        rule=asked.expression,
        rule_version=asked.version,
        samples=len(columns),
        kept=found.kept,
        dropped=found.dropped,
        reasons=found.reasons,
        moved=found.moved,
        unknown_scores=found.unknown_scores,
    )
    return item(id, "what-if", attributes)
