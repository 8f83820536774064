"""What a curation decided about each sample, from its result in the object store, and what another rule would."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.rule import Rule

from api.artefacts import Artefacts
from api.envelope import Count
from api.reading import Reader, Row

COLUMNS = ["sample_id", "batch_id", "document_id", "kind", "scores", "kept", "reason"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One sample in the result of a curation."""

    sample_id: str
    batch_id: str
    document_id: str
    kind: str
    scores: dict[str, float]
    kept: bool
    reason: str


async def judgements(artefacts: Artefacts, key: str) -> list[Judgement]:
    """The result that is stored under `key`, in its own order.

    Raises:
        Problem: 404; the object store does not have it.
    """
    data = await artefacts.data(key)

    def parse() -> list[Judgement]:
        import pyarrow as arrow
        from pyarrow import parquet

        rows: list[dict[str, Any]] = parquet.read_table(arrow.BufferReader(data), columns=COLUMNS).to_pylist()
        return [Judgement(**{**row, "scores": json.loads(row["scores"])}) for row in rows]

    return await asyncio.to_thread(parse)


async def latest_curation(reader: Reader, batch_id: str) -> Row | None:
    """The finished curation of this batch that was asked for last."""
    rows = await reader.rows(
        "select * from read.curation where decided = 'finished' and batches @> to_jsonb(%s::text)"
        " order by created_at desc, curation_id desc limit 1",
        [batch_id],
    )
    return rows[0] if rows else None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """How many samples a rule would keep. moved: kept now and not then, or the other way round."""

    kept: int
    dropped: int
    reasons: list[Count]
    moved: int
    unknown_scores: list[str]


def what_if(result: list[Judgement], rule: Rule, reviews: Mapping[str, tuple[str, str]], withdrawn: set[str]) -> WhatIf:
    """Judge every sample again by `rule`: what people decided comes before it, a withdrawn document before everything.

    reviews: sample id -> (decision, author). withdrawn: document ids.
    """
    kept, moved, reasons = 0, 0, Counter[str]()
    known = {name for one in result for name in one.scores}
    for one in result:
        keep, reason = rule.judge(one.scores)
        if one.sample_id in reviews:
            decision, author = reviews[one.sample_id]
            keep = decision == "keep"
            reason = f"dropped by {author}"
        if one.document_id in withdrawn:
            keep, reason = False, "document withdrawn"
        kept += keep
        moved += keep != one.kept
        if not keep:
            reasons[reason] += 1
    counted = sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))
    return WhatIf(
        kept,
        len(result) - kept,
        [Count(reason=reason, count=count) for reason, count in counted],
        moved,
        [name for name in rule.names if name not in known],
    )
