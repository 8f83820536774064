"""Questions for statements of what something particular is: "The Tarnwatch 6 is an autonomous buoy ..."."""

from __future__ import annotations

import re
from collections.abc import Iterator

from processors.generation.definitions import clause_end
from processors.generation.passage import Candidate, Passage
from processors.generation.phrases import DETERMINERS, FUNCTION_WORDS
from processors.generation.sentences import sentences

KIND = "is_a"
SUBJECT = r"(?P<subject>(?:The |Our |Their |This )?[\w'\u2019-]+(?: [\w'\u2019-]+){0,4}?)"
STATEMENT = re.compile(rf"{SUBJECT} (?P<verb>is|are|was|were) (?=(?:an?|the|one of) \w)")
ARTICLE = re.compile(r"An? ")


def statements(passage: Passage) -> Iterator[Candidate]:
    """One candidate per sentence "X is a Y" whose subject is named; a definition with "A ..." is not one of them."""
    text = passage.text
    for first, last in sentences(text):
        match = STATEMENT.match(text, first, last)
        if not match or ARTICLE.match(text, first) or not _names(match["subject"]):
            continue
        end = clause_end(text, match.end(), last)
        if end > match.end():
            question = f"What {match['verb']} {_lowered(match['subject'])}?"
            yield Candidate(KIND, passage, question, match.end(), end, first, last)


def _names(subject: str) -> bool:
    """Whether the words can be the subject of a question: no pronoun, no "For deep reservoirs there"."""
    first, *rest = subject.lower().split()
    return (first in DETERMINERS - {"this", "that"} or first not in FUNCTION_WORDS) and "there" not in rest


def _lowered(subject: str) -> str:
    head, _, rest = subject.partition(" ")
    return f"{head.lower()} {rest}" if head in ("The", "Our", "Their", "This") else subject
