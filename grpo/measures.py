"""Measures: what a completion can be paid for, each a pure function to [0, 1], found by name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from grpo.errors import RewardInvalid

WORD = re.compile(r"[^\W_]+")
NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)*")


@dataclass(frozen=True)
class Completion:
    """What a measure may look at. ``ended``: the model stopped by itself, inside the token limit."""

    text: str
    ended: bool
    answer: str
    passage: str
    question: str = ""


Measure = Callable[[Completion], float]
BUILT_IN: dict[str, Measure] = {}
CUSTOM: dict[str, Measure] = {}


def built_in(measure: Measure) -> Measure:
    BUILT_IN[measure.__name__] = measure
    return measure


def register(name: str) -> Callable[[Measure], Measure]:
    """Make a function known as ``custom:<name>`` in this process. Later registrations of a name replace earlier ones.

    The function must be pure; a value that is not a number in [0, 1] stops the run with ``REWARD_INVALID``.
    """

    def decorate(measure: Measure) -> Measure:
        CUSTOM[name] = measure
        return measure

    return decorate


def find(name: str, field: str) -> Measure:
    """The measure called ``name``.

    Raises:
        RewardInvalid: there is none.
    """
    known = CUSTOM.get(name.removeprefix("custom:")) if name.startswith("custom:") else BUILT_IN.get(name)
    if known is None:
        names = ", ".join([*BUILT_IN, *(f"custom:{name}" for name in CUSTOM)])
        raise RewardInvalid(field, f"no measure is called {name!r}", f"use one of {names}")
    return known


@built_in
def exact(completion: Completion) -> float:
    """1 when the words are those of the answer, in order; case and punctuation aside."""
    given, gold = (WORD.findall(text.casefold()) for text in (completion.text, completion.answer))
    return float(bool(gold) and given == gold)


@built_in
def number(completion: Completion) -> float:
    """1 when the numbers of the completion are those of the answer, in order, and there is one."""
    gold = NUMBER.findall(completion.answer)
    return float(bool(gold) and NUMBER.findall(completion.text) == gold)


@built_in
def token_f1(completion: Completion) -> float:
    """Harmonic mean of word precision and recall (Rajpurkar et al., SQuAD, 2016, arXiv:1606.05250)."""
    given, gold = (WORD.findall(text.casefold()) for text in (completion.text, completion.answer))
    common = (Counter(given) & Counter(gold)).total()
    return 2 * common / (len(given) + len(gold)) if common else 0.0


@built_in
def format(completion: Completion) -> float:
    """1 when the completion ended by itself and stands word for word in the passage."""
    text = " ".join(completion.text.casefold().split())
    return float(completion.ended and bool(text) and text in " ".join(completion.passage.casefold().split()))
