"""Writes canonical text from stretches of a decoded source and remembers where each character came from."""

from __future__ import annotations

import re
from array import array

from processors.extraction.canonical import Canonical
from processors.extraction.composer import Composer
from processors.extraction.decoded import Decoded
from processors.extraction.places import BytePlaces

RUN = re.compile(r"\S+(?:[ \t\n]\S+)*|\s+")
"""Words with one plain space between them, which keeps its length as a space; or a gap."""
FOLDED = re.compile(r"\s\s|[^\S \t\n]")
"""White space that does not simply become a space."""
PLAIN = str.maketrans("\t\n", "  ")
REPLACED = "\ufffd"


class Writer(Composer):
    """Inside a block, white space is folded to single spaces.

    All source positions are character offsets of `source.text`; `finish` turns them into bytes.
    """

    def __init__(self, source: Decoded, kind: str) -> None:
        super().__init__()
        self._source = source
        self._text = source.text
        self._kind = kind
        self._starts, self._ends = array("q"), array("q")
        self._from, self._to = array("q"), array("q")
        self._space: tuple[int, int] | None = None
        self._growing = False

    def block(self) -> None:
        self._space = None
        super().block()

    def newline(self) -> None:
        self._space = None
        super().newline()

    def cell(self) -> None:
        self._space = None
        super().cell()

    def flow(self, start: int, end: int) -> None:
        """Running text: the source's characters `start..end`, white space folded."""
        for match in RUN.finditer(self._text, start, end):
            words = match[0]
            if words.isspace():
                self.space(*match.span())
            else:
                self._put(words.translate(PLAIN), *match.span(), True)

    def run(self, pieces: list[tuple[int, int]]) -> None:
        """Running text in several pieces of the source; the short way for those that need no folding."""
        text = self._text
        for start, end in pieces:
            raw = text[start:end]
            if FOLDED.search(raw) or self._source.replaced:
                self.flow(start, end)
                continue
            words = raw.strip(" \t\n")
            if not words:
                self.space(start, end)
                continue
            first = start
            if words[0] != raw[0]:
                first += 1
                self.space(start, first)
            last = first + len(words)
            if "\n" in words or "\t" in words:
                words = words.translate(PLAIN)
            space = self._space
            if self._gap or space or self._waiting:
                self._put(words, first, last, True)
            else:
                begin = self._length
                self._parts.append(words)
                self._length = begin + last - first
                self._span(begin, self._length, first, last, True)
            if last < end:
                self._space = (last, end)

    def space(self, start: int, end: int) -> None:
        """A gap between words that stands at `start..end` of the source; gaps at the edges of a block are dropped."""
        if self._space is None or self._space[1] == start:
            self._space = (self._space[0] if self._space else start, end)

    def instead(self, text: str, start: int, end: int) -> None:
        """`text` stands for the source's `start..end`: a character reference or an escape."""
        if text.isspace():
            self.space(start, end)
        elif text:
            self._put(text, start, end, False)

    def exact(self, start: int, end: int) -> None:
        """Code: the source's characters as they are, indentation included; no line end inside."""
        raw = self._text[start:end]
        last = start + len(raw.rstrip())
        if last > start:
            self._put(raw[: last - start], start, last, True)
        if end > last:
            self.space(last, end)

    def finish(self) -> Canonical:
        """The canonical text with its byte map."""
        self.end()
        source = self._source
        places = BytePlaces(
            self._starts, self._ends, source.byte_offsets(self._from), source.byte_offsets(self._to)
        )  # fmt: skip
        return Canonical(
            self.text, self._kind, places, tuple(self.headings), source.encoding,
            replaced=source.replaced, regions=tuple(self.regions),
        )  # fmt: skip

    def _put(self, text: str, start: int, end: int, exact: bool) -> None:
        """Characters for `start..end`, after the gap that is due; exact: they decode to it, length by length."""
        space, self._space = self._space, None
        if space and not self._gap and self._length:
            self._span(self.write(" "), self._length, *space, self._text[slice(*space)] == " ")
        if self._source.replaced and REPLACED in text:
            # What replaces malformed bytes does not encode back to them: such a span never grows.
            for place, character in enumerate(text, start) if len(text) == end - start else ():
                self._span(self.write(character), self._length, place, place + 1, False)
            if len(text) != end - start:
                self._span(self.write(text), self._length, start, end, False)
            return
        self._span(self.write(text), self._length, start, end, exact)

    def _span(self, first: int, last: int, start: int, end: int, exact: bool) -> None:
        if exact and self._growing and self._ends[-1] == first and self._to[-1] == start:
            self._ends[-1], self._to[-1] = last, end
            return
        self._starts.append(first)
        self._ends.append(last)
        self._from.append(start)
        self._to.append(end)
        self._growing = exact  # only a span that decodes to its very characters may grow
