"""Questions for rules: sentences with must, shall, may not, have to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from processors.generation.definitions import clause_end
from processors.generation.passage import Candidate, Passage
from processors.generation.phrases import PRONOUNS, occurrences
from processors.generation.sentences import sentences

KIND = "normative"
LONGEST_ANSWER = 14
RULE = re.compile(
    r"(?P<subject>[A-Z][\w'\u2019-]*(?: [\w'\u2019-]+){0,6}?) "
    r"(?P<modal>must not|shall not|may not|cannot|must never|must|shall|has to|have to) (?P<next>\w+)"
)
LEADS = ("The", "A", "An", "Each", "Every", "All", "Two", "Our")
NO_DEED = ("be", "have", "also", "always", "never", "only", "therefore", "then", "first", "not")
"""Words after the modal with which "What must X do?" would not be English."""
CONDITION = re.compile(r",? (?:because|since|so that|otherwise|unless|before|after|when|until|if|and|for) ")


def rules(passage: Passage) -> Iterator[Candidate]:
    """One candidate per rule whose subject is named and which is the passage's only rule for that subject."""
    text = passage.text
    for first, last in sentences(text):
        match = RULE.match(text, first, last)
        if not match or match["subject"].split()[0].lower() in PRONOUNS:
            continue
        start = match.start("next")
        end = _end(text, start, last)
        context = text[first:start].strip()
        if end <= start or occurrences(text, context, 8) != 1:
            continue
        yield Candidate(KIND, passage, _question(match), start, end, first, last, context)


def _question(match: re.Match[str]) -> str:
    subject, modal = match["subject"], match["modal"]
    if modal in ("must", "shall") and match["next"] not in NO_DEED:
        head, _, rest = subject.partition(" ")
        if head in LEADS:
            return f"What {modal} {head.lower()} {rest} do?"
    return f"Complete the rule: {subject} {modal} ___"


def _end(text: str, start: int, limit: int) -> int:
    """The whole rule if it is short, else up to its reason or condition."""
    end = clause_end(text, start, limit, longest=LONGEST_ANSWER)
    if start < end:
        return end
    cut = [match.start() for match in CONDITION.finditer(text, start, limit)]
    fitting = [place for place in cut if 3 <= len(text[start:place].split()) <= LONGEST_ANSWER]
    return fitting[-1] if fitting else start
