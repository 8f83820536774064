"""The character stream of HTML source: what its text nodes say, with the source range of every piece."""

from __future__ import annotations

import re
from bisect import bisect_right
from html import unescape

MARKUP = re.compile(
    r"<!--.*?(?:-->|$)|<!\[CDATA\[.*?(?:\]\]>|$)"
    r"|<(script|style|noscript|template|svg|iframe|noembed|noframes|xmp)\b.*?(?:</\1\s*>|$)"
    r"|</?[a-zA-Z](?:[^>\"']|\"[^\"]*\"|'[^']*')*>|<[!?/][^>]*>",
    re.I | re.S,
)
REFERENCE = re.compile(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]{0,31});?")
Piece = tuple[int, int, str, bool]
"""Source start, source end, the characters it stands for, whether they stand there as they are."""


class CharacterStream:
    """All characters between the tags of `source[start:end]`, in order, and where each stands in the source."""

    def __init__(self, source: str, start: int = 0, end: int | None = None) -> None:
        end = len(source) if end is None else end
        self._pieces: list[Piece] = []
        position = start
        for tag in MARKUP.finditer(source, start, end):
            self._between(source, position, tag.start())
            position = tag.end()
        self._between(source, position, end)
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

    def _between(self, source: str, start: int, end: int) -> None:
        position = start
        for reference in REFERENCE.finditer(source, start, end):
            meaning = unescape(reference[0])
            if meaning == reference[0]:
                continue
            if reference.start() > position:
                self._pieces.append((position, reference.start(), source[position : reference.start()], True))
            self._pieces.append((reference.start(), reference.end(), meaning, False))
            position = reference.end()
        if end > position:
            self._pieces.append((position, end, source[position:end], True))
