"""Plain text: paragraphs between empty lines, and the lines that can only be headings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from processors.extraction.canonical import Canonical
from processors.extraction.decoded import Decoded
from processors.extraction.writer import Writer

NUMBERED = re.compile(r"(\d+(?:\.\d+)*)\.?\s+[A-Z]")
UNDERLINE = re.compile(r"([=\-~^])\1{2,}\s*$")
BULLET = re.compile(r"\s*(?:[-*+\u2022]|\d{1,3}[.)]|[a-z][.)])\s+\S")
LONGEST_HEADING = 90
Line = tuple[int, int]


def read_text(source: Decoded) -> Canonical:
    """Canonical text of a plain text: hard line ends inside a paragraph become spaces."""
    writer = Writer(source, "text")
    text = source.text
    for paragraph in _paragraphs(text):
        writer.block()
        level = _heading_level(text, paragraph)
        if level:
            writer.open_heading(level)
            writer.flow(*paragraph[0])
            writer.close_heading()
            continue
        _paragraph(writer, text, paragraph)
    return writer.finish()


def _paragraph(writer: Writer, text: str, lines: list[Line]) -> None:
    """Lines of a list stand on lines of their own, others flow together."""
    marks = [BULLET.match(text, start, end) for start, end in lines]
    listed = sum(mark is not None for mark in marks) > 1 and marks[0] is not None
    if listed:
        writer.open("list")
    for (start, end), mark in zip(lines, marks, strict=True):
        if listed and mark:
            writer.close("item")
            writer.newline()
            writer.open("item")
        writer.flow(start, end + 1 if end < len(text) else end)
    if listed:
        writer.close("list")


def _paragraphs(text: str) -> Iterator[list[Line]]:
    """Runs of lines that are not blank, as (start, end) without the line end."""
    lines: list[Line] = []
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if text[start:end].strip():
            lines.append((start, end))
        elif lines:
            yield lines
            lines = []
        start = end + 1
    if lines:
        yield lines


def _heading_level(text: str, paragraph: list[Line]) -> int:
    """1.. for a heading, 0 for prose. Underlined lines, numbered titles and lines in capitals count."""
    first = text[slice(*paragraph[0])].strip()
    if not first or len(first) > LONGEST_HEADING:
        return 0
    if len(paragraph) == 2 and UNDERLINE.match(text[slice(*paragraph[1])].strip()):
        return 1 if text[paragraph[1][0]] == "=" else 2
    if len(paragraph) > 1 or first[-1] in ".,;:!?":
        return 0
    numbered = NUMBERED.match(first)
    if numbered:
        return 1 + numbered[1].count(".")
    return 1 if first.isupper() and len(first) > 3 else 0
