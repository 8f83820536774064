"""What another rule would keep: every stored score is asked, nothing is generated or scored again."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field, StringConstraints
from studio.rule import Rule, RuleError, parse

from api import backend, mix
from api.access import requires
from api.body import Body, Whole
from api.decided import Columns
from api.envelope import Attributes, Count, Item, item
from api.errors import Problem, documented, invalid, missing
from api.mix import FlipAttributes, TopicAttributes
from api.paths import Id
from api.reading import Reader, Reading, Row
from api.results import Standing, bools, masks, what_if

router = APIRouter(prefix="/curations", tags=["curation"])
EXAMPLE = "for example: grounding >= 0.8 && duplicate == 0"
REVIEWED = (
    "select sample_id, review_decision, review_author from read.sample"
    " where review_decision is not null and batch_id = any(%s)"
)
WITHDRAWN = "select document_id from read.document where state = 'withdrawn' and document_id = any(%s)"


class AskedRule(Body):
    """A rule, and the one it is compared with: empty is what the curation decided. flips: most samples to be named."""

    rule: Annotated[str, StringConstraints(max_length=2000)]
    against: Annotated[str, StringConstraints(max_length=2000)] = ""
    flips: Annotated[Whole, Field(ge=0, le=1000)] = 20


class WhatIfAttributes(Attributes):
    """What a rule would keep of the samples of a finished curation. moved: how many it decides otherwise.

    unknown_scores: names in the rule that no sample has a score of. tokens: of what is kept, tokens_total: of all,
    estimated at four characters each. topics: by kind, document_name, section_title and language. gained, lost: samples
    that only this rule keeps, and those that only `against` keeps (empty: the curation's decisions). flips: the first
    of them.
    """

    rule: str
    rule_version: str
    samples: int
    kept: int
    dropped: int
    reasons: list[Count]
    moved: int
    unknown_scores: list[str]
    tokens: int = 0
    tokens_total: int = 0
    topics: dict[str, list[TopicAttributes]] = {}
    against: str = ""
    gained: int = 0
    lost: int = 0
    flips: list[FlipAttributes] = []


@router.get("/{id}/what-if", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 409, 422))
async def ask(
    request: Request, reader: Reading, id: Id, rule: Annotated[str, Query(max_length=2000)]
) -> Item[WhatIfAttributes]:
    """What another rule would keep."""
    return await _answer(request, reader, id, rule, "", 0)


@router.post("/{id}/what-if", dependencies=requires("studio:read"), responses=documented(400, 401, 403, 404, 409, 422))
async def compare(request: Request, reader: Reading, id: Id, body: AskedRule) -> Item[WhatIfAttributes]:
    """What a rule would keep, its tokens and topics, and what it decides otherwise than another one. Writes nothing."""
    return await _answer(request, reader, id, body.rule, body.against, body.flips)


async def _answer(
    request: Request, reader: Reader, id: str, asked: str, against: str, most: int
) -> Item[WhatIfAttributes]:
    rule, other = checked(asked, "rule"), checked(against, "against") if against.strip() else None
    row, columns = await curated(request, reader, id)
    standing, gone = await decided(reader, row, columns)
    try:
        return item(id, "what-if", await asyncio.to_thread(answer, columns, rule, other, standing, gone, most))
    except OverflowError as error:
        raise invalid("rule", "has a number that is too large", "scores are small numbers") from error


def answer(
    columns: Columns, rule: Rule, other: Rule | None, standing: Standing, gone: set[str], most: int
) -> WhatIfAttributes:
    """The whole answer, from columns in memory."""
    import numpy as np

    found = what_if(columns, rule, standing, gone)
    before = masks(columns, other, standing, gone)[0] if other else bools(columns.table.column("kept"))
    kept, total = mix.tokens(columns, found.mask)
    return WhatIfAttributes(
        rule=rule.expression,
        rule_version=rule.version,
        samples=len(columns),
        kept=found.kept,
        dropped=found.dropped,
        reasons=found.reasons,
        moved=found.moved,
        unknown_scores=found.unknown_scores,
        tokens=kept,
        tokens_total=total,
        topics=mix.topics(columns, found.mask),
        against=other.expression if other else "",
        gained=int(np.count_nonzero(found.mask & ~before)),
        lost=int(np.count_nonzero(before & ~found.mask)),
        flips=mix.flips(columns, found.mask, before, rule, other, most),
    )


def checked(text: str, field: str) -> Rule:
    """The rule in `text`.

    Raises:
        Problem: 422; it cannot be read.
    """
    try:
        return parse(text)
    except (RuleError, ValueError, OverflowError) as error:
        raise invalid(field, str(error), EXAMPLE) from error


async def curated(request: Request, reader: Reader, id: str) -> tuple[Row, Columns]:
    """A finished curation and its result.

    Raises:
        Problem: 404, 409.
    """
    row = await reader.one("read.curation", curation_id=id)
    if row is None:
        raise missing("curation", id)
    if row["decided"] != "finished":
        raise Problem(409, "NOT_FINISHED", f"this curation is {row['state']}", remedy="wait until it is finished")
    return row, await backend.of(request).results.columns(row["result_blob"])


async def decided(reader: Reader, curation: Row, columns: Columns) -> tuple[Standing, set[str]]:
    """What people decided about its samples since, and which of its documents were withdrawn."""
    reviewed = await reader.rows(REVIEWED, [curation["batches"]])
    reviews = {one["sample_id"]: (one["review_decision"], one["review_author"]) for one in reviewed}
    documents = columns.table.column("document_id").combine_chunks().dictionary.to_pylist()
    gone = await reader.rows(WITHDRAWN, [documents])
    return reviews, {one["document_id"] for one in gone}
