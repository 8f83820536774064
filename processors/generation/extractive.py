"""The extractive generator: needs no model, every answer is a span of its passage."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from processors.generation.definitions import definitions
from processors.generation.hearst import classes
from processors.generation.is_a import statements
from processors.generation.multiple_choice import choices
from processors.generation.normative import rules
from processors.generation.numbers import numbers
from processors.generation.passage import Candidate, Passage
from processors.generation.quality import scored, unfit
from processors.generation.ranking import Ranked, ranked
from processors.generation.rare_terms import rare_terms
from processors.generation.round_trip import ROUND_TRIP, Index, leads_back
from processors.generation.table_cell import cells
from processors.generation.true_false import truths

GENERATOR = "extractive"
VERSION = "2"
LETTERS = re.compile(r"[^\W\d_]+(?:[-'\u2019][^\W\d_]+)*")


class Text(Protocol):
    """What the kinds look up beside their passage."""

    @property
    def counts(self) -> Counter[str]: ...
    @property
    def index(self) -> Index: ...
    def of_section(self, document: str, section: str) -> list[Passage]: ...


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


MAKERS: Mapping[str, Callable[[Passage, Text], Iterator[Candidate]]] = {
    "definition": lambda passage, text: definitions(passage),
    "is_a": lambda passage, text: statements(passage),
    "normative": lambda passage, text: rules(passage),
    "number": lambda passage, text: numbers(passage),
    "cloze": lambda passage, text: rare_terms(passage, text.counts),
    "hearst": lambda passage, text: classes(passage),
    "table_cell": lambda passage, text: cells(passage),
    "true_false": lambda passage, text: truths(passage, _facts_of(passage, text)),
    "multiple_choice": lambda passage, text: choices(passage, _facts_of(passage, text)),
}


def chosen(
    passages: Sequence[Passage], counts: Mapping[str, int], threshold: float, seed: int, *, kind: str, text: Text
) -> Ranked:
    """Every usable candidate of one kind whose question leads back to its own passage, best first. Pure."""
    aside: Counter[str] = Counter()
    usable: list[Candidate] = []
    for passage in passages:
        for candidate in MAKERS[kind](passage, text):
            reason = None if candidate.told else unfit(candidate)
            if reason is None and not leads_back(candidate, text.index):
                reason = ROUND_TRIP
            if reason:
                aside[reason] += 1
            else:
                usable.append(scored(candidate, counts))
    return ranked(usable, threshold, seed, aside)


def _facts_of(passage: Passage, text: Text) -> list[Candidate]:
    """The plain questions of the whole section, whose answers are distractors for each other."""
    return [
        candidate
        for other in text.of_section(passage.document_id, passage.section_id)
        for maker in (definitions, statements, numbers)
        for candidate in maker(other)
        if unfit(candidate) is None
    ]
