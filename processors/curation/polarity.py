"""Polarity: does a claim say yes where its source says no? Shared by the scorers of grounding.

A negation is one of a list of words, or the ending n't; two of them cancel out. The sentence of the source that shares
most with the claim is compared with it; below half of its content words there is nothing to compare.
"""

from __future__ import annotations

import re

from processors.curation.words import content_words, sentences

NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|forbidden|prohibited)\b|n['’]t\b"
    r"|\b(?:except|unless)\b", re.IGNORECASE,
)  # fmt: skip
LEAST_SHARED = 0.5


def negated(text: str) -> bool:
    """Whether the text has an odd number of negations."""
    return len(NEGATION.findall(text)) % 2 == 1


def flipped(claim: str, source: str) -> bool:
    """Whether the claim and the sentence that it comes from differ in their negations."""
    wanted = set(content_words(claim))
    best = max(((_share(wanted, piece), piece) for piece in sentences(source)), default=(0.0, ""))
    return best[0] >= LEAST_SHARED and negated(claim) != negated(best[1])


def _share(wanted: set[str], piece: str) -> float:
    return len(wanted & set(content_words(piece))) / len(wanted) if wanted else 0.0
