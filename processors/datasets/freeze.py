"""From a curation's result to the two sides of a dataset: pure, so that a repeat builds the same."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import pyarrow.parquet as pq
from studio.contract.records import Shortfall
from studio.rule import Rule, parse

from processors.datasets import coverage, reward, split
from processors.datasets.rows import Row, merkle_root, sealed
from processors.datasets.sample import COLUMNS, LATER, Review, Sample, choices, documents, row
from processors.datasets.soundness import fault, paid_by, wrong_answers

OTHERS = 64
"""Answers of other rows among which one is looked for that must not earn 1 for a row."""


class Unfreezable(Exception):
    """There is no dataset in this; the fields are those of DatasetRefused."""

    def __init__(self, code: str, reason: str, field: str, remedy: str) -> None:
        super().__init__(reason)
        self.code, self.reason, self.field, self.remedy = code, reason, field, remedy


@dataclass(frozen=True, slots=True)
class Built:
    """A dataset in memory.

    texts: blob keys of the canonical texts of all documents involved, in a fixed order. coverage: see coverage.py.
    """

    train: tuple[Row, ...]
    heldout: tuple[Row, ...]
    merkle_root: str
    reward: str
    texts: tuple[str, ...]
    dropped: tuple[Shortfall, ...]
    coverage: bytes

    @property
    def edited(self) -> int:
        """How many rows have words of a reviewer."""
        return sum(bool(one.edited) for side in (self.train, self.heldout) for one in side)


def read(data: bytes) -> list[dict[str, object]]:
    """Return the samples in a curation's result, kept and dropped."""
    file = pq.ParquetFile(io.BytesIO(data))
    there = [name for name in LATER if name in file.schema_arrow.names]
    found: list[dict[str, object]] = file.read(columns=[*COLUMNS, *there]).to_pylist()
    return found


def build(
    samples: Sequence[Sample],
    rule: str,
    reviews: Mapping[str, Review],
    gone: Mapping[str, str],
    heldout_fraction: float,
    reward_text: str,
    seed: int,
    prompt_limit: int = 0,
) -> Built:
    """Judge, check the rewards, split, seal.

    reviews: by sample id, before the rule. gone: document id -> why nothing of it may be used, before both; its text is
    left out of the corpus too.

    Raises:
        Unfreezable: DATASET_EMPTY, with the rule and how many samples each reason took; DATASET_UNSPLIT.
    """
    asked, level = parse(rule), reward.read(reward_text)
    others = sorted({str(sample["answer"]) for sample in samples})
    left: dict[str, str] = {}  # sample id -> why it is no row
    rows: list[Row] = []
    for sample in samples:
        review = reviews.get(str(sample["sample_id"]))
        kept, reason = _judged(sample, asked, review, gone)
        made = row(sample, review)
        if kept:
            own = paid_by(level, made.answer, made.prompt_passage, made.quote, choices(sample))
            wrong = wrong_answers(made.answer, choices(sample), made.rejected, islice(others, OTHERS))
            reason = fault(own, made.answer, made.prompt_passage, made.question, wrong, prompt_limit)
            made = replace(made, reward=reward.row_reward(own, made.answer))
        if kept and not reason:
            rows.append(made)
        else:
            left[made.sample_id] = reason
    sides = split.divide(rows, heldout_fraction, seed)
    left.update(sides.leaked)
    told = counts(Counter(left.values()))
    if not sides.train:
        why = "; ".join(f"{one.count} x {one.reason}" for one in told) or "the curation holds no samples"
        raise Unfreezable(
            "DATASET_EMPTY",
            f"no row is left of {len(samples)} samples under the rule `{rule or 'keep everything'}`: {why}",
            "rule",
            "loosen the clause that drops most, keep samples by review, or generate more",
        )
    if heldout_fraction > 0 and not sides.heldout:
        raise Unfreezable(
            "DATASET_UNSPLIT",
            f"all {len(rows)} rows are of one section, so nothing can be held out",
            "heldout_fraction",
            "add documents or documents with headings, or ask for a held-out fraction of 0",
        )
    train, heldout = sealed(sides.train, "train"), sealed(sides.heldout, "heldout")
    texts = {
        (str(s["document_name"]), str(s["document_id"])): str(s["text_blob"])
        for s in samples
        if s["document_id"] not in gone
    }
    return Built(
        train,
        heldout,
        merkle_root(train, heldout),
        reward.canonical(level),
        tuple(dict.fromkeys(blob for _, blob in sorted(texts.items()))),
        told,
        coverage.written(samples, {one.sample_id for one in train}, {one.sample_id for one in heldout}, left),
    )


def sections(rows: Sequence[Row]) -> int:
    """Return how many sections the rows are from."""
    return len({(row.document_id, row.section_id) for row in rows})


def counts(dropped: Counter[str]) -> tuple[Shortfall, ...]:
    """Return how many rows each reason took, the most first."""
    ordered = sorted(dropped.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Shortfall(reason=reason, count=count) for reason, count in ordered)


def _judged(sample: Sample, asked: Rule, review: Review | None, gone: Mapping[str, str]) -> tuple[bool, str]:
    """Whether it is kept, and why not. A flag is a question: what is flagged is no row until somebody decides."""
    for document in sorted(documents(sample)):
        if document in gone:
            return False, gone[document]
    if review is None:
        kept, reason = asked.judge(json.loads(str(sample["scores"])))
        return kept, "" if kept else reason
    if review.decision in ("keep", "edit"):
        return True, ""
    return False, f"{'flagged' if review.decision == 'flag' else 'dropped'} by {review.author}"
