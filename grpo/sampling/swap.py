"""Swapping tokens for random ones of the same sort, so that an answer can only be read and never be remembered."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence

from transformers import PreTrainedTokenizerBase

# Shapes of byte-level tokens; "\u0120" stands for the space before a word. Everything else stays what it is.
SORTS = (re.compile("\u0120[^\\W\\d_]+"), re.compile("[^\\W\\d_]+"), re.compile("\u0120[0-9]+"), re.compile("[0-9]+"))


class Swaps:
    """Tokens of a vocabulary by sort: word begun, word continued, number begun, number continued."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, fixed: Iterable[int] = ()) -> None:
        kept = frozenset(fixed)
        self.sorts: list[list[int]] = [[] for _ in SORTS]
        self.sort_of: dict[int, int] = {}
        for token, identity in sorted(tokenizer.get_vocab().items(), key=lambda item: item[1]):
            if identity in kept or not token.isascii() and not token.startswith("\u0120"):
                continue
            for sort, shape in enumerate(SORTS):
                if shape.fullmatch(token):
                    self.sorts[sort].append(identity)
                    self.sort_of[identity] = sort
                    break

    @property
    def possible(self) -> bool:
        """Whether the vocabulary is byte-level; in others beginnings of words look different and are not swapped."""
        return bool(self.sorts[0])

    def table(self, rng: random.Random, tokens: Sequence[int], share: float) -> dict[int, int]:
        """A one-to-one table for about ``share`` of the distinct swappable tokens of a passage."""
        present = list(dict.fromkeys(token for token in tokens if token in self.sort_of))
        chosen = [token for token in present if rng.random() < share]
        taken = set(present)
        table: dict[int, int] = {}
        for token in chosen:
            choices = self.sorts[self.sort_of[token]]
            for _ in range(8):
                other = rng.choice(choices)
                if other not in taken:
                    taken.add(other)
                    table[token] = other
                    break
        return table


def swapped(tokens: Iterable[int], table: dict[int, int]) -> list[int]:
    return [table.get(token, token) for token in tokens]
