"""HTML, block by block through the source by the tokens of HTML5; where tags do not fit, through selectolax's tree."""

from __future__ import annotations

import re

from processors.extraction.canonical import Canonical
from processors.extraction.decoded import Decoded
from processors.extraction.elements import INLINE, SILENT, SKIPPED, Elements
from processors.extraction.html_tree import walk
from processors.extraction.references import ATTRIBUTES, COMMENT, unescaped
from processors.extraction.writer import Writer

INNER = "|".join(sorted(INLINE, key=len, reverse=True))
BLOCK = re.compile(rf"<(?:(?!/?(?:{INNER})[\s/>])(/?)([a-zA-Z][^\s/>]*+){ATTRIBUTES}|{COMMENT})", re.S)
"""A tag that is not inline (one in capitals may be), or a comment."""
ANCHOR = r"a\s(?=[^>]*\bclass=\"headerlink\")[^>]*>[^<]*</a>"
"""The sign behind a heading that only links to it (Sphinx)."""
MARK = re.compile(rf"<(?:{ANCHOR}|/?[a-zA-Z][^\s/>]*+{ATTRIBUTES})", re.S)
SILENCE = {tag: re.compile(rf"</{tag}(?=[\s/>])[^>]*>", re.I) for tag in SILENT}
"""What ends an element whose characters are not the page's."""
META_CHARSET = re.compile(rb"<meta[^>]*?charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]+)", re.I)


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
        elements, writer, text = self._elements, self._writer, self._text
        position, begin, skipped, depth = 0, 0, "", 0
        while token := BLOCK.search(text, position):
            start, position = token.span()
            closing, name = token.groups()
            tag = name.lower() if name else ""
            if tag in INLINE:
                continue  # in capitals; it stays a mark inside the run
            if not skipped and start > begin:
                self._run(begin, start)
            begin = position
            if not tag:
                continue
            if tag in SILENT and not closing:
                ended = SILENCE[tag].search(text, position)
                begin = position = ended.end() if ended else len(text)
                continue
            if skipped:
                if tag == skipped:
                    depth += -1 if closing else 1
                elif skipped == "head" and tag == "body":
                    depth = 0
                if depth > 0:
                    continue
                skipped = ""
            elif tag in SKIPPED:
                if not closing:
                    skipped, depth = tag, 1
                    writer.block()
            elif tag == "br":
                writer.space(begin, begin)
            elif closing:
                elements.close(tag)
            else:
                elements.open(tag)
        if skipped:
            raise Tangled
        self._run(begin, len(text))
        return writer.finish()

    def _run(self, start: int, end: int) -> None:
        """Text between two blocks, with inline tags in it."""
        text = self._text
        run = text[start:end]
        if run.isspace() and self._elements.preformatted == 0:
            self._writer.space(start, end)
            return
        pieces = []
        if "<" in run:
            for mark in MARK.finditer(text, start, end):
                first, last = mark.span()
                if first > start:
                    pieces.append((start, first))
                start = last
        if end > start:
            pieces.append((start, end))
        if self._elements.preformatted or "&" in run:
            for piece in pieces:
                self._piece(*piece)
        else:
            self._writer.run(pieces)

    def _piece(self, start: int, end: int) -> None:
        writer = self._writer
        code = self._elements.preformatted
        if "&" not in self._text[start:end]:
            if code:
                self._lines(start, end)
            else:
                writer.flow(start, end)
            return
        for first, last, piece, exact in unescaped(self._text, start, end):
            if not exact:
                writer.instead(piece, first, last)
            elif code:
                self._lines(first, last)
            else:
                writer.flow(first, last)

    def _lines(self, start: int, end: int) -> None:
        """Preformatted text: lines and indentation stay."""
        writer, text = self._writer, self._text
        while (stop := text.find("\n", start, end)) >= 0:
            if stop > start:
                writer.exact(start, stop)
            writer.newline()
            start = stop + 1
        if end > start:
            writer.exact(start, end)


def meta_charset(data: bytes) -> str:
    """The charset that the first 1024 bytes of the page declare, or an empty string (HTML 13.2.3.2)."""
    found = META_CHARSET.search(data[:1024])
    return found[1].decode("ascii") if found else ""
