"""What a reviewer should look at next, and how far reviewers agree."""

from __future__ import annotations

import asyncio
from itertools import islice
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request

from api import queueing
from api.access import requires
from api.cursor import Limit
from api.envelope import Attributes, Item, Page, item, page
from api.errors import documented, missing
from api.paths import Id
from api.reading import Reading
from api.sample import SampleAttributes, attributes_of
from api.sample_rows import rows_of
from api.what_if import checked, curated
from processors.curation.agreement import agreements

router = APIRouter(prefix="/curations", tags=["reviews"])
Order = Literal["random", "near_threshold", "disagree"]
OPINIONS = (
    "select o.sample_id, o.author, o.decision from read.opinion o join read.sample s using (tenant_id, sample_id)"
    " where s.batch_id = any(%s)"
)
MOST_DIFFERING = 200


class QueuedAttributes(SampleAttributes):
    """A sample to be reviewed. value: its distance to the nearest threshold, or how far judges are apart.

    reviews: how many have decided it already; what they decided is not told, so that opinions stay independent.
    """

    value: float = 0.0
    reviews: int = 0


class PairAttributes(Attributes):
    """Two reviewers over the samples that both decided. kappa: Cohen's; null where chance explains all of it.

    table: how often which decisions met: of the first, of the second, samples.
    """

    first: str
    second: str
    samples: int
    agreed: int
    kappa: float | None
    table: list[tuple[str, str, int]]


class AgreementAttributes(Attributes):
    """Reviewers of a curation: how many samples each decided, every two of them, and samples that they differ about."""

    reviewers: dict[str, int]
    pairs: list[PairAttributes]
    differing: list[str]


@router.get("/{id}/review-queue", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 409, 422))
async def queue(
    request: Request,
    reader: Reading,
    id: Id,
    order: Order = "near_threshold",
    rule: Annotated[str, Query(max_length=2000, description="For near_threshold; else the curation's own.")] = "",
    seed: Annotated[str, Query(max_length=100, description="Of random; the same seed gives the same order.")] = "",
    second: Annotated[bool, Query(description="Only what somebody else has decided already.")] = False,
    limit: Limit = 50,
) -> Page[QueuedAttributes]:
    """Samples that you have not decided yet, in this order; what you decide leaves it. `meta.total` counts it."""
    row, columns = await curated(request, reader, id)
    asked = checked(rule or row["rule"] or "", "rule")
    opinions = await reader.rows(OPINIONS, [row["batches"]])
    mine = {one["sample_id"] for one in opinions if one["author"] == reader.who.email}
    others: dict[str, list[str]] = {}
    for one in opinions:
        if one["author"] != reader.who.email:
            others.setdefault(one["sample_id"], []).append(one["decision"])
    if order == "random":
        found = await asyncio.to_thread(queueing.random, columns, f"{id}/{seed}")
    elif order == "near_threshold":
        found = await asyncio.to_thread(queueing.near_threshold, columns, asked)
    else:
        apart = [sample for sample, held in others.items() if len(set(held)) > 1]
        found = await asyncio.to_thread(queueing.disagree, columns, apart)
    done = {int(at) for at in columns.rows_of(sorted(mine)) if at >= 0} if mine else set()
    only = {int(at) for at in columns.rows_of(sorted(others)) if at >= 0} if second else None
    left = [pair for pair in found if pair[0] not in done and (only is None or pair[0] in only)]
    first = list(islice(left, limit))
    judged = columns.judgements([at for at, _ in first])
    by_id = await rows_of(reader, [one.sample_id for one in judged])
    decided = {one.sample_id: (id, one) for one in judged}
    value = {one.sample_id: value for one, (_, value) in zip(judged, first, strict=True)}
    shown = await attributes_of(reader, [by_id[sample] for sample in decided if sample in by_id], decided)
    made = [
        (
            sample,
            QueuedAttributes.model_validate(
                {**told.model_dump(), "review": None, "value": value[sample], "reviews": len(others.get(sample, ()))}
            ),
        )
        for sample, told in shown
    ]
    return page("sample", made, None, len(left))


@router.get("/{id}/agreement", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def agreement(reader: Reading, id: Id) -> Item[AgreementAttributes]:
    """How far those who reviewed the samples of a curation agree, beyond what chance would give."""
    row = await reader.one("read.curation", curation_id=id)
    if row is None:
        raise missing("curation", id)
    opinions = await reader.rows(OPINIONS, [row["batches"]])
    held = [(one["sample_id"], one["author"], one["decision"]) for one in opinions]
    decisions: dict[str, set[str]] = {}
    reviewers: dict[str, int] = {}
    for sample, author, decision in held:
        decisions.setdefault(sample, set()).add(decision)
        reviewers[author] = reviewers.get(author, 0) + 1
    pairs = [
        PairAttributes(
            first=one.first,
            second=one.second,
            samples=one.samples,
            agreed=one.agreed,
            kappa=one.kappa,
            table=[(*met, count) for met, count in sorted(one.table.items())],
        )
        for one in agreements(held)
    ]
    differing = sorted(sample for sample, found in decisions.items() if len(found) > 1)[:MOST_DIFFERING]
    return item(id, "agreement", AgreementAttributes(reviewers=reviewers, pairs=pairs, differing=differing))
