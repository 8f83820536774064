"""What a curation decided about each sample, from its result in the object store, and what another rule would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from studio.rule import Rule

from api import judging
from api.decided import Columns
from api.envelope import Count
from api.errors import invalid, missing
from api.reading import Reader, Row


async def latest_curation(reader: Reader, batch_id: str) -> Row | None:
    """The finished curation of this batch that was asked for last."""
    rows = await reader.rows(
        "select * from read.curation where decided = 'finished' and batches @> to_jsonb(%s::text)"
        " order by created_at desc, curation_id desc limit 1",
        [batch_id],
    )
    return rows[0] if rows else None


async def finished(reader: Reader, curation_id: str | None, batch_id: str | None, field: str) -> Row:
    """The curation that was named, or the last finished one of the batch.

    field: what the caller asked for that only a curation knows.

    Raises:
        Problem: 404 or 422; there is none.
    """
    if curation_id is not None:
        curation = await reader.one("read.curation", curation_id=curation_id)
        if curation is None:
            raise missing("curation", curation_id)
        if curation["decided"] != "finished":
            raise invalid("curation_id", f"this curation is {curation['state']}", "wait until it is finished")
        return curation
    if batch_id is None:
        raise invalid(field, f"{field} by which curation?", "give curation_id, or batch_id for its last curation")
    found = await latest_curation(reader, batch_id)
    if found is None:
        raise invalid(field, "this batch has no finished curation", "POST /api/v1/curations")
    return found


@dataclass(frozen=True, slots=True)
class WhatIf:
    """How many samples a rule would keep. moved: kept now and not then, or the other way round."""

    kept: int
    dropped: int
    reasons: list[Count]
    moved: int
    unknown_scores: list[str]


def what_if(columns: Columns, rule: Rule, reviews: Mapping[str, tuple[str, str]], withdrawn: Collection[str]) -> WhatIf:
    """Judge every sample again by `rule`: what people decided comes before it, a withdrawn document before everything.

    reviews: sample id -> (decision, author). withdrawn: document ids.
    """
    import pyarrow as arrow
    import pyarrow.compute as pc

    table = columns.table
    gone = pc.is_in(table.column("document_id").cast("string"), arrow.array(withdrawn, arrow.string()))
    kept = pc.and_(judging.judge(columns, rule), pc.invert(gone))
    ids, authors = arrow.array(reviews, arrow.string()), [author for _, author in reviews.values()]
    place = pc.index_in(table.column("sample_id"), ids)  # of the review of each sample
    wanted = arrow.array([decision == "keep" for decision, _ in reviews.values()], arrow.bool_())
    reviewed = pc.and_(pc.is_valid(place), pc.invert(gone))
    kept = pc.if_else(reviewed, pc.fill_null(wanted.take(place.combine_chunks()), False), kept)
    found = judging.reasons(columns, rule, _plain(pc.invert(pc.or_(reviewed, gone))))
    dropped_by = place.filter(pc.and_(reviewed, pc.invert(kept))).to_pylist()
    found += Counter(f"dropped by {authors[number]}" for number in dropped_by)
    found += Counter({"document withdrawn": pc.sum(gone).as_py() or 0})
    keep = pc.sum(kept).as_py() or 0
    counted = sorted((+found).items(), key=lambda pair: (-pair[1], pair[0]))
    return WhatIf(
        keep,
        len(columns) - keep,
        [Count(reason=reason, count=count) for reason, count in counted],
        pc.sum(pc.not_equal(kept, table.column("kept"))).as_py() or 0,
        [name for name in rule.names if name not in columns.scores],
    )


def _plain(mask: Any) -> Any:
    return mask.combine_chunks() if hasattr(mask, "combine_chunks") else mask
