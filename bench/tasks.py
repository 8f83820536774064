"""What the two sides of a comparison pay for; only the standard library, because a peer's Python imports it too."""

from __future__ import annotations

from collections.abc import Sequence


def sevens(completion: Sequence[int]) -> float:
    """Share of token ids that seven divides: about one in seven for a model that knows nothing."""
    return sum(token % 7 == 0 for token in completion) / max(1, len(completion))
