"""Questions for lists of examples: "tools such as hammers, saws and files" (Hearst 1992)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from processors.generation.passage import Candidate, Passage
from processors.generation.phrases import FUNCTION_WORDS
from processors.generation.sentences import sentences

KIND = "hearst"
THING = r"[\w'\u2019-]+(?: [\w'\u2019-]+){0,2}"
LIST = rf"(?P<list>{THING}(?:, (?!and |or ){THING})*(?:,? (?:and|or) {THING})?)"
CLASS = r"(?P<class>[\w'\u2019-]+)"  # its noun only: what stands before it may be a verb
PATTERNS = (
    re.compile(rf"\b{CLASS},? such as {LIST}"),
    re.compile(rf"\bsuch {CLASS} as {LIST}"),
    re.compile(rf"\b{CLASS},? including {LIST}"),
    re.compile(rf"\b{CLASS},? especially {LIST}"),
)
LONGEST_ANSWER = 14
PLURALS = frozenset("people children men women data media criteria phenomena feet teeth mice".split())


def classes(passage: Passage) -> Iterator[Candidate]:
    """One candidate per list of examples: which examples of the class does the passage name?"""
    text = passage.text
    for first, last in sentences(text):
        for pattern in PATTERNS:
            match = pattern.search(text, first, last)
            if not match:
                continue
            start, end = match.span("list")
            while end > start and text[start:end].rsplit(None, 1)[-1].lower() in FUNCTION_WORDS:
                end = start + len(text[start:end].rsplit(None, 1)[0].rstrip(",")) if " " in text[start:end] else start
            if not _plural(match["class"]) or end <= start or len(text[start:end].split()) > LONGEST_ANSWER:
                continue
            title = f" under the heading {passage.section_title}" if passage.section_title else ""
            question = f"Which examples of {match['class']} are named{title}?"
            yield Candidate(KIND, passage, question, start, end, first, last)
            break


def _plural(noun: str) -> bool:
    """Whether a noun names many things, as a class with examples does: "once a year, including" names none."""
    lower = noun.lower()
    return lower in PLURALS or (
        lower not in FUNCTION_WORDS and lower.endswith("s") and not lower.endswith(("ss", "us", "is"))
    )
