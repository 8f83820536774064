"""Writes canonical text from stretches of a decoded source and remembers where each character came from."""

from __future__ import annotations

import re

from processors.extraction.canonical import ByteSpan, Canonical, Heading
from processors.extraction.decoded import Decoded

TOKEN = re.compile(r"\s+|\S+")
REPLACED = "\ufffd"
BLOCK_GAP = "\n\n"
_Span = tuple[int, int, int, int]


class Writer:
    """Blocks of text separated by an empty line; inside a block, white space is folded to single spaces.

    All source positions are character offsets of `source.text`; `finish` turns them into bytes.
    """

    def __init__(self, source: Decoded, kind: str) -> None:
        self._source = source
        self._kind = kind
        self._parts: list[str] = []
        self._length = 0
        self._spans: list[_Span] = []
        self._headings: list[Heading] = []
        self._space: tuple[int, int] | None = None
        self._newline = False
        self._block_empty = True
        self._growing = False

    def block(self) -> None:
        """End the current block; the next character starts a new one."""
        self._space = None
        self._newline = False
        self._block_empty = True

    def flow(self, start: int, end: int) -> None:
        """Running text: the source's characters `start..end`, white space folded."""
        for match in TOKEN.finditer(self._source.text, start, end):
            if match[0].isspace():
                self.space(match.start(), match.end())
            else:
                self._write(match[0], match.start(), match.end())

    def space(self, start: int, end: int) -> None:
        """A gap between words that stands at `start..end` of the source; gaps at the edges of a block are dropped."""
        if self._space is None or self._space[1] == start:
            self._space = (self._space[0] if self._space else start, end)

    def instead(self, text: str, start: int, end: int) -> None:
        """`text` stands for the source's `start..end`: a character reference or an escape."""
        if text.isspace():
            self.space(start, end)
        elif text:
            self._write(text, start, end)

    def exact(self, start: int, end: int) -> None:
        """Code: the source's characters as they are, indentation included; no line end inside."""
        raw = self._source.text[start:end]
        last = start + len(raw.rstrip())
        if last > start:
            self._write(raw[: last - start], start, last)
        if end > last:
            self.space(last, end)

    def newline(self) -> None:
        """The next character starts a new line of the same block."""
        self._newline = True

    def tab(self) -> None:
        """The border between two cells of a table; it has no place in the source."""
        self._space = None
        if not self._block_empty:
            self._append("\t")

    def open_heading(self) -> int:
        """Start a heading in a block of its own; give the result to close_heading."""
        self.block()
        return self._length + (len(BLOCK_GAP) if self._length else 0)

    def close_heading(self, mark: int, level: int) -> None:
        """The heading that began at `mark` ends here; one without text is none."""
        if self._length > mark:
            self._headings.append(Heading(mark, self._length, level))
        self.block()

    def finish(self) -> Canonical:
        """The canonical text with its byte map."""
        offsets = self._source.byte_offsets(place for span in self._spans for place in span[2:])
        spans = tuple(ByteSpan(start, end, offsets[a], offsets[b]) for start, end, a, b in self._spans)
        text = "".join(self._parts)
        return Canonical(
            text, self._kind, spans, tuple(self._headings), self._source.encoding, replaced=self._source.replaced
        )

    def _write(self, text: str, start: int, end: int) -> None:
        if self._block_empty and self._length:
            self._append(BLOCK_GAP)
        elif self._newline and not self._block_empty:
            self._append("\n")
        elif self._space and not self._block_empty:
            self._span(" ", *self._space)
        self._space = None
        self._newline = False
        self._block_empty = False
        if self._source.replaced and REPLACED in text and len(text) == end - start:
            for place, character in enumerate(text, start):
                self._span(character, place, place + 1)
        else:
            self._span(text, start, end)

    def _span(self, text: str, start: int, end: int) -> None:
        begin = self._length
        self._append(text)
        # What replaces malformed bytes does not encode back to them: such a span never grows.
        exact = self._source.text[start:end] == text and not (self._source.replaced and REPLACED in text)
        if exact and self._growing:
            first, last, source_first, source_last = self._spans[-1]
            if last == begin and source_last == start:
                self._spans[-1] = (first, self._length, source_first, end)
                return
        self._spans.append((begin, self._length, start, end))
        self._growing = exact  # only a span that decodes to its very characters may grow

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
