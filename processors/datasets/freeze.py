"""From a curation's result to the two sides of a dataset: pure, so that a repeat builds the same."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import pyarrow.parquet as pq
from studio.contract.records import Shortfall
from studio.rule import parse

from processors.datasets import reward, split
from processors.datasets.rows import Row, merkle_root, sealed

COLUMNS = (
    "sample_id", "passage", "question", "answer", "document_id", "document_name", "section_id", "chunk_id", "kind",
    "answer_start", "answer_end", "passage_start", "passage_end", "quote", "text_blob", "scores",
)  # fmt: skip


class Unfreezable(Exception):
    """There is no dataset in this; the fields are those of DatasetRefused."""

    def __init__(self, code: str, reason: str, field: str, remedy: str) -> None:
        super().__init__(reason)
        self.code, self.reason, self.field, self.remedy = code, reason, field, remedy


@dataclass(frozen=True, slots=True)
class Built:
    """A dataset in memory. texts: blob keys of the canonical texts of all documents involved, in a fixed order."""

    train: tuple[Row, ...]
    heldout: tuple[Row, ...]
    merkle_root: str
    reward: str
    texts: tuple[str, ...]
    dropped: tuple[Shortfall, ...]


def read(data: bytes) -> list[dict[str, object]]:
    """Return the samples in a curation's result, kept and dropped."""
    found: list[dict[str, object]] = pq.read_table(io.BytesIO(data), columns=list(COLUMNS)).to_pylist()
    return found


def build(
    samples: Sequence[Mapping[str, object]],
    rule: str,
    reviews: Mapping[str, tuple[str, str]],
    withdrawn: Set[str],
    heldout_fraction: float,
    reward_text: str,
    seed: int,
) -> Built:
    """Judge, check the rewards, split, seal.

    reviews: sample id -> (decision, author), before the rule. withdrawn: document ids, before both; their text is left
    out of the corpus too.

    Raises:
        Unfreezable: DATASET_EMPTY, with the rule and how many samples each reason took; DATASET_UNSPLIT.
    """
    asked, level = parse(rule), reward.read(reward_text)
    dropped: Counter[str] = Counter()
    rows: list[Row] = []
    for sample in samples:
        scores: dict[str, float] = json.loads(str(sample["scores"]))
        kept, reason = asked.judge(scores)
        if (review := reviews.get(str(sample["sample_id"]))) is not None:
            kept, reason = review[0] == "keep", f"dropped by {review[1]}"
        if sample["document_id"] in withdrawn:
            kept, reason = False, "document withdrawn"
        if kept and (fault := reward.faults(level, str(sample["answer"]), str(sample["passage"]))):
            kept, reason = False, fault
        if kept:
            rows.append(_row(sample, level))
        else:
            dropped[reason] += 1
    sides = split.divide(rows, heldout_fraction, seed)
    dropped.update(sides.dropped)
    told = counts(dropped)
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
        if s["document_id"] not in withdrawn
    }
    return Built(
        train,
        heldout,
        merkle_root(train, heldout),
        reward.canonical(level),
        tuple(dict.fromkeys(blob for _, blob in sorted(texts.items()))),
        told,
    )


def sections(rows: Sequence[Row]) -> int:
    """Return how many sections the rows are from."""
    return len({(row.document_id, row.section_id) for row in rows})


def counts(dropped: Counter[str]) -> tuple[Shortfall, ...]:
    """Return how many rows each reason took, the most first."""
    ordered = sorted(dropped.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Shortfall(reason=reason, count=count) for reason, count in ordered)


def _row(sample: Mapping[str, object], level: reward.Level) -> Row:
    values = {name: sample[name] for name in COLUMNS if name not in ("passage", "text_blob", "scores")}
    return Row(
        prompt_passage=str(sample["passage"]),
        reward=reward.row_reward(level, str(sample["answer"])),
        **values,  # type: ignore[arg-type]
    )
