"""What a completion is measured by, beside its gold answer and the passage."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)*")


def words(text: str) -> list[str]:
    """Return the words that the measures compare, in lower case."""
    return _WORD.findall(text.casefold())


def token_f1(completion: str, answer: str) -> float:
    """Return the harmonic mean of word precision and recall, on lower-case words (Rajpurkar et al., SQuAD, 2016)."""
    given, gold = words(completion), words(answer)
    common = (Counter(given) & Counter(gold)).total()
    return 2 * common / (len(given) + len(gold)) if common else 0.0


def _exact(completion: str, answer: str, passage: str) -> float:
    given, gold = words(completion), words(answer)
    return float(bool(gold) and given == gold)


def _number(completion: str, answer: str, passage: str) -> float:
    gold = _NUMBER.findall(answer)
    return float(bool(gold) and _NUMBER.findall(completion) == gold)


def _format(completion: str, answer: str, passage: str) -> float:
    text = " ".join(completion.casefold().split())
    return float(bool(text) and text in " ".join(passage.casefold().split()))


MEASURES: Mapping[str, Callable[[str, str, str], float]] = {
    "exact": _exact,
    "number": _number,
    "token_f1": lambda completion, answer, passage: token_f1(completion, answer),
    "format": _format,
}
