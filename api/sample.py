"""What is shown of a sample: the rows of its view with the newest value of every score."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from api.decided import Judgement
from api.envelope import Attributes
from api.origin import Origin
from api.reading import Reader, Row

REVIEW = ("decision", "author", "reason", "question", "answer")


class ScoreAttributes(Attributes):
    """One score, as measured by this version of its scorer."""

    value: float
    version: str = ""
    detail: Any = None


class ReviewAttributes(Attributes):
    """What a person decided: keep, drop, edit (with the new texts) or flag."""

    decision: str
    author: str
    reason: str = ""
    question: str | None = None
    answer: str | None = None
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
    language: str = ""
    persona: str = ""
    recipe: str = ""
    messages: list[dict[str, Any]] | None = None
    reasoning: str = ""
    rejected: str = ""
    choices: list[str] | None = None
    spans: list[dict[str, Any]] | None = None
    repaired: bool = False
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


async def attributes_of(
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
            values["review"] = {name: row[f"review_{name}"] for name in REVIEW}
            values["review"]["reviewed_at"] = row["reviewed_at"]
        if id in decided:
            curation_id, one_decided = decided[id]
            values |= {"curation_id": curation_id, "kept": one_decided.kept, "reason": one_decided.reason}
        shown.append((id, SampleAttributes.model_validate(values)))
    return shown
