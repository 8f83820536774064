"""Whether a row can teach, asked before it is frozen: its own reward must tell right from wrong, its prompt must fit.

Where nobody chose a reward, a row is paid by what its answer is: words of the passage by the default specification,
one of several choices exactly, an answer in other words by the words it shares with the gold answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from processors.datasets import reward
from processors.datasets.measures import words
from processors.datasets.reward import Level

LIMIT = 32_000
"""Characters of passage and question together where nobody set another limit: some 8,000 tokens of English."""
CHOSEN = reward.read('{"objectives":[{"name":"exact","weight":1.0}]}')
FREE = reward.read('{"objectives":[{"name":"token_f1","weight":1.0}]}')
OPPOSITE = {"true": "false", "false": "true", "yes": "no", "no": "yes"}


def paid_by(level: Level, answer: str, passage: str, quote: str, choices: Sequence[str]) -> Level:
    """Return the specification for one row: `level`, unless it is the default one and does not fit the answer.

    An answer that says it is the quote, and does not stand in the passage, is a fault and no answer in other words.
    """
    if level != reward.read(reward.DEFAULT):
        return level
    if choices or answer.strip().rstrip(".").casefold() in OPPOSITE:
        return CHOSEN
    fits = reward.value(level, answer, answer, passage) >= 1 - 1e-9
    return level if fits or words(answer) == words(quote) else FREE


def wrong_answers(answer: str, choices: Sequence[str], rejected: str, others: Iterable[str]) -> tuple[str, ...]:
    """Return answers that must not earn 1: the row's own wrong ones, and one of another row that shares no word."""
    own = [choice for choice in choices if words(choice) != words(answer)]
    own += [text for text in (rejected, OPPOSITE.get(answer.strip().rstrip(".").casefold(), "")) if text]
    gold = set(words(answer))
    foreign = next((other for other in others if other and not gold & set(words(other))), "")
    return (*own, *([foreign] if foreign else []))


def fault(level: Level, answer: str, passage: str, question: str, wrong: Sequence[str], limit: int = 0) -> str:
    """Return why a row cannot teach, empty when it is sound. limit: characters; 0 is the usual one."""
    if len(passage) + len(question) > (limit or LIMIT):
        return f"the prompt has more than {limit or LIMIT} characters"
    if found := reward.faults(level, answer, passage):
        return found
    if reward.measured(level) and any(reward.value(level, text, answer, passage) >= 1 - 1e-9 for text in wrong):
        return "a wrong answer earns 1 under this reward"
    return ""
