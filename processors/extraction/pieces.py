"""Text between two marks of a source, in pieces, each with its place."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
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

    def folded(self, gaps: Sequence[tuple[int, int]]) -> Pieces:
        """Each gap, characters `start..end` of all texts together, becomes one piece that says a space; in order.

        A gap over several pieces takes the place of the first ones that touch each other.
        """
        texts, firsts, lasts = self.texts[:], self.firsts[:], self.lasts[:]
        ends = list(accumulate(map(len, texts)))
        for start, end in reversed(gaps):  # what stands before a gap keeps its number
            one, other = bisect_right(ends, start), bisect_left(ends, end)
            head = texts[one][: start - (ends[one - 1] if one else 0)]
            tail = texts[other][end - (ends[other - 1] if other else 0) :]
            whole_one = len(texts[one]) != lasts[one] - firsts[one]  # it stands for its place as a whole
            whole_other = len(texts[other]) != lasts[other] - firsts[other]
            begin = firsts[one] if whole_one else firsts[one] + len(head)
            stop = lasts[other] if whole_other else lasts[other] - len(tail)
            touching = one
            while touching < other and lasts[touching] == firsts[touching + 1]:
                touching += 1
            kept_texts, kept_firsts, kept_lasts = [" "], [begin], [stop if touching == other else lasts[touching]]
            if head:
                kept_texts.insert(0, head)
                kept_firsts.insert(0, firsts[one])
                kept_lasts.insert(0, lasts[one] if whole_one else begin)
            if tail:
                kept_texts.append(tail)
                kept_firsts.append(firsts[other] if whole_other else stop)
                kept_lasts.append(lasts[other])
            texts[one : other + 1], firsts[one : other + 1] = kept_texts, kept_firsts
            lasts[one : other + 1] = kept_lasts
        return Pieces(texts, firsts, lasts)
