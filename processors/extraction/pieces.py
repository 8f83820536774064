"""Text between two marks of a source, in pieces, each with its place."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate


@dataclass(slots=True)
class Pieces:
    """`texts[i]` stands at the source's `firsts[i]..lasts[i]` as it is, or for all of it where the lengths differ."""

    texts: list[str]
    firsts: list[int]
    lasts: list[int]

    def between(self, start: int, end: int) -> Pieces:
        """The characters `start..end` of all texts together."""
        ends = list(accumulate(map(len, self.texts)))
        first, last = bisect_right(ends, start), bisect_left(ends, end)
        texts, firsts, lasts = self.texts[first : last + 1], self.firsts[first : last + 1], self.lasts[first : last + 1]
        if over := ends[last] - end:
            lasts[-1] -= over if len(texts[-1]) == lasts[-1] - firsts[-1] else 0
            texts[-1] = texts[-1][:-over]
        if over := start - (ends[first - 1] if first else 0):
            firsts[0] += over if len(self.texts[first]) == self.lasts[first] - self.firsts[first] else 0
            texts[0] = texts[0][over:]
        return Pieces(texts, firsts, lasts)
