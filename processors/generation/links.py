"""Which other section a passage goes with: one that its words name, or one that shares its rare words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from processors.generation.passage import Passage
from processors.generation.phrases import FUNCTION_WORDS, words

SHORTEST, COMMONEST = 4, 24
NAMED = 2.0
"""A passage that names the other's heading is worth more than any number of shared words is likely to be."""


def partner(passage: Passage, others: Sequence[Passage], counts: Mapping[str, int]) -> Passage | None:
    """The passage of another section with the strongest link; None where nothing links.

    counts: how often each lower-case word stands in the document. A shared word is worth 1 / its count.
    """
    mine = _terms(passage, counts)
    lower = passage.text.lower()
    best: tuple[float, Passage] | None = None
    for other in others:
        if (other.document_id, other.section_id) == (passage.document_id, passage.section_id):
            continue
        score = sum(1 / counts.get(word, 1) for word in mine & _terms(other, counts))
        title = other.section_title.lower().strip()
        if len(title) >= SHORTEST and title in lower:
            score += NAMED
        if score and (best is None or score > best[0]):
            best = (score, other)
    return best[1] if best else None


def _terms(passage: Passage, counts: Mapping[str, int]) -> set[str]:
    found = {passage.text[first:last].lower() for first, last in words(passage.text)}
    return {
        word
        for word in found
        if len(word) >= SHORTEST and word not in FUNCTION_WORDS and 2 <= counts.get(word, 0) <= COMMONEST
    }
