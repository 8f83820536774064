"""One sample: its scores, what a curation made of it, its origin, and what reviewers decide."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import StringConstraints

from api import backend
from api.access import requires
from api.body import Body
from api.decided import Judgement
from api.envelope import Decided, Item, item
from api.errors import documented, missing
from api.origin import origin
from api.paths import Id
from api.reading import Reading
from api.results import latest_curation
from api.sample import SampleDetail, attributes_of
from api.writing import Writing
from processors.curation.review import DecideReview

router = APIRouter(prefix="/samples", tags=["samples"])


class SampleDecision(Body):
    """Keep or drop a sample, whatever the rule says."""

    decision: Literal["keep", "drop"]
    reason: Annotated[str, StringConstraints(max_length=1000)] = ""


@router.get("/{id}", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def show(request: Request, reader: Reading, id: Id) -> Item[SampleDetail]:
    """A sample with its scores, what the last curation of its batch decided, and the origin of its answer."""
    row = await reader.one("read.sample", sample_id=id)
    if row is None:
        raise missing("sample", id)
    artefacts = backend.of(request).artefacts
    decided: dict[str, tuple[str, Judgement]] = {}
    if curation := await latest_curation(reader, row["batch_id"]):
        one = (await backend.of(request).results.columns(curation["result_blob"])).find(id)
        decided = {id: (curation["curation_id"], one)} if one else {}
    values: dict[str, Any] = (await attributes_of(reader, [row], decided))[0][1].model_dump()
    document = await reader.one("read.document", document_id=row["document_id"] or "")
    if document and document["text_blob"]:
        text = await artefacts.text(document["text_blob"])
        values["passage"] = text[row["passage_start"] : row["passage_end"]]
        part = "answer" if row["answer_end"] > row["answer_start"] else "passage"
        offsets = await artefacts.json(document["map_blob"])
        values["source"] = origin(document, text, offsets, row[f"{part}_start"], row[f"{part}_end"])
    return item(id, "sample", SampleDetail.model_validate(values))


@router.post(
    "/{id}/reviews",
    status_code=201,
    dependencies=requires("samples:review"),
    responses=documented(400, 401, 403, 404, 409, 422),
)
async def review(reader: Reading, writer: Writing, id: Id, body: SampleDecision) -> Item[Decided]:
    """Decide about a sample; the next curation and every what-if hold to it."""
    if await reader.one("read.sample", sample_id=id) is None:
        raise missing("sample", id)
    command = DecideReview(sample_id=id, decision=body.decision, author=writer.who.email, reason=body.reason)
    return await writer.act("review", "review", id, command)
