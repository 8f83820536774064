"""Passages of 35 to 70 words: spans of a text that end with sentences where they can."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

SHORTEST, LONGEST, WISHED = 35, 70, 52
"""Words of a passage; only a text with fewer words has a shorter one."""
WINDOW = 3000
"""Words of a text that are cut together; a longer one is cut piece by piece, so that time and memory stay in bounds."""
WORD = re.compile(r"\S+")
END = re.compile(r"[.!?][\"'\u201d\u2019)\]]*(?!\S)")
CLAUSE = re.compile(r"[,;:][\"'\u201d\u2019)\]]*(?!\S)")
LINE = re.compile(r"\n+(?=\S)")
ABBREVIATION = re.compile(r"^(?:[A-Z]|Dr|Mr|Mrs|Ms|St|No|Nr|Fig|vs|e\.g|i\.e|etc|cf|approx|ca)\.$")
SENTENCE_COST, LINE_COST, CLAUSE_COST, WORD_COST = 0.5, 5.0, 20.0, 60.0
Words = Sequence[tuple[int, int]]


def passages(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut `text[start:end]` into passages of SHORTEST to LONGEST words, at sentence ends where possible.

    Shortest path over the possible cuts (dynamic programming): a cut inside a sentence costs far more than an
    uneven length, so it appears only where sentences leave no other way. First only the cheap cuts are tried: what
    they cost together tells whether a dearer one could do better.
    """
    if len(text[start:end].split()) < 2 * SHORTEST:
        words = text[start:end].strip()
        first = start + text[start:end].find(words[:1]) if words else start
        return [(first, first + len(words))] if words else []
    words_ = [match.span() for match in WORD.finditer(text, start, end)]
    found: list[tuple[int, int]] = []
    for first in range(0, len(words_), WINDOW):
        if len(words_) - first < 2 * WINDOW:
            return found + _window(text, words_[first:])
        found += _window(text, words_[first : first + WINDOW])
    return found


def _window(text: str, words: Words) -> list[tuple[int, int]]:
    costs = _costs(text, words)
    count = len(words)
    for dearest in (SENTENCE_COST, CLAUSE_COST, WORD_COST):
        places = [index for index in range(1, count) if costs[index] <= dearest]
        cuts, cost = _cheapest([0, *places, count], costs)
        # A cut that was left out costs more than `dearest` on its own.
        if cuts and cost <= _next(dearest):
            break
    return [(words[first][0], words[last - 1][1]) for first, last in zip([0, *cuts], cuts, strict=False)]


def _next(dearest: float) -> float:
    return {SENTENCE_COST: LINE_COST, CLAUSE_COST: WORD_COST}.get(dearest, float("inf"))


def _cheapest(places: Sequence[int], costs: Sequence[float]) -> tuple[list[int], float]:
    """The cuts with the smallest cost, the last place included, and that cost; none where no way leads to the end."""
    infinite = float("inf")
    best, came = [infinite] * len(places), [0] * len(places)
    best[0] = 0.0
    first = 0
    for index in range(1, len(places)):
        place = places[index]
        while place - places[first] > LONGEST:
            first += 1
        for before in range(first, index):
            length = place - places[before]
            if length < SHORTEST:
                break
            cost = best[before] + costs[place] + ((length - WISHED) / 12) ** 2
            if cost < best[index]:
                best[index], came[index] = cost, before
    if best[-1] == infinite:
        return [], infinite
    cuts: list[int] = []
    at = len(places) - 1
    while at > 0:
        cuts.append(places[at])
        at = came[at]
    return cuts[::-1], best[-1]


def _costs(text: str, words: Words) -> list[float]:
    """What it costs to cut before each word, and 0 at the edges."""
    ends = [end for _, end in words]
    costs = [WORD_COST] * (len(words) + 1)
    first, last = words[0][0], words[-1][1]
    for match in CLAUSE.finditer(text, first, last):
        costs[bisect_left(ends, match.end()) + 1] = CLAUSE_COST
    for match in END.finditer(text, first, last):
        index = bisect_left(ends, match.end())
        if not ABBREVIATION.match(text[slice(*words[index])]):
            costs[index + 1] = SENTENCE_COST
    for match in LINE.finditer(text, first, last):
        index = bisect_left(ends, match.end())
        costs[index] = 0.0 if "\n\n" in match[0] else min(costs[index], LINE_COST)
    costs[0] = costs[-1] = 0.0
    return costs
