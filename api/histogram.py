"""How the scores of samples are spread: what a threshold would keep can be read off at once."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from api import backend
from api.access import requires
from api.envelope import Attributes, Item, item
from api.errors import documented, invalid
from api.paths import Filter
from api.reading import Reader, Reading
from api.results import finished, latest_curation
from api.selection import Bin, Spread, histogram, spread

router = APIRouter(prefix="/samples", tags=["samples"])
QUALITY = "quality"


class ScorerAttributes(Attributes):
    """A scorer, and how many samples have its score."""

    name: str
    count: int
    min: float | None = None
    max: float | None = None
    mean: float | None = None


class BinAttributes(Attributes):
    """Samples with low <= score < high; the last bin has its upper edge too."""

    low: float
    high: float
    count: int
    kept: int
    dropped: int


class HistogramAttributes(Attributes):
    """The spread of one score. total: samples in all, of which `missing` lack this score.

    curation_id: whose decisions `kept` and `dropped` are; null before the first curation, when only `quality` is known
    and nothing is decided.
    """

    curation_id: str | None
    batch_id: str | None
    scorer: str
    bins: list[BinAttributes]
    min: float | None
    max: float | None
    mean: float | None
    total: int
    missing: int
    kept: int
    dropped: int
    scorers: list[ScorerAttributes]


@router.get("/histogram", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def spread_of(
    request: Request,
    reader: Reading,
    curation_id: Filter = None,
    batch_id: Filter = None,
    scorer: Filter = None,
    bins: Annotated[int, Query(ge=1, le=200)] = 40,
) -> Item[HistogramAttributes]:
    """Samples by score, in equal steps: those of a curation, or of a batch by its last finished curation."""
    if curation_id is None and (batch_id is None or await latest_curation(reader, batch_id) is None):
        if batch_id is None:
            raise invalid("curation_id", "whose scores?", "give curation_id or batch_id")
        scores, kept = {QUALITY: await _quality(reader, batch_id)}, None
    else:
        curation = await finished(reader, curation_id, batch_id, "scorer")
        columns = await backend.of(request).results.columns(curation["result_blob"])
        curation_id, scores, kept = curation["curation_id"], columns.scores, columns.table.column("kept")
    if not scores:
        raise invalid("curation_id", "no sample has a score", "ask for another curation")
    chosen = scorer or next((name for name in scores if name != QUALITY), QUALITY)
    if chosen not in scores:
        raise invalid("scorer", f"no sample has a score {chosen}", f"one of {', '.join(scores)}")
    return await asyncio.to_thread(_answer, curation_id, batch_id, chosen, scores, kept, bins)


def _answer(
    curation_id: str | None, batch_id: str | None, chosen: str, scores: dict[str, Any], kept: Any, bins: int
) -> Item[HistogramAttributes]:
    import pyarrow as arrow
    import pyarrow.compute as pc

    score = scores[chosen]
    seen = spread(score)
    counted = histogram(score, kept if kept is not None else arrow.nulls(len(score), arrow.bool_()), bins)
    held = int(pc.sum(kept).as_py() or 0) if kept is not None else 0
    attributes = HistogramAttributes(
        curation_id=curation_id,
        batch_id=batch_id,
        scorer=chosen,
        bins=[_bin(one) for one in counted],
        min=seen.low,
        max=seen.high,
        mean=seen.mean,
        total=len(score),
        missing=len(score) - seen.count,
        kept=held,
        dropped=len(score) - held if kept is not None else 0,
        scorers=[_scorer(name, spread(column)) for name, column in scores.items()],
    )
    return item(f"{curation_id or batch_id}/{chosen}", "histogram", attributes)


def _bin(one: Bin) -> BinAttributes:
    return BinAttributes(low=one.low, high=one.high, count=one.count, kept=one.kept, dropped=one.dropped)


def _scorer(name: str, seen: Spread) -> ScorerAttributes:
    return ScorerAttributes(name=name, count=seen.count, min=seen.low, max=seen.high, mean=seen.mean)


async def _quality(reader: Reader, batch_id: str) -> Any:
    import pyarrow as arrow

    rows = await reader.rows("select quality from read.sample where batch_id = %s", [batch_id])
    return arrow.array([row["quality"] for row in rows], arrow.float64())
