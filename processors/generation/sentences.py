"""Sentences of a passage, as spans."""

from __future__ import annotations

import re
from collections.abc import Iterator

END = re.compile(r"[.!?][\"'\u201d\u2019)\]]*(?=\s|$)|\n\n")
ABBREVIATION = re.compile(r"(?:\b(?:[A-Z]|Dr|Mr|Mrs|Ms|St|No|Nr|Fig|vs|cf|ca|approx|etc)|\b[a-z]\.[a-z])\.$")


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each sentence with its final mark; a passage may begin or end inside one."""
    start = 0
    for mark in END.finditer(text):
        if mark[0] != "\n\n" and ABBREVIATION.search(text[start : mark.start() + 1]):
            continue
        yield from _trimmed(text, start, mark.end())
        start = mark.end()
    yield from _trimmed(text, start, len(text))


def is_whole(text: str, start: int, end: int) -> bool:
    """Whether the span reads like a complete sentence: a capital or a digit at its front, a final mark at its end."""
    return end > start and (text[start].isupper() or text[start].isdigit()) and text[end - 1] in ".!?\"'\u201d\u2019)"


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        yield start, end
