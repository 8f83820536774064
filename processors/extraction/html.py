"""HTML, block by block through the source by the tokens of HTML5; where tags do not fit, through selectolax's tree."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from itertools import accumulate

from processors.extraction.canonical import Canonical
from processors.extraction.decoded import Decoded
from processors.extraction.elements import INLINE, SILENT, SKIPPED, Elements
from processors.extraction.html_marks import INLINES, MARKS, ONE, TAG, inner
from processors.extraction.html_tree import walk
from processors.extraction.pieces import Pieces
from processors.extraction.writer import Writer

META_CHARSET = re.compile(rb"<meta[^>]*?charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]+)", re.I)
LONGEST_KNOWN = 200
"""Characters of a mark that is remembered: pages repeat a few short ones."""
meaning = lru_cache(1024)(unescape)


class Tangled(Exception):
    """An element that is left out has no end: only the rules of tree building say how far it goes."""


def read_html(source: Decoded) -> Canonical:
    """Canonical text of a page without its navigation, scripts and footers."""
    try:
        return _Scan(source).read()
    except Tangled:
        return walk(source)


class _Scan:
    """One pass over the source; every piece of text is known with its place."""

    def __init__(self, source: Decoded) -> None:
        self._text = source.text
        self._writer = Writer(source, "html")
        self._elements = Elements(self._writer)
        self._skipped = ""
        self._depth = 0

    def read(self) -> Canonical:
        text, begin = self._text, 0
        for found in MARKS.finditer(text):
            start, end = found.span()
            if start > begin and not self._skipped:
                self._run(begin, start)
            begin = self._mark(found[0], start, end)
        if self._skipped:
            raise Tangled
        if begin < len(text):
            self._run(begin, len(text))
        return self._writer.finish()

    def _mark(self, mark: str, start: int, end: int) -> int:
        """Tags one behind the other; returns where the text behind them begins."""
        elements = self._elements
        tags = _known(mark) if len(mark) <= LONGEST_KNOWN else _tags(mark)
        if tags is None or self._skipped:
            self._unusual(start, end)
        else:
            for closing, tag in tags:
                if closing:
                    elements.close(tag)
                else:
                    elements.open(tag)
        if elements.preformatted:
            return start + len(mark.rstrip())
        if mark[-1].isspace():
            self._writer.space(start + len(mark.rstrip()), end)
        return end

    def _unusual(self, start: int, end: int) -> None:
        """Comments, line breaks, elements whose words are not the document's: mark by mark."""
        elements, writer = self._elements, self._writer
        for one in ONE.finditer(self._text, start, end):
            found = TAG.match(one[0])
            if not found:
                if one[0].isspace() and not self._skipped:
                    writer.space(*one.span())
                continue
            closing, tag = bool(found[1]), found[2].lower()
            if tag in SILENT and not closing:
                if one[0].count("<") == 1:
                    raise Tangled
                continue
            if self._skipped:
                if tag == self._skipped:
                    self._depth += -1 if closing else 1
                elif self._skipped == "head" and tag == "body":
                    self._depth = 0
                if self._depth <= 0:
                    self._skipped = ""
            elif tag in SKIPPED:
                if not closing:
                    self._skipped, self._depth = tag, 1
                    writer.block()
            elif tag == "br":
                writer.space(one.start(), one.start())
            elif tag not in INLINE:  # one in strange capitals
                (elements.close if closing else elements.open)(tag)

    def _run(self, start: int, end: int) -> None:
        """Text between two marks, with inline tags and character references in it."""
        run = self._text[start:end]
        code = self._elements.preformatted > 0
        if "<" not in run and "&" not in run:
            self._writer.pieces(Pieces([run], [start], [end]), code)
            return
        pattern = inner(run)
        parts = pattern.split(run)
        places = list(accumulate(map(len, parts), initial=start))
        if pattern is INLINES:
            first, last = not parts[0], len(parts) - (not parts[-1])
            pieces = Pieces(
                parts[2 * first : last : 2], places[2 * first : last : 2], places[2 * first + 1 : last + 1 : 2]
            )
        else:
            for index in range(1, len(parts), 2):
                mark = parts[index]
                parts[index] = meaning(mark) if mark[0] == "&" else ""
            pieces = Pieces(
                [part for part in parts if part],
                [place for place, part in zip(places, parts, strict=False) if part],
                [place for place, part in zip(places[1:], parts, strict=True) if part],
            )
        if pieces.texts:
            self._writer.pieces(pieces, code)


def _tags(mark: str) -> tuple[tuple[bool, str], ...] | None:
    """Whether it closes, and the name, of each tag that matters; None where marks are not all tags of blocks.

    A block that says nothing but that it begins or ends adds nothing behind another that said so.
    """
    found: list[tuple[bool, str]] = []
    ended = False
    for one in ONE.finditer(mark):
        tag = TAG.match(one[0])
        if tag is None:
            if not one[0].isspace():
                return None
            continue
        closing, name = bool(tag[1]), tag[2].lower()
        if name == "br" or name in INLINE or name in SKIPPED or name in SILENT:
            return None
        plain = name not in Elements.MEANT
        if not (plain and ended):
            found.append((closing, name))
        ended = plain or name in Elements.BLOCKS
    return tuple(found)


_known = lru_cache(4096)(_tags)


def meta_charset(data: bytes) -> str:
    """The charset that the first 1024 bytes of the page declare, or an empty string (HTML 13.2.3.2)."""
    found = META_CHARSET.search(data[:1024])
    return found[1].decode("ascii") if found else ""
