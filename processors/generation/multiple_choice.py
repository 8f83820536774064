"""Multiple choice: the wrong choices are made of the answers to other questions of the same section."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from processors.generation.passage import Candidate, Passage
from processors.generation.wrong import wrong_answers

KIND = "multiple_choice"
FEWEST, MOST = 2, 3
"""Wrong choices."""


def choices(passage: Passage, facts: Sequence[Candidate]) -> Iterator[Candidate]:
    """One candidate per fact of the passage for which its section holds enough other answers of the same kind."""
    for fact in facts:
        if fact.passage.chunk_id != passage.chunk_id:
            continue
        lot = hashlib.sha256(f"{passage.document_id}|{passage.chunk_id}|{fact.start}".encode()).digest()
        picked = wrong_answers(fact, facts, lot)[:MOST]
        if len(picked) < FEWEST:
            continue
        right = " ".join(fact.answer.split())
        place = lot[0] % (len(picked) + 1)
        listed = (*picked[:place], right, *picked[place:])
        shown = "".join(f"\n{letter}. {text}" for letter, text in zip("ABCD", listed, strict=False))
        yield Candidate(
            KIND, passage, fact.question + shown, fact.quote_start, fact.quote_end, fact.quote_start, fact.quote_end,
            told=right, choices=listed,
        )  # fmt: skip
