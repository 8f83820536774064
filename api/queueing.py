"""Which samples a reviewer sees first, and why. Pure; on the columns of a result."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Collection
from typing import Any

from studio.rule import Rule

from api.decided import Columns

JUDGE = "judge"  # scores of judges are named judge or judge_...
Ordered = list[tuple[int, float]]
"""(row, value) in the order of the queue."""


def random(columns: Columns, seed: str) -> Ordered:
    """All rows, shuffled; the same seed gives everybody the same order, so that reviewers meet on the same samples."""
    import numpy as np

    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8])
    return [(int(row), 0.0) for row in np.random.default_rng(number).permutation(len(columns))]


def near_threshold(columns: Columns, rule: Rule) -> Ordered:
    """Rows by their distance to the nearest threshold of the rule, in spreads of that score; the nearest first.

    A threshold is a comparison by < <= > >= of a score with a number. Rows without any such score are left out.
    """
    import numpy as np

    nearest = np.full(len(columns), np.inf)
    for name, threshold in thresholds(rule):
        if name not in columns.scores:
            continue
        score = columns.scores[name].to_numpy(zero_copy_only=False)
        spread = _spread(score)
        if spread > 0:
            nearest = np.fmin(nearest, np.abs(score - threshold) / spread)
    order = np.argsort(nearest, kind="stable")
    return [(int(row), round(float(nearest[row]), 6)) for row in order if np.isfinite(nearest[row])]


def disagree(columns: Columns, differing: Collection[str]) -> Ordered:
    """Rows that judges score differently, the most different first, after those that reviewers decided differently.

    differing: sample ids. Scores of judges are compared in parts of each judge's own spread; reviewers count as 2.
    """
    import numpy as np

    judges = [name for name in columns.scores if name == JUDGE or name.startswith(f"{JUDGE}_")]
    value = np.zeros(len(columns))
    if len(judges) > 1:
        scaled = []
        for name in judges:
            score = columns.scores[name].to_numpy(zero_copy_only=False)
            scaled.append((score - _least(score)) / (_spread(score) or 1.0))
        table = np.vstack(scaled)
        several = np.count_nonzero(~np.isnan(table), axis=0) > 1
        value[several] = np.nanmax(table[:, several], axis=0) - np.nanmin(table[:, several], axis=0)
    rows = columns.rows_of(list(differing)) if differing else np.array([], dtype=np.int64)
    value[rows[rows >= 0]] = 2.0
    order = np.argsort(-value, kind="stable")
    return [(int(row), round(float(value[row]), 6)) for row in order if value[row] > 0]


def thresholds(rule: Rule) -> list[tuple[str, float]]:
    """(score, number) of every comparison of a score with a number by order, anywhere in the rule."""
    tree, found = rule.tree(), []
    for node in ast.walk(tree) if tree is not None else ():
        if not isinstance(node, ast.Compare):
            continue
        sides = [node.left, *node.comparators]
        for op, left, right in zip(node.ops, sides[:-1], sides[1:], strict=True):
            name, number = (left, right) if isinstance(left, ast.Name) else (right, left)
            if isinstance(op, ast.Eq | ast.NotEq) or not isinstance(name, ast.Name) or isinstance(number, ast.Name):
                continue
            found.append((name.id, float(ast.literal_eval(number))))
    return found


def _spread(score: Any) -> float:
    import numpy as np

    known = score[~np.isnan(score)]
    return float(known.max() - known.min()) if len(known) else 0.0


def _least(score: Any) -> float:
    import numpy as np

    known = score[~np.isnan(score)]
    return float(known.min()) if len(known) else 0.0
