"""Reviews: keep, drop, edit or flag samples, one or many at once, and take it back; each decision passes the gate."""

from __future__ import annotations

import asyncio
import json

from fastapi import APIRouter, Request

from api.access import requires
from api.cursor import Cursor, Limit
from api.envelope import Decided, Item, Page, item, page
from api.errors import documented, invalid, missing
from api.paths import Filter
from api.reading import Reader, Reading, View
from api.review import BulkAttributes, BulkReview, NewReview, ReviewedAttributes, Undo
from api.selection import Choice, select
from api.what_if import curated
from api.writing import Writing
from processors.curation.editing import regrounded
from processors.curation.review import DecideReview, UndoReview

router = APIRouter(prefix="/reviews", tags=["reviews"])
VIEW = View("read.review", ("decided_at", "sample_id"))
MOST = 20_000
LEAST_GROUNDING = 0.5
LAST_ACTS = """
select coalesce(selection_id, sample_id || '/' || revision) as act, array_agg(sample_id) as samples,
    array_agg(revision) as revisions, max(decided_at) as at
from read.review where author = %(author)s and decision <> 'undo' and not undone
    and (%(curation)s::text is null or curation_id = %(curation)s)
    and (%(selection)s::text is null or selection_id = %(selection)s)
group by 1 order by at desc limit %(steps)s
"""


@router.get("", dependencies=requires("studio:read"), responses=documented(401, 403, 422))
async def index(
    reader: Reading,
    sample_id: Filter = None,
    curation_id: Filter = None,
    author: Filter = None,
    selection_id: Filter = None,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[ReviewedAttributes]:
    """Decisions, newest first, those that were taken back too."""
    where = {"sample_id": sample_id, "curation_id": curation_id, "author": author, "selection_id": selection_id}
    rows, following = await reader.page(VIEW, limit, cursor, where)
    shown = [(f"{row['sample_id']}@{row['revision']}", ReviewedAttributes.model_validate(row)) for row in rows]
    return page("review", shown, following)


@router.post(
    "", status_code=201, dependencies=requires("samples:review"), responses=documented(400, 401, 403, 404, 409, 422)
)
async def create(reader: Reading, writer: Writing, body: NewReview) -> Item[Decided]:
    """Decide about a sample; the next curation, every what-if and the next dataset hold to it."""
    if await reader.one("read.sample", sample_id=body.sample_id) is None:
        raise missing("sample", body.sample_id)
    grounding = -1.0
    if body.decision == "edit":
        grounding, why = await _grounding(reader, body)
        if grounding < LEAST_GROUNDING and not body.ungrounded:
            remedy = "use what the passage says, or send ungrounded: true if you know better"
            raise invalid("answer", f"the source does not say so (grounding {grounding:.2f}: {why})", remedy)
    command = DecideReview(
        sample_id=body.sample_id,
        decision=body.decision,
        author=writer.who.email,
        reason=body.reason,
        question=body.question,
        answer=body.answer,
        curation_id=body.curation_id,
        queue=body.queue,
        grounding=grounding,
    )
    return await writer.act("review", "review", body.sample_id, command)


@router.post(
    "/bulk",
    status_code=201,
    dependencies=requires("samples:review"),
    responses=documented(400, 401, 403, 404, 409, 422),
)
async def bulk(request: Request, reader: Reading, writer: Writing, body: BulkReview) -> Item[BulkAttributes]:
    """Decide about all samples that a filter takes; the id of the answer takes all of it back."""
    _, columns = await curated(request, reader, body.curation_id)
    asked = body.filter
    choice = Choice(
        asked.batch_id, asked.document_id, asked.kind, asked.kept, asked.scorer, asked.low, asked.high, asked.text
    )
    if asked.scorer is not None and asked.scorer not in columns.scores:
        raise invalid("filter.scorer", f"no sample has a score {asked.scorer}", f"one of {', '.join(columns.scores)}")
    if asked.scorer is None and (asked.low is not None or asked.high is not None):
        raise invalid("filter.scorer", "which score?", "name one, see GET /api/v1/samples/histogram")
    rows = await asyncio.to_thread(select, columns, choice)
    ids: list[str] = columns.table.column("sample_id").take(rows).to_pylist()
    if asked.unreviewed:
        done = await reader.rows("select sample_id from read.sample where review_decision is not null")
        known = {row["sample_id"] for row in done}
        ids = [id for id in ids if id not in known]
    if len(ids) > MOST:
        raise invalid("filter", f"takes {len(ids)} samples", f"at most {MOST} at once; narrow it, or change the rule")
    selection = writer.new_id("selection")
    if body.dry_run:
        return item(selection, "selection", BulkAttributes(samples=len(ids), changed=0))
    told = json.dumps({"id": selection, **asked.model_dump(exclude_none=True)}, sort_keys=True)
    commands = [
        (
            id,
            DecideReview(
                sample_id=id,
                decision=body.decision,
                author=writer.who.email,
                reason=body.reason,
                curation_id=body.curation_id,
                queue="filter",
                selection=told,
            ),
        )
        for id in ids
    ]
    found = await writer.each("review", commands)
    return item(
        selection, "selection", BulkAttributes(samples=len(ids), changed=sum(bool(one.events) for one in found))
    )


@router.post(
    "/undo", status_code=201, dependencies=requires("samples:review"), responses=documented(400, 401, 403, 409, 422)
)
async def undo(reader: Reading, writer: Writing, body: Undo) -> Item[BulkAttributes]:
    """Take back what you decided, as far as you like; what stood before it stands again."""
    author = writer.who.email
    selection = writer.new_id("undo")
    told = json.dumps({"id": selection, **body.model_dump(exclude_none=True)}, sort_keys=True)
    if body.sample_id is not None:
        wanted = [(body.sample_id, body.revision or 0)] * (1 if body.revision else body.steps)
    else:
        values = {
            "author": author,
            "curation": body.curation_id,
            "selection": body.selection_id,
            "steps": 1 if body.selection_id else body.steps,
        }
        acts = await reader.rows(LAST_ACTS, values)
        wanted = [pair for act in acts for pair in zip(act["samples"], act["revisions"], strict=True)]
        if not wanted:
            raise invalid("selection_id" if body.selection_id else "steps", "there is nothing of yours to take back")
    commands = [
        (id, UndoReview(id, author, revision, body.reason, body.curation_id or "", told)) for id, revision in wanted
    ]
    found = await writer.each("review", commands)
    return item(selection, "undo", BulkAttributes(samples=len({id for id, _ in wanted}), changed=len(found)))


async def _grounding(reader: Reader, body: NewReview) -> tuple[float, str]:
    """How far the source says what an edit says."""
    row = await reader.one("read.sample", sample_id=body.sample_id)
    assert row is not None
    document = await reader.one("read.document", document_id=row["document_id"] or "")
    if document is None or not document["text_blob"]:
        return 0.0, "its document is not there"
    text = await reader.backend.artefacts.text(document["text_blob"])
    score = regrounded(row, text, body.question, body.answer)
    return score.value, json.dumps(score.detail, ensure_ascii=False) if score.detail else ""
