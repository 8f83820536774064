"""Writes canonical text from stretches of a decoded source and remembers where each character came from."""

from __future__ import annotations

import re
from array import array
from itertools import accumulate

from processors.extraction.canonical import Canonical
from processors.extraction.composer import Composer
from processors.extraction.decoded import Decoded
from processors.extraction.pieces import Pieces
from processors.extraction.places import BytePlaces

RUN = re.compile(r"\S+(?:[ \t\n]\S+)*|\s+")
"""Words with one plain space between them, which keeps its length as a space; or a gap."""
FOLDED = re.compile(r"\s(?:\s+|\Z|(?<=[^ \t\n])|(?<=\A\s))")
"""White space that does not simply become a space: more than one, a strange one, the first and the last."""
UNTIDY = re.compile(r"\s(?:(?<=\n)(?:\s*\n|(?<=\A\n)|\s*\Z)|[^\S\n]*(?:\n(?:\s*\n)?|\Z))")
"""White space of code that is not kept: blank lines, what stands at the end of a line.

Both begin with the one class outside any group, so that the search passes over words quickly.
"""
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

    def flow(self, start: int, end: int) -> None:
        """Running text: the source's characters `start..end`, white space folded."""
        for match in RUN.finditer(self._text, start, end):
            words = match[0]
            if words.isspace():
                self.space(*match.span())
            else:
                self._put(words.translate(PLAIN), *match.span(), True)

    def pieces(self, pieces: Pieces, code: bool = False) -> None:
        """Running text, or code, in several pieces of the source.

        White space of running text is folded; code keeps it, but for blank lines and what stands at the end of a line.
        """
        whole = "".join(pieces.texts)
        if code:
            self._code(pieces, whole)
            return
        plain = whole.replace("\n", " ").replace("\t", " ")
        # The one white space that is printable is a space.
        if plain.isprintable() and "  " not in plain and plain[0] != " " != plain[-1]:
            self._stretch(pieces, plain)
        else:
            self._folded(pieces, whole)

    def _folded(self, pieces: Pieces, whole: str) -> None:
        """Running text with gaps that are not just one space: each is a piece of its own."""
        gaps = [gap.span() for gap in FOLDED.finditer(whole)]
        if not gaps:
            self._stretch(pieces, whole.replace("\n", " ").replace("\t", " "))
            return
        first, last = gaps[0], gaps[-1]
        start, end = 0, len(whole)
        if first[0] == 0:
            self._spaces(pieces.between(*first))
            start = first[1]
        if last[1] == end:
            end = last[0]
        if start < end:
            inside = gaps[start > 0 : len(gaps) - (end < len(whole))]
            kept = pieces.between(start, end).folded([(begin - start, stop - start) for begin, stop in inside])
            self._stretch(kept, "".join(kept.texts).replace("\n", " ").replace("\t", " "))
            if end < len(whole):
                self._spaces(pieces.between(*last))

    def _code(self, pieces: Pieces, whole: str) -> None:
        start = 0
        for gap in UNTIDY.finditer(whole):
            if gap.start() > start:
                self._lines(pieces.between(start, gap.start()), whole[start : gap.start()])
            start = gap.end()
            if "\n" in gap[0]:
                self.newline()
            else:
                self._spaces(pieces.between(*gap.span()))
        if start < len(whole):
            self._lines(pieces.between(start, len(whole)), whole[start:])

    def _lines(self, pieces: Pieces, whole: str) -> None:
        """Lines of code as they are; a row stays on its line."""
        self._stretch(pieces, whole.replace("\n", " ") if self._in_row else whole)

    def _spaces(self, pieces: Pieces) -> None:
        for first, last in zip(pieces.firsts, pieces.lasts, strict=True):
            self.space(first, last)

    def space(self, start: int, end: int) -> None:
        """A gap between words that stands at `start..end` of the source; a larger one that is due covers it."""
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
        self._gap_between_words()
        if self._source.replaced and REPLACED in text:
            # What replaces malformed bytes does not encode back to them: such a span never grows.
            for place, character in enumerate(text, start) if len(text) == end - start else ():
                self._span(self.write(character), self._length, place, place + 1, False)
            if len(text) != end - start:
                self._span(self.write(text), self._length, start, end, False)
            return
        self._span(self.write(text), self._length, start, end, exact)

    def _stretch(self, pieces: Pieces, whole: str) -> None:
        """Pieces that `whole` stands for, length by length."""
        if self._source.replaced and REPLACED in whole:
            begin = 0
            for length, first, last in zip(map(len, pieces.texts), pieces.firsts, pieces.lasts, strict=True):
                text, source = whole[begin : begin + length], self._text[first:last]
                self._put(text, first, last, text == source or text == source.translate(PLAIN))
                begin += length
            return
        if self._space:
            self._gap_between_words()
        start = self.write(whole)
        if len(pieces.texts) == 1:
            self._span(start, self._length, pieces.firsts[0], pieces.lasts[0], False)
            return
        ends = list(accumulate(map(len, pieces.texts), initial=start))
        self._starts.fromlist(ends[:-1])
        self._ends.fromlist(ends[1:])
        self._from.fromlist(pieces.firsts)
        self._to.fromlist(pieces.lasts)
        self._growing = False

    def _gap_between_words(self) -> None:
        """The space that is due, unless a larger gap is."""
        space, self._space = self._space, None
        if space and not self._gap and self._length:
            self._span(self.write(" "), self._length, *space, self._text[slice(*space)] == " ")

    def _span(self, first: int, last: int, start: int, end: int, exact: bool) -> None:
        if exact and self._growing and self._ends[-1] == first and self._to[-1] == start:
            self._ends[-1], self._to[-1] = last, end
            return
        self._starts.append(first)
        self._ends.append(last)
        self._from.append(start)
        self._to.append(end)
        self._growing = exact  # only a span that decodes to its very characters may grow
