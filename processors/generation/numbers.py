"""Questions for quantities: a number, in figures or in words, with what it measures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from processors.generation.passage import Candidate, Passage
from processors.generation.phrases import left_context, phrase_end
from processors.generation.sentences import is_whole, sentences

KIND = "number"
SPELLED = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand half"
)
_ANY, _ONES = "|".join(SPELLED.split()), "|".join(("one", *SPELLED.split()[:8]))
NUMBER = re.compile(rf"(?<![\w.,-])(?:\d+(?:[.,:]\d+)*|(?:{_ANY})(?:-(?:{_ONES}))?)(?![\w-])", re.I)
LONGEST_ANSWER = 5


def numbers(passage: Passage) -> Iterator[Candidate]:
    """One candidate per quantity that has enough words before it in its sentence."""
    text = passage.text
    for first, last in sentences(text):
        if not is_whole(text, first, last):
            continue
        covered = first
        for match in NUMBER.finditer(text, first, last):
            if match.start() < covered:
                continue
            end = phrase_end(text, match.start(), last, LONGEST_ANSWER)
            covered = end
            context = left_context(text, first, match.start())
            if context and end > match.start():
                yield Candidate(KIND, passage, f"Fill in: {context} ___", match.start(), end, first, last, context)
