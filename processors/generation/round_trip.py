"""Round trip: a question is kept where it leads back to its own passage, before all others of the document (BM25)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import log

from processors.generation.passage import Candidate
from processors.generation.phrases import FUNCTION_WORDS

ROUND_TRIP = "question_leads_elsewhere"
K1, B = 1.2, 0.75
"""Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009."""
TERM = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Index:
    """Passages by term: (id, how often), with the length of each in terms."""

    postings: Mapping[str, tuple[tuple[str, int], ...]]
    lengths: Mapping[str, int]

    @staticmethod
    def of(passages: Mapping[str, str]) -> Index:
        """The index of texts by id."""
        found: dict[str, list[tuple[str, int]]] = {}
        lengths: dict[str, int] = {}
        for id, text in passages.items():
            counted = Counter(_terms(text))
            lengths[id] = counted.total()
            for term, count in counted.items():
                found.setdefault(term, []).append((id, count))
        return Index({term: tuple(places) for term, places in found.items()}, lengths)

    def scores(self, question: str) -> dict[str, float]:
        """BM25 of every passage that shares a term with the question."""
        found: dict[str, float] = {}
        size = len(self.lengths)
        mean = sum(self.lengths.values()) / size if size else 1.0
        for term in set(_terms(question)):
            places = self.postings.get(term, ())
            weight = log(1 + (size - len(places) + 0.5) / (len(places) + 0.5))
            for id, count in places:
                norm = K1 * (1 - B + B * self.lengths[id] / mean)
                found[id] = found.get(id, 0.0) + weight * count * (K1 + 1) / (count + norm)
        return found


def leads_back(candidate: Candidate, index: Index) -> bool:
    """Whether no other passage fits the question better than its own."""
    scores = index.scores(candidate.question)
    own = scores.get(candidate.passage.chunk_id, 0.0)
    return own > 0 and own >= max(scores.values())


def _terms(text: str) -> list[str]:
    return [term for term in (match[0].lower() for match in TERM.finditer(text)) if term not in FUNCTION_WORDS]
