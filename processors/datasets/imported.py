"""Rows that were brought along, as the two sides of a dataset: pure, so that a repeat builds the same.

Rows of one context, or without any, of one question, are one section, so they stand on one side. Whether a train row
gives a held-out one away is asked of context and question alone: a system prompt is in all of them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from studio.contract.records import Shortfall

from processors.datasets import reward, split
from processors.datasets.foreign import Asked
from processors.datasets.freeze import OTHERS, Unfreezable, counts
from processors.datasets.rows import Row, merkle_root, sealed
from processors.datasets.soundness import fault, wrong_answers

DEFAULT_REWARD = '{"objectives":[{"name":"token_f1","weight":1.0}]}'


@dataclass(frozen=True, slots=True)
class Built:
    """A dataset in memory. corpus: what is asked in it, each text once."""

    train: tuple[Row, ...]
    heldout: tuple[Row, ...]
    merkle_root: str
    reward: str
    corpus: str
    dropped: tuple[Shortfall, ...]
    coverage: bytes = b""
    edited: int = 0


def build(
    asked: Sequence[Asked],
    file_sha256: str,
    file_name: str,
    heldout_fraction: float,
    reward_text: str,
    seed: int,
    prompt_limit: int = 0,
) -> Built:
    """Check the rewards, split, seal.

    Raises:
        Unfreezable: DATASET_EMPTY with what each reason took; DATASET_UNSPLIT.
    """
    level = reward.read(reward_text or DEFAULT_REWARD)
    dropped: Counter[str] = Counter()
    others = sorted({one.answer for one in asked})
    rows: list[Row] = []
    leads: dict[str, str] = {}
    for one in asked:
        row = _row(one, file_sha256, file_name, level)
        wrong = wrong_answers(one.answer, (), "", islice(others, OTHERS))
        if reason := fault(level, one.answer, one.context, f"{one.lead}{one.question}", wrong, prompt_limit):
            dropped[reason] += 1
        elif row.sample_id in leads:
            dropped["the same question and answer stood there before"] += 1
        else:
            leads[row.sample_id] = one.lead
            rows.append(row)
    sides = split.divide(rows, heldout_fraction, seed)
    dropped.update(sides.leaked.values())
    told = counts(dropped)
    if not sides.train:
        why = "; ".join(f"{one.count} x {one.reason}" for one in told) or "the file holds none"
        raise Unfreezable(
            "DATASET_EMPTY", f"no row is left of {len(asked)}: {why}", "reward", "use a reward that fits these answers"
        )
    if heldout_fraction > 0 and not sides.heldout:
        raise Unfreezable(
            "DATASET_UNSPLIT",
            f"all {len(rows)} rows are of one context, so nothing can be held out",
            "heldout_fraction",
            "bring rows of several contexts, or ask for a held-out fraction of 0",
        )
    train, heldout = (
        sealed([_led(row, leads[row.sample_id]) for row in side], name)
        for side, name in ((sides.train, "train"), (sides.heldout, "heldout"))
    )
    texts = dict.fromkeys(text for one in asked for text in (one.lead, one.context, one.question) if text)
    corpus = "\n\n".join(texts)
    return Built(train, heldout, merkle_root(train, heldout), reward.canonical(level), corpus, told)


def _led(row: Row, lead: str) -> Row:
    return replace(row, prompt_passage="\n\n".join(text for text in (lead, row.prompt_passage) if text))


def _row(one: Asked, file_sha256: str, file_name: str, level: reward.Level) -> Row:
    section = _hash(one.context or one.question)
    return Row(
        sample_id=_hash(file_sha256, one.lead, one.context, one.question, one.answer),
        prompt_passage=one.context,
        question=one.question,
        answer=one.answer,
        document_id=file_sha256,
        document_name=file_name,
        section_id=section,
        chunk_id=f"row-{one.number}",
        kind="imported",
        answer_start=0,
        answer_end=0,
        passage_start=0,
        passage_end=0,
        quote="",
        reward=reward.row_reward(level, one.answer),
    )


def _hash(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:32]
