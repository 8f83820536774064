"""Cloze questions for words that are rare in their document: names, codes, technical terms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from processors.generation.passage import Candidate, Passage
from processors.generation.phrases import FUNCTION_WORDS, left_context, phrase_end, words
from processors.generation.sentences import is_whole, sentences

KIND = "cloze"
LONGEST_ANSWER = 4
SHORTEST_TERM = 5
RARE = 3
"""A word that stands in its document more often is not rare, unless it is a name or a code."""


def rare_terms(passage: Passage, counts: Mapping[str, int]) -> Iterator[Candidate]:
    """One candidate per rare term; `counts` says how often each lower-case word stands in the document."""
    text = passage.text
    for first, last in sentences(text):
        if not is_whole(text, first, last):
            continue
        covered = first
        for start, stop in words(text, first, last):
            if start < covered or start == first or not _is_term(text[start:stop], counts):
                continue
            end = phrase_end(text, start, last, LONGEST_ANSWER)
            context = left_context(text, first, start)
            if not context or end <= start:
                continue
            covered = end
            yield Candidate(KIND, passage, f"Fill in: {context} ___", start, end, first, last, context)


def is_name(word: str) -> bool:
    """A code in capitals, or a word with a capital in the middle of a sentence."""
    return word[:1].isupper()


def _is_term(word: str, counts: Mapping[str, int]) -> bool:
    lower = word.lower()
    if not word[0].isalpha() or lower in FUNCTION_WORDS:
        return False
    if is_name(word):
        return len(word) > 1
    return len(word) >= SHORTEST_TERM and counts.get(lower, 0) <= RARE and not lower.endswith("ly")
