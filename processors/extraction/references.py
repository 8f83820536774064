"""The characters of HTML source: what stands between tags, with the source range of every piece."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from html import unescape

ATTRIBUTES = r"(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+))*+>"
"""The rest of a tag behind its name, as HTML 13.2.5 reads it: quotes only count after an equals sign."""
RAW = "script|style|noscript|template|svg|math|iframe|noembed|noframes|xmp|object|select|textarea"
COMMENT = r"!--.*?(?:-->|$)|!\[CDATA\[.*?(?:\]\]>|$)|(?:[!?]|/[^>a-zA-Z])[^>]*>"
SILENT = rf"({RAW})(?=[\s/>]){ATTRIBUTES}.*?(?:</\1(?=[\s/>])[^>]*>|$)"
"""Elements whose characters are not the page's; both without the `<` that begins them."""
MARKUP = re.compile(rf"<(?:{COMMENT}|{SILENT}|/?[a-zA-Z][^\s/>]*+{ATTRIBUTES})", re.I | re.S)
REFERENCE = re.compile(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]{0,31});?")
Piece = tuple[int, int, str, bool]
"""Source start, source end, the characters it stands for, whether they stand there as they are."""


def unescaped(source: str, start: int, end: int) -> Iterator[Piece]:
    """The pieces of text without tags: character references are pieces of their own."""
    position = start
    for reference in REFERENCE.finditer(source, start, end):
        meaning = unescape(reference[0])
        if meaning == reference[0]:
            continue
        if reference.start() > position:
            yield position, reference.start(), source[position : reference.start()], True
        yield reference.start(), reference.end(), meaning, False
        position = reference.end()
    if end > position:
        yield position, end, source[position:end], True


class CharacterStream:
    """All characters between the tags of `source[start:end]`, in order, and where each stands in the source."""

    def __init__(self, source: str, start: int = 0, end: int | None = None) -> None:
        end = len(source) if end is None else end
        self._pieces: list[Piece] = []
        position = start
        for tag in MARKUP.finditer(source, start, end):
            self._pieces.extend(unescaped(source, position, tag.start()))
            position = tag.end()
        self._pieces.extend(unescaped(source, position, end))
        self._starts: list[int] = []
        length = 0
        for piece in self._pieces:
            self._starts.append(length)
            length += len(piece[2])
        self.text = "".join(piece[2] for piece in self._pieces)

    def pieces(self, start: int, end: int) -> list[Piece]:
        """The pieces that make up characters `start..end` of the stream, cut to fit where they stand as they are."""
        found: list[Piece] = []
        index = bisect_right(self._starts, start) - 1
        while start < end and 0 <= index < len(self._pieces):
            source_start, source_end, text, exact = self._pieces[index]
            first, last = start - self._starts[index], min(len(text), end - self._starts[index])
            if exact:
                found.append((source_start + first, source_start + last, text[first:last], True))
            else:
                found.append((source_start, source_end, text[first:last], False))
            start = self._starts[index] + last
            index += 1
        return found
