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
    """How many samples a rule would keep. moved: kept now and not then, or the other way round. mask: kept or not, by
    row (bool of NumPy).
    """

    kept: int
    dropped: int
    reasons: list[Count]
    moved: int
    unknown_scores: list[str]
    mask: Any


Standing = Mapping[str, tuple[str, str]]
"""Sample id -> (decision, author) that stands."""


def what_if(columns: Columns, rule: Rule, reviews: Standing, withdrawn: Collection[str]) -> WhatIf:
    """Judge every sample again by `rule`: what people decided comes before it, a withdrawn document before everything.

    withdrawn: document ids.
    """
    import numpy as np
    import pyarrow as arrow

    kept, gone, reviewed = masks(columns, rule, reviews, withdrawn)
    open = np.ones(len(columns), dtype=bool) if gone is None else ~gone
    people: Counter[str] = Counter()
    for row, (decision, author) in reviewed.items():
        if open[row] and not kept[row]:
            people[f"{WORDS[decision]} by {author}"] += 1
    withdrawn_rows = 0 if gone is None else int(np.count_nonzero(gone))
    open[list(reviewed)] = False
    found = judging.reasons(columns, rule, arrow.array(open))
    found += people
    found += Counter({"document withdrawn": withdrawn_rows})
    keep = int(np.count_nonzero(kept))
    counted = sorted((+found).items(), key=lambda pair: (-pair[1], pair[0]))
    return WhatIf(
        keep,
        len(columns) - keep,
        [Count(reason=reason, count=count) for reason, count in counted],
        int(np.count_nonzero(kept != bools(columns.table.column("kept")))),
        [name for name in rule.names if name not in columns.scores],
        kept,
    )


WORDS = {"drop": "dropped", "flag": "flagged", "keep": "kept", "edit": "edited"}


def masks(
    columns: Columns, rule: Rule, reviews: Standing, withdrawn: Collection[str]
) -> tuple[Any, Any, dict[int, tuple[str, str]]]:
    """(kept by row, of a withdrawn document by row or None without any, row -> the review that stands)."""
    import numpy as np
    import pyarrow as arrow
    import pyarrow.compute as pc

    kept = np.array(bools(judging.judge(columns, rule)))
    rows = columns.rows_of(list(reviews)) if reviews else []
    reviewed = {int(row): review for row, review in zip(rows, reviews.values(), strict=True) if row >= 0}
    for row, (decision, _) in reviewed.items():
        kept[row] = decision in ("keep", "edit")
    gone = None
    if withdrawn:
        documents = columns.table.column("document_id").combine_chunks()
        of = pc.is_in(documents.dictionary, arrow.array(withdrawn, arrow.string()))
        gone = bools(of.take(documents.indices))
        kept &= ~gone
    return kept, gone, reviewed


def bools(mask: Any) -> Any:
    """An Arrow mask without nulls as bool of NumPy."""
    return mask.combine_chunks().to_numpy(zero_copy_only=False) if hasattr(mask, "chunks") else mask.to_numpy(False)
