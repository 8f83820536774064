"""Samples with their scores, what a curation made of them, their origin, and what reviewers decide."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import StringConstraints

from api import backend
from api.access import requires
from api.body import Body
from api.cursor import Cursor, Limit, pack, unpack
from api.envelope import Attributes, Decided, Item, Page, item, page
from api.errors import documented, invalid, missing
from api.origin import Origin, origin
from api.paths import Filter, Id
from api.reading import Reader, Reading, Row, View
from api.results import Judgement, judgements, latest_curation
from api.writing import Writing
from processors.curation.decide import DecideReview

router = APIRouter(prefix="/samples", tags=["samples"])
VIEW = View("read.sample", ("created_at", "sample_id"))


class ScoreAttributes(Attributes):
    """One score, as measured by this version of its scorer."""

    value: float
    version: str = ""
    detail: Any = None


class ReviewAttributes(Attributes):
    """What a person decided."""

    decision: str
    author: str
    reason: str = ""
    reviewed_at: datetime | None = None


class SampleAttributes(Attributes):
    """A question with its answer. Offsets are characters of the document's canonical text.

    revision: of the review, 0 before the first. curation_id, kept, reason: what that curation decided, where one did.
    """

    batch_id: str
    item: str = ""
    kind: str = ""
    question: str
    answer: str
    quote: str = ""
    document_id: str = ""
    section_id: str = ""
    section_title: str = ""
    chunk_id: str = ""
    passage_start: int = 0
    passage_end: int = 0
    answer_start: int = 0
    answer_end: int = 0
    generator: str = ""
    generator_version: str = ""
    template_sha256: str = ""
    request_sha256: str = ""
    reply_blob: str = ""
    model: str = ""
    seed: int = 0
    quality: float = 0.0
    revision: int = 0
    created_at: datetime | None = None
    scores: dict[str, ScoreAttributes] = {}
    review: ReviewAttributes | None = None
    curation_id: str | None = None
    kept: bool | None = None
    reason: str | None = None


class SampleDetail(SampleAttributes):
    """A sample with its passage, and where the answer stands in the uploaded bytes."""

    passage: str | None = None
    source: Origin | None = None


class NewReview(Body):
    """Keep or drop a sample, whatever the rule says."""

    decision: Literal["keep", "drop"]
    reason: Annotated[str, StringConstraints(max_length=1000)] = ""


@router.get("", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def index(
    request: Request,
    reader: Reading,
    batch_id: Filter = None,
    document_id: Filter = None,
    curation_id: Filter = None,
    kind: Filter = None,
    kept: bool | None = None,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[SampleAttributes]:
    """Samples, newest first; with `curation_id` or `kept` in the order of that curation's result.

    `kept` without `curation_id` asks the last finished curation of `batch_id`.
    """
    if curation_id is None and kept is None:
        where = {"batch_id": batch_id, "document_id": document_id, "kind": kind}
        rows, following = await reader.page(VIEW, limit, cursor, where)
        return page("sample", await _shown(reader, rows, {}), following)
    curation = await _curation(reader, curation_id, batch_id)
    chosen = {"batch_id": batch_id, "document_id": document_id, "kind": kind, "kept": kept}
    result = [
        one
        for one in await judgements(backend.of(request).artefacts, curation["result_blob"])
        if all(getattr(one, name) == value for name, value in chosen.items() if value is not None)
    ]
    first = max(0, unpack(cursor, (int,))[0]) if cursor else 0
    wanted = result[first : first + limit]
    found = await reader.rows(
        "select * from read.sample where sample_id = any(%s)", [[one.sample_id for one in wanted]]
    )
    by_id = {row["sample_id"]: row for row in found}
    rows = [by_id[one.sample_id] for one in wanted if one.sample_id in by_id]
    shown = await _shown(reader, rows, {one.sample_id: (curation["curation_id"], one) for one in wanted})
    return page("sample", shown, pack([first + limit]) if first + limit < len(result) else None)


@router.get("/{id}", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def show(request: Request, reader: Reading, id: Id) -> Item[SampleDetail]:
    """A sample with its scores, what the last curation of its batch decided, and the origin of its answer."""
    row = await reader.one("read.sample", sample_id=id)
    if row is None:
        raise missing("sample", id)
    artefacts = backend.of(request).artefacts
    decided: dict[str, tuple[str, Judgement]] = {}
    if curation := await latest_curation(reader, row["batch_id"]):
        result = await judgements(artefacts, curation["result_blob"])
        decided = {one.sample_id: (curation["curation_id"], one) for one in result if one.sample_id == id}
    values: dict[str, Any] = (await _shown(reader, [row], decided))[0][1].model_dump()
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
async def review(reader: Reading, writer: Writing, id: Id, body: NewReview) -> Item[Decided]:
    """Decide about a sample; the next curation and every what-if hold to it."""
    if await reader.one("read.sample", sample_id=id) is None:
        raise missing("sample", id)
    command = DecideReview(sample_id=id, decision=body.decision, author=writer.who.email, reason=body.reason)
    return await writer.act("review", "review", id, command)


async def _curation(reader: Reader, curation_id: str | None, batch_id: str | None) -> Row:
    if curation_id is not None:
        curation = await reader.one("read.curation", curation_id=curation_id)
        if curation is None:
            raise missing("curation", curation_id)
        if curation["decided"] != "finished":
            raise invalid("curation_id", f"this curation is {curation['state']}", "wait until it is finished")
        return curation
    if batch_id is None:
        raise invalid("kept", "kept by which curation?", "give curation_id, or batch_id for its last curation")
    found = await latest_curation(reader, batch_id)
    if found is None:
        raise invalid("kept", "this batch has no finished curation", "POST /api/v1/curations")
    return found


async def _shown(
    reader: Reader, rows: list[Row], decided: dict[str, tuple[str, Judgement]]
) -> list[tuple[str, SampleAttributes]]:
    """Attributes of these rows, with the newest value of every score."""
    scores: dict[str, dict[str, Any]] = {row["sample_id"]: {} for row in rows}
    if rows:
        found = await reader.rows(
            "select distinct on (sample_id, scorer) sample_id, scorer, scorer_version, value, detail"
            " from read.sample_score where sample_id = any(%s) order by sample_id, scorer, scored_at desc",
            [list(scores)],
        )
        for one in found:
            values = {"value": one["value"], "version": one["scorer_version"], "detail": one["detail"]}
            scores[one["sample_id"]][one["scorer"]] = values
    shown: list[tuple[str, SampleAttributes]] = []
    for row in rows:
        id = row["sample_id"]
        values = {name: value for name, value in row.items() if value is not None}
        values |= {"scores": scores[id], "revision": row["version"] or 0}
        if row["review_decision"]:
            values["review"] = {name: row[f"review_{name}"] for name in ("decision", "author", "reason")}
            values["review"]["reviewed_at"] = row["reviewed_at"]
        if id in decided:
            curation_id, one_decided = decided[id]
            values |= {"curation_id": curation_id, "kept": one_decided.kept, "reason": one_decided.reason}
        shown.append((id, SampleAttributes.model_validate(values)))
    return shown
