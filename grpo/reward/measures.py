"""Measures: what a completion can be paid for, each a pure function to [0, 1], found by name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Protocol

from grpo.errors import RewardInvalid
from grpo.reward.faults import Fault, Outcome, outcome
from grpo.samples import Sample

WORD = re.compile(r"[^\W_]+")
NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)*")
CHOICE = re.compile(r"(?:^|\banswer(?:\s+is)?\s*:?\s*)\(?([a-h])(?:[).:,]|\s*$)", re.IGNORECASE)


@dataclass(frozen=True)
class Completion:
    """What a measure may look at.

    Attributes:
        ended: the model stopped by itself, inside the token limit.
        source: the span of the document that the answer was taken from; empty where it is not known.
    """

    text: str
    ended: bool
    answer: str
    passage: str
    question: str = ""
    source: str = ""


def completed(sample: Sample, text: str, ended: bool) -> Completion:
    """The completion ``text`` of a prompt about ``sample``."""
    return Completion(text, ended, sample.answer, sample.passage, sample.question, sample.source)


class Measure(Protocol):
    """Measures many completions at once; an outcome each, in their order."""

    def grade(self, completions: Sequence[Completion]) -> Sequence[Outcome]: ...


Function = Callable[[Completion], float]
BUILT_IN: dict[str, Function] = {}
CUSTOM: dict[str, Function] = {}
VERIFIED = ("exact", "number", "choice", "token_f1")  # those that compare with the answer


@dataclass(frozen=True)
class Each:
    """A function of one completion as a measure of many."""

    function: Function

    def grade(self, completions: Sequence[Completion]) -> Sequence[Outcome]:
        return [self.one(completion) for completion in completions]

    def one(self, completion: Completion) -> Outcome:
        try:
            return outcome(self.function(completion))
        except Exception as problem:  # of code that is not ours: say so, with its own words
            return Fault("exception", f"{type(problem).__name__}: {problem}")


def built_in(function: Function) -> Function:
    BUILT_IN[function.__name__] = function
    return function


def register(name: str) -> Callable[[Function], Function]:
    """Make a function known as ``custom:<name>`` in this process. Later registrations of a name replace earlier ones.

    The function must be pure; a value that is not a number in [0, 1] is a fault (see ``grpo.reward.faults``).
    """

    def decorate(function: Function) -> Function:
        CUSTOM[name] = function
        return function

    return decorate


def find(name: str, field: str) -> Function:
    """The function called ``name``.

    Raises:
        RewardInvalid: there is none.
    """
    known = CUSTOM.get(name.removeprefix("custom:")) if name.startswith("custom:") else BUILT_IN.get(name)
    if known is None:
        names = ", ".join([*BUILT_IN, "length", *(f"custom:{name}" for name in CUSTOM)])
        more = "judge:NAME for a registered judge, cel:NAME with an expression, python:NAME with code"
        raise RewardInvalid(field, f"no measure is called {name!r}", f"use one of {names}; {more}")
    if name in BUILT_IN:
        return known
    # Looked up when it is used: a later registration replaces an earlier one.
    return lambda completion: CUSTOM[name.removeprefix("custom:")](completion)


def words(text: str) -> list[str]:
    return WORD.findall(text.casefold())


@built_in
def exact(completion: Completion) -> float:
    """1 when the words are those of the answer, in order; case and punctuation aside."""
    gold = words(completion.answer)
    return float(bool(gold) and words(completion.text) == gold)


@built_in
def number(completion: Completion) -> float:
    """1 when the numbers of the completion are those of the answer, in order, and there is one."""
    gold = NUMBER.findall(completion.answer)
    return float(bool(gold) and NUMBER.findall(completion.text) == gold)


@built_in
def choice(completion: Completion) -> float:
    """1 when the completion chooses the letter (a to h) of the answer, and no other: ``b``, ``(B)``, ``answer: b.``"""
    gold, given = ({letter.casefold() for letter in CHOICE.findall(t)} for t in (completion.answer, completion.text))
    return float(len(gold) == 1 and given == gold)


@built_in
def token_f1(completion: Completion) -> float:
    """Harmonic mean of word precision and recall (Rajpurkar et al., SQuAD, 2016, arXiv:1606.05250)."""
    given, gold = words(completion.text), words(completion.answer)
    common = (Counter(given) & Counter(gold)).total()
    return 2 * common / (len(given) + len(gold)) if common else 0.0


@built_in
def format(completion: Completion) -> float:
    """1 when the completion ended by itself and stands word for word in the passage."""
    text = " ".join(completion.text.casefold().split())
    return float(completion.ended and bool(text) and text in " ".join(completion.passage.casefold().split()))


@built_in
def grounding(completion: Completion) -> float:
    """Share of the words that the longest run makes which stands, in order, in the source (or else the passage)."""
    given, source = words(completion.text), words(completion.source or completion.passage)
    if not given:
        return 0.0
    return SequenceMatcher(None, given, source, autojunk=False).find_longest_match().size / len(given)


def length(least: int, most: int) -> Function:
    """1 for ``least`` to ``most`` words; n / least below, falling to 0 at twice ``most`` above."""

    def measured(completion: Completion) -> float:
        count = len(words(completion.text))
        return min(1.0, count / least if least else 1.0, max(0.0, 2 - count / most))

    return measured
