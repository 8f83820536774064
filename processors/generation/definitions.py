"""Questions for definitions: sentences that say what a word means."""

from __future__ import annotations

import re
from collections.abc import Iterator

from processors.generation.passage import Candidate, Passage
from processors.generation.sentences import sentences

KIND = "definition"
LONGEST_ANSWER = 14
TERM = r"(?P<term>[\w'\u2019-]+(?: [\w'\u2019-]+){0,3}?)"
PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(rf"(?:In this \w+, )?(?P<article>An?) {TERM} is (?=(?:an?|the|any|one)\b)", re.I),
        "What is {article} {term}?",
    ),
    (re.compile(rf"(?:In this \w+, )?{TERM} means (?=(?:an?|the|any|that)\b)"), "What does {term} mean?"),
    (
        re.compile(rf"The (?:term|word) {TERM} (?:refers to|means|stands for|denotes) (?=\w)"),
        "What does the word {term} mean?",
    ),
    (re.compile(rf"By {TERM} we mean (?=\w)"), "What is meant by {term}?"),
)

STRONG_MARK = re.compile(r"[;:]")
COMMA = re.compile(r",(?=\s)")
RELATIVE = re.compile(r" (?:that|which|who|whose|where|in which|by which) ")


def definitions(passage: Passage) -> Iterator[Candidate]:
    """One candidate per sentence that defines a term: "A cast is ...", "The word freeboard refers to ..."."""
    text = passage.text
    for first, last in sentences(text):
        for pattern, form in PATTERNS:
            match = pattern.match(text, first, last)
            if not match:
                continue
            end = clause_end(text, match.end(), last)
            groups = {name: value or "" for name, value in match.groupdict().items()}
            question = form.format(**groups | {"article": groups.get("article", "").lower()})
            if end > match.end():
                yield Candidate(KIND, passage, question, match.end(), end, first, last)
            break


def clause_end(text: str, start: int, limit: int, longest: int = LONGEST_ANSWER) -> int:
    """End of the statement that starts at `start`: the sentence's end if that is near, else the last comma within
    `longest` words, else the place before a relative clause; `start` itself where none of these is near enough."""
    end = limit
    while end > start and not text[end - 1].isalnum():
        end -= 1
    mark = STRONG_MARK.search(text, start, end)
    if mark:
        end = mark.start()
    if len(text[start:end].split()) <= longest:
        return end
    for pattern in (COMMA, RELATIVE):
        places = [match.start() for match in pattern.finditer(text, start, end)]
        fitting = [place for place in places if 2 <= len(text[start:place].split()) <= longest]
        if fitting:
            return fitting[-1]
    return start
