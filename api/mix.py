"""What a choice among the samples of a result comes to: tokens, topics, and where two choices differ. Pure."""

from __future__ import annotations

from typing import Any

from studio.rule import Rule

from api.decided import TOPICS, Columns
from api.envelope import Attributes

MOST_TOPICS = 50


class TopicAttributes(Attributes):
    """Samples of one topic: how many there are, how many of them are kept, and the share of all kept ones."""

    name: str
    samples: int
    kept: int
    share: float


class FlipAttributes(Attributes):
    """A sample that two rules decide differently. reason: the clause that drops it, of the rule that does."""

    sample_id: str
    kind: str
    question: str
    answer: str
    kept: bool
    reason: str


def tokens(columns: Columns, kept: Any) -> tuple[int, int]:
    """(tokens of the kept samples, of all)."""
    return int(columns.tokens[kept].sum()), int(columns.tokens.sum())


def topics(columns: Columns, kept: Any) -> dict[str, list[TopicAttributes]]:
    """By kind, document, section and language: the topics with the most samples first, at most 50 of each."""
    import numpy as np

    found, held = {}, max(1, int(np.count_nonzero(kept)))
    for name in TOPICS:
        if name not in columns.table.column_names:
            continue
        column = columns.table.column(name).combine_chunks()
        column = column.chunk(0) if hasattr(column, "chunk") else column
        codes, words = column.indices.to_numpy(zero_copy_only=False), column.dictionary.to_pylist()
        both = np.bincount(codes.astype(np.int64) * 2 + kept, minlength=2 * len(words)).reshape(-1, 2)
        whole, part = both.sum(axis=1), both[:, 1]
        first = np.argsort(-whole, kind="stable")[:MOST_TOPICS]
        found[name] = [
            TopicAttributes(
                name=words[n], samples=int(whole[n]), kept=int(part[n]), share=round(float(part[n]) / held, 6)
            )
            for n in first
        ]
    return found


def flips(columns: Columns, now: Any, before: Any, rule: Rule, other: Rule | None, most: int) -> list[FlipAttributes]:
    """The first samples that are kept by one choice only.

    now, before: kept or not, by row. rule: that `now` is by. other: that `before` is by; None: the result says why.
    """
    import numpy as np

    rows = [int(row) for row in np.flatnonzero(now != before)[:most]]
    if not rows:
        return []
    table = columns.table.take(rows)
    asked = {name: table.column(name).to_pylist() for name in ("question", "answer")}
    found = []
    for number, (row, one) in enumerate(zip(rows, columns.judgements(rows), strict=True)):
        kept = bool(now[row])
        reason = rule.judge(one.scores)[1] if not kept else other.judge(one.scores)[1] if other else one.reason
        found.append(
            FlipAttributes(
                sample_id=one.sample_id,
                kind=one.kind,
                question=asked["question"][number],
                answer=asked["answer"][number],
                kept=kept,
                reason=reason,
            )
        )
    return found
