"""True or false: a sentence as it stands, or with its fact altered into that of another sentence of the section."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from processors.generation.passage import Candidate, Passage
from processors.generation.phrases import PRONOUNS
from processors.generation.wrong import wrong_answers

KIND = "true_false"


def truths(passage: Passage, facts: Sequence[Candidate]) -> Iterator[Candidate]:
    """One candidate per fact of the passage. `facts`: of its whole section. Half of them are altered, by lot."""
    for fact in facts:
        if fact.passage.chunk_id != passage.chunk_id or fact.quote.split()[0].lower() in PRONOUNS:
            continue
        lot = hashlib.sha256(f"{passage.document_id}|{passage.chunk_id}|{fact.start}".encode()).digest()
        others = wrong_answers(fact, facts, lot)
        if not others:
            continue  # nothing to alter it with: kept as true, such ones would teach to say so
        statement, told = fact.quote, "True"
        if lot[0] % 2:
            told = "False"
            before = passage.text[fact.quote_start : fact.start]
            after = passage.text[fact.end : fact.quote_end]
            statement = before + others[0] + after
        yield Candidate(
            KIND, passage, f"True or false: {' '.join(statement.split())}", fact.quote_start, fact.quote_end,
            fact.quote_start, fact.quote_end, told=told,
        )  # fmt: skip
