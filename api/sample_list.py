"""Lists of samples: by cursor, or anywhere in 100,000 of them; filtered by state, score and text."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request

from api import backend
from api.access import requires
from api.cursor import Cursor, Limit, pack, unpack
from api.envelope import Page, page
from api.errors import documented, invalid
from api.paths import Filter
from api.reading import Reading
from api.results import finished
from api.sample import SampleAttributes, attributes_of
from api.sample_rows import rows_of, stored
from api.selection import Choice, select

router = APIRouter(prefix="/samples", tags=["samples"])
State = Literal["kept", "dropped", "keep", "drop", "unreviewed"]
Sort = Literal["created", "-created", "score", "-score"]
Score = Annotated[float | None, Query(allow_inf_nan=False, description="Of `scorer`, inclusive.")]
Offset = Annotated[int | None, Query(ge=0, le=10_000_000, description="Instead of a cursor: rows to leave out.")]
Text = Annotated[str, Query(max_length=200, description="Letters in the question or the answer, in either case.")]
REVIEWED = "select sample_id from read.sample where review_decision = any(%s)"
QUALITY = "quality"  # the one score that a sample has from its generator, before any curation


@router.get("", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def index(
    request: Request,
    reader: Reading,
    batch_id: Filter = None,
    document_id: Filter = None,
    curation_id: Filter = None,
    kind: Filter = None,
    kept: bool | None = None,
    state: State | None = None,
    scorer: Filter = None,
    low: Annotated[Score, Query(alias="min")] = None,
    high: Annotated[Score, Query(alias="max")] = None,
    q: Text = "",
    sort: Sort | None = None,
    offset: Offset = None,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[SampleAttributes]:
    """Samples, newest first; with `curation_id`, `kept` or a score in the order of that curation's result.

    kept, dropped and scores other than `quality` are those of `curation_id`, else of the last finished curation of
    `batch_id`; keep, drop and unreviewed tell what a person decided. `min`, `max` and `sort` by score are about
    `scorer`. With `offset` any part of the list is at hand; `meta.total` counts all of it.
    """
    if scorer is None and (low is not None or high is not None or (sort or "").endswith("score")):
        raise invalid("scorer", "which score?", "name one, see GET /api/v1/samples/histogram")
    if state in ("kept", "dropped"):
        kept = state == "kept"
    choice = Choice(batch_id, document_id, kind, kept, scorer, low, high, q, sort=sort or "")
    judged = curation_id is not None or kept is not None or scorer not in (None, QUALITY)
    if not judged:
        return await stored(reader, choice, state, offset, limit, cursor)
    curation = await finished(reader, curation_id, batch_id, "kept" if kept is not None else "scorer")
    columns = await backend.of(request).results.columns(curation["result_blob"])
    if scorer is not None and scorer not in columns.scores:
        raise invalid("scorer", f"no sample has a score {scorer}", f"one of {', '.join(columns.scores)}")
    if state in ("keep", "drop", "unreviewed"):
        wanted = [state] if state != "unreviewed" else ["keep", "drop"]
        ids = [row["sample_id"] for row in await reader.rows(REVIEWED, [wanted])]
        choice = replace(choice, unreviewed=ids) if state == "unreviewed" else replace(choice, reviewed=ids)
    first = offset if offset is not None else max(0, unpack(cursor, (int,))[0]) if cursor else 0
    rows = await asyncio.to_thread(select, columns, choice)
    found = columns.judgements(rows[first : first + limit].to_pylist())
    by_id = await rows_of(reader, [one.sample_id for one in found])
    decided = {one.sample_id: (curation["curation_id"], one) for one in found}
    shown = await attributes_of(reader, [by_id[id] for id in decided if id in by_id], decided)
    return page("sample", shown, pack([first + limit]) if first + limit < len(rows) else None, len(rows))
