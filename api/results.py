"""What a curation decided about each sample, from its result in the object store, and what another rule would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from studio.rule import Rule

from api.decided import Judgement
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
