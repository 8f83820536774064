"""Wrong answers that look like the right one: told by the same section, measured in the same unit."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from processors.generation.numbers import KIND as NUMBER_KIND
from processors.generation.numbers import NUMBER
from processors.generation.passage import Candidate


def wrong_answers(fact: Candidate, facts: Sequence[Candidate], lot: bytes) -> list[str]:
    """What could stand in the place of a fact's answer and would be wrong, likeliest first; equals by `lot`.

    `facts`: of its whole section. A quantity keeps its unit and takes the number of another one ("nine days" beside
    "45 seconds": "45 days"), since a choice that measures something else gives itself away. Nothing that its own
    sentence says is proposed.
    """
    right, quote = " ".join(fact.answer.split()), " ".join(fact.quote.lower().split())
    number, unit = _parted(right)
    found: dict[str, tuple[int, bytes, str]] = {}
    for other in facts:
        text = " ".join(other.answer.split())
        if other.kind != fact.kind or text.lower() == right.lower():
            continue
        rank = 0
        if fact.kind == NUMBER_KIND:
            its, its_unit = _parted(text)
            if unit.startswith(" a ") and its_unit != unit:
                continue  # "half a day" with another number is no English
            rank = 2 * (its_unit.lower() != unit.lower()) + (_form(its) != _form(number))
            text = f"{its}{unit}"
        lower = text.lower()
        if lower in quote or right.lower() in lower:
            continue
        held = (rank, hashlib.sha256(lot + text.encode()).digest(), text)
        found[lower] = min(held, found.get(lower, held))
    return [text for _, _, text in sorted(found.values())]


def _parted(answer: str) -> tuple[str, str]:
    """The number that an answer begins with and the rest of it, blank included."""
    match = NUMBER.match(answer)
    return (match[0], answer[match.end() :]) if match else ("", answer)


def _form(number: str) -> tuple[bool, bool]:
    """In figures or words, whole or broken: what tells a number apart before it is understood."""
    return number[:1].isdigit(), any(mark in number for mark in ".,:")
