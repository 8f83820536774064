"""Completions as text: where a stop text ends one, and what is left of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Stops:
    """Stop texts, found in the decoded end of a completion: a text may begin in the middle of a token."""

    decode: Callable[[list[int]], str]
    every: tuple[str, ...]

    def reached(self, rows: Tensor, own: Sequence[tuple[str, ...]] | None) -> Tensor:
        """``[A]`` bool: whether the last token of a row ``[A, n]`` completed one of ``every``, or of its ``own``."""
        found = []
        for number, row in enumerate(rows.tolist()):
            texts = self.every if own is None else own[number]
            window = max((len(text.encode()) for text in texts), default=0) + 1  # a token is at least one byte
            found.append(bool(texts) and any(text in self.decode(row[-window:]) for text in texts))
        return torch.tensor(found, dtype=torch.bool)


def cut(text: str, stop: Sequence[str]) -> str:
    """``text`` up to the first of the stop texts in it."""
    return text[: min((place for one in stop if (place := text.find(one)) >= 0), default=len(text))]


def texts(tokens: Sequence[Sequence[int]], ends: Collection[int], decode: object) -> list[str]:
    """Completions as text, end token and surrounding space removed; ``decode`` is a tokenizer."""
    plain = [[token for token in row if token not in ends] for row in tokens]
    return [text.strip() for text in decode.batch_decode(plain, skip_special_tokens=True)]  # type: ignore[attr-defined]
