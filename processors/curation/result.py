"""The result of a curation: every sample with its scores, the decision and the reason, as one Parquet file."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import pyarrow as pa
import pyarrow.parquet as pq
from studio.contract import to_dict
from studio.contract.records import SampleGenerated, Shortfall
from studio.rule import Rule

from processors.curation import pii
from processors.curation.tables import Document, Judgement

_TYPES = {"str": pa.string(), "int": pa.int64(), "float": pa.float64(), "bool": pa.bool_()}
SCHEMA = pa.schema(
    [pa.field(field.name, _TYPES[str(field.type)], nullable=False) for field in fields(SampleGenerated)]
    + [
        pa.field("passage", pa.string(), nullable=False),
        pa.field("document_name", pa.string(), nullable=False),
        pa.field("text_blob", pa.string(), nullable=False),
        pa.field("scores", pa.string(), nullable=False),
        pa.field("kept", pa.bool_(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("tokens", pa.int64(), nullable=False),
    ]
)
SCORE = "score."
"""Prefix of the columns that hold one score each, null where a sample has none; `scores` holds all of them as JSON."""
CHARACTERS_PER_TOKEN = 4


KEEPING = ("keep", "edit")
WORDS = {"keep": "kept", "edit": "edited", "drop": "dropped", "flag": "flagged"}


@dataclass(frozen=True, slots=True)
class Judged:
    """A sample with all that was measured and decided. reason: why it was dropped, or who kept it."""

    sample: SampleGenerated
    passage: str
    document: Document
    scores: Mapping[str, float]
    kept: bool
    reason: str


def judge(
    sample: SampleGenerated,
    passage: str,
    document: Document,
    scores: Mapping[str, float],
    rule: Rule,
    review: Judgement | None,
) -> Judged:
    """Apply the rule; a person's decision comes before it, a withdrawn document before everything."""
    known = {"quality": sample.quality, **scores}
    kept, reason = rule.judge(known)
    if review is not None:
        kept = review.decision in KEEPING
        reason = f"{WORDS[review.decision]} by {review.author}"
    if document.withdrawn:
        kept, reason = False, "document withdrawn"
    return Judged(sample, passage, document, known, kept, reason)


def without_personal_data(one: Judged, mode: str) -> Judged:
    """The sample as its curation wants personal data treated: counted only, replaced in every text that datasets take,
    or dropped. What a person decided stays."""
    if mode == "count" or not one.scores.get(pii.NAME, 0) and not pii.find(one.passage):
        return one
    if mode == "reject":
        return replace(one, kept=False, reason="personal data") if one.kept and "by" not in one.reason else one
    sample = replace(
        one.sample,
        question=pii.replaced(one.sample.question),
        answer=pii.replaced(one.sample.answer),
        quote=pii.replaced(one.sample.quote),
        rejected=pii.replaced(one.sample.rejected),
        reasoning=pii.replaced(one.sample.reasoning),
    )
    return replace(one, sample=sample, passage=pii.replaced(one.passage))


def reasons(judged: Sequence[Judged]) -> tuple[Shortfall, ...]:
    """Count the dropped samples by reason, most frequent first."""
    counted = Counter(one.reason for one in judged if not one.kept)
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Shortfall(reason=reason, count=count) for reason, count in ordered)


def write(judged: Sequence[Judged]) -> bytes:
    """Return the Parquet bytes; the same judgements give the same bytes."""
    table = pa.Table.from_pylist([_row(one) for one in judged], schema=SCHEMA)
    for name in sorted({name for one in judged for name in one.scores}):
        column = pa.array([one.scores.get(name) for one in judged], pa.float64())
        table = table.append_column(SCORE + name, column)
    target = io.BytesIO()
    pq.write_table(table, target, row_group_size=10_000, version="2.6", compression="zstd", compression_level=3)
    return target.getvalue()


def _row(one: Judged) -> dict[str, object]:
    return {
        **to_dict(one.sample),
        "passage": one.passage,
        "document_name": one.document.name,
        "text_blob": one.document.text_blob,
        "scores": json.dumps(dict(sorted(one.scores.items()))),
        "kept": one.kept,
        "reason": one.reason,
        "tokens": (len(one.passage) + len(one.sample.question) + len(one.sample.answer)) // CHARACTERS_PER_TOKEN + 1,
    }
