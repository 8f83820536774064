"""Plain text: paragraphs between empty lines, and the lines that can only be headings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from processors.extraction.canonical import Canonical
from processors.extraction.decoded import Decoded
from processors.extraction.writer import Writer

NUMBERED = re.compile(r"(\d+(?:\.\d+)*)\.?\s+[A-Z]")
UNDERLINE = re.compile(r"([=\-~^])\1{2,}\s*$")
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
            mark = writer.open_heading()
            writer.flow(*paragraph[0])
            writer.close_heading(mark, level)
            continue
        for start, end in paragraph:
            writer.flow(start, end + 1 if end < len(text) else end)
    return writer.finish()


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
