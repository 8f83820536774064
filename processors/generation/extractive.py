"""The extractive generator: needs no model, every answer is a span of its passage."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from processors.generation.definitions import definitions
from processors.generation.is_a import statements
from processors.generation.normative import rules
from processors.generation.numbers import numbers
from processors.generation.passage import Candidate, Passage
from processors.generation.quality import scored, unfit
from processors.generation.ranking import Ranked, ranked
from processors.generation.rare_terms import rare_terms

GENERATOR = "extractive"
VERSION = "1"
LETTERS = re.compile(r"[^\W\d_]+(?:[-'\u2019][^\W\d_]+)*")


def word_counts(text: str) -> Counter[str]:
    """How often each word, in lower case, stands in a document."""
    return Counter(match[0].lower() for match in LETTERS.finditer(text))


def candidates(passage: Passage, counts: Mapping[str, int]) -> Iterator[Candidate]:
    """All that the kinds of questions propose for one passage, unfit ones included."""
    yield from definitions(passage)
    yield from statements(passage)
    yield from rules(passage)
    yield from numbers(passage)
    yield from rare_terms(passage, counts)


def generate(passages: Sequence[Passage], counts: Mapping[str, int], threshold: float, seed: int) -> Ranked:
    """Every usable candidate of the passages, best first. Pure: the same input and seed give the same order."""
    aside: Counter[str] = Counter()
    usable: list[Candidate] = []
    for passage in passages:
        for candidate in candidates(passage, counts):
            reason = unfit(candidate)
            if reason:
                aside[reason] += 1
            else:
                usable.append(scored(candidate, counts))
    return ranked(usable, threshold, seed, aside)
