"""HTML, block by block through the source by the tokens of HTML5; where tags do not fit, through selectolax's tree."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from html import unescape
from itertools import accumulate, compress

from processors.extraction.canonical import Canonical
from processors.extraction.decoded import Decoded
from processors.extraction.elements import INLINE, SILENT, SKIPPED, Elements
from processors.extraction.html_marks import EDGES, INLINES, MARKS, ONE, PLAIN, TAG, inner
from processors.extraction.html_tree import walk
from processors.extraction.pieces import Pieces
from processors.extraction.writer import Writer

META_CHARSET = re.compile(rb"<meta[^>]*?charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]+)", re.I)
LONGEST_KNOWN = 200
"""Characters of a mark that is remembered: pages repeat a few short ones."""
meaning = lru_cache(1024)(unescape)


Meant = tuple[tuple[Callable[[Elements, str], None], str], ...]


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

    def read(self) -> Canonical:
        text, begin = self._text, 0
        while found := MARKS.search(text, begin):
            start, end = found.span()
            if start > begin:
                self._run(begin, start)
            begin = self._mark(found[0], start, end)
        if begin < len(text):
            self._run(begin, len(text))
        return self._writer.finish()

    def _mark(self, mark: str, start: int, end: int) -> int:
        """Tags one behind the other; returns where the text behind them begins."""
        elements = self._elements
        meant = _known(mark) if len(mark) <= LONGEST_KNOWN else _meant(mark)
        if meant is None:
            if behind := self._unusual(start, end):
                return behind
        else:
            for does, tag in meant:
                does(elements, tag)
        if elements.preformatted:
            return start + len(mark.rstrip())
        if mark[-1].isspace():
            self._writer.space(start + len(mark.rstrip()), end)
        return end

    def _unusual(self, start: int, end: int) -> int:
        """Comments, line breaks, elements whose words are not the document's: mark by mark.

        Returns where the first element that is left out ends, 0 where there is none.
        """
        elements, writer = self._elements, self._writer
        for one in ONE.finditer(self._text, start, end):
            found = TAG.match(one[0])
            if not found:
                if one[0].isspace():
                    writer.space(*one.span())
                continue
            closing, tag = bool(found[1]), found[2].lower()
            if tag in SILENT and not closing:
                if one[0].count("<") == 1:
                    raise Tangled
            elif tag in SKIPPED:
                if not closing:
                    writer.block()
                    return self._behind(tag, one.end())
            elif tag == "br":
                writer.space(one.start(), one.start())
            elif tag not in INLINE:  # one in strange capitals
                (elements.close if closing else elements.open)(tag)
        return 0

    def _behind(self, tag: str, start: int) -> int:
        """Where the element that is left out ends, its content being at `start`; a head ends where a body begins."""
        depth = 1
        while depth:
            found = EDGES[tag].match(self._text, start)
            if found is None:
                raise Tangled
            depth = 0 if found[2].lower() != tag else depth - 1 if found[1] else depth + 1
            start = found.end()
        return start

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
            parts[1::2] = [meaning(mark) if mark[0] == "&" else "" for mark in parts[1::2]]
            pieces = Pieces(
                list(compress(parts, parts)), list(compress(places, parts)), list(compress(places[1:], parts))
            )
        if pieces.texts:
            self._writer.pieces(pieces, code)


def _meant(mark: str) -> Meant | None:
    """What tags one behind the other do; None where marks are not all tags of blocks."""
    tags = PLAIN.findall(mark)
    return _meaning(tuple(tags)) if len(tags) == mark.count("<") else None


@lru_cache(4096)
def _meaning(tags: tuple[tuple[str, str], ...]) -> Meant | None:
    """A block that says nothing but that it begins or ends adds nothing behind another that said so."""
    found: list[tuple[Callable[[Elements, str], None], str]] = []
    ended = False
    for closing, name in tags:
        name = name.lower()
        if name == "br" or name in INLINE or name in SKIPPED or name in SILENT:
            return None
        plain = name not in Elements.MEANT
        if not (plain and ended):
            found.append(((Elements.CLOSE if closing else Elements.OPEN).get(name, Elements.block), name))
        ended = plain or name in Elements.BLOCKS
    return tuple(found)


_known = lru_cache(4096)(_meant)


def meta_charset(data: bytes) -> str:
    """The charset that the first 1024 bytes of the page declare, or an empty string (HTML 13.2.3.2)."""
    found = META_CHARSET.search(data[:1024])
    return found[1].decode("ascii") if found else ""
