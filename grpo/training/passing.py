"""pass@k: the chance that at least one of k sampled answers is right, estimated from n >= k of them.

    pass@k = 1 - C(n - c, k) / C(n, k) = 1 - prod_{i = n - c + 1}^{n} (1 - k / i)        c: right ones among the n

Unbiased, unlike 1 - (1 - c / n)^k: Chen et al., 2021, arXiv:2107.03374, section 2.1.
"""

from __future__ import annotations

from collections.abc import Sequence


def pass_at(n: int, correct: int, k: int) -> float:
    """Estimate from ``n`` answers of which ``correct`` are right; ``1 <= k <= n``."""
    if n - correct < k:
        return 1.0
    missed = 1.0
    for i in range(n - correct + 1, n + 1):
        missed *= 1.0 - k / i
    return 1.0 - missed


def looked_at(n: int) -> Sequence[int]:
    """The k that are reported for ``n`` answers: powers of two up to it."""
    return [2**power for power in range(n.bit_length()) if 2**power <= n]
