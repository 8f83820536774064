"""What the two sides of a comparison pay for; only the standard library, because a peer's Python imports it too.

Tokens are called w0, w1, ... by their numbers; the last token of a prompt is its question.
"""

from __future__ import annotations

from collections.abc import Sequence


def sevens(question: int, completion: Sequence[int]) -> float:
    """Share of tokens that seven divides: about one in seven for a model that knows nothing."""
    return sum(token % 7 == 0 for token in completion) / max(1, len(completion))


def parity(question: int, completion: Sequence[int]) -> float:
    """Share of tokens that are even where the question is even, and odd where it is odd: a half without reading it."""
    return sum(token % 2 == question % 2 for token in completion) / max(1, len(completion))


TASKS = {"sevens": sevens, "parity": parity}
