"""Curations: scores of batches, and a rule over them."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import Field, StringConstraints, field_validator

from api.access import requires
from api.body import Body, JsonObject
from api.cursor import Cursor, Limit
from api.envelope import Aggregate, Count, Fault, Item, Page, item, page
from api.errors import documented, invalid, missing
from api.paths import Id, IdField
from api.reading import Reading, View
from api.rows import fresh, shown
from api.writing import Writing
from processors.curation.decide import RequestCuration

router = APIRouter(prefix="/curations", tags=["curation"])
VIEW = View("read.curation", ("created_at", "curation_id"))
Status = Literal["requested", "running", "finished", "failed"]


class NewCuration(Body):
    """Batches to be scored, and the rule that a sample has to pass; an empty rule is the default one.

    scorers: names, see GET /curations/scorers; empty takes the default ones. settings: of scorers, by their names.
    """

    batches: Annotated[list[IdField], Field(min_length=1, max_length=1000)]
    rule: Annotated[str, StringConstraints(max_length=2000)] = ""
    scorers: Annotated[list[str], Field(max_length=50)] = []
    settings: JsonObject = {}


class CurationAttributes(Aggregate):
    """A curation. reasons: how many samples were dropped for what. scores: how many were measured so far."""

    batches: list[str] = []
    rule: str = ""
    rule_version: str = ""
    scorers: list[str] = []
    settings: dict[str, Any] = {}
    requested_by: str = ""
    status: Status
    scores: int = 0
    samples: int | None = None
    kept: int | None = None
    dropped: int | None = None
    reasons: list[Count] = []
    result_blob: str | None = None
    error: Fault | None = None

    @field_validator("settings", mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        return json.loads(value or "{}") if isinstance(value, str) else value


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
    command = RequestCuration(
        batches=tuple(body.batches),
        rule=body.rule,
        requested_by=writer.who.email,
        scorers=tuple(body.scorers),
        settings=json.dumps(body.settings, sort_keys=True) if body.settings else "",
    )
    id = writer.new_id("curation")
    decision = await writer.do("curation", id, command)
    return item(id, "curation", fresh(CurationAttributes, decision, "requested", settings=body.settings))


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
