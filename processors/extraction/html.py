"""HTML, block by block through the source by the tokens of HTML5; where tags do not fit, through selectolax's tree."""

from __future__ import annotations

import re

from processors.extraction.canonical import Canonical
from processors.extraction.decoded import Decoded
from processors.extraction.elements import INLINE, SILENT, SKIPPED, Elements
from processors.extraction.html_tree import walk
from processors.extraction.references import ATTRIBUTES, COMMENT, unescaped
from processors.extraction.references import SILENT as SILENT_ELEMENT
from processors.extraction.writer import Writer

INNER = "|".join(sorted(INLINE, key=len, reverse=True))
BLOCK = re.compile(
    rf"<(?:{COMMENT}|{SILENT_ELEMENT}|(?!/?(?:{INNER})[\s/>])(/?)([a-zA-Z][^\s/>]*+){ATTRIBUTES})", re.I | re.S
)
"""A comment, an element whose characters are not the page's, or a tag that is not inline."""
ANCHOR = r"a\s(?=[^>]*\bclass=\"headerlink\")[^>]*>[^<]*</a>"
"""The sign behind a heading that only links to it (Sphinx)."""
MARK = re.compile(rf"<(?:{ANCHOR}|/?[a-zA-Z][^\s/>]*+{ATTRIBUTES})", re.I | re.S)
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
        position, skipped, depth = 0, "", 0
        for token in BLOCK.finditer(text):
            start, end = token.span()
            name = token[3]
            if not skipped:
                if start > position:
                    self._run(position, start)
            position = end
            if name is None:
                continue
            tag = name.lower()
            closing = token[2]
            if skipped:
                if tag == skipped:
                    depth += -1 if closing else 1
                elif skipped == "head" and tag == "body":
                    depth = 0
                if depth > 0:
                    continue
                skipped = ""
            elif tag in SKIPPED and tag not in SILENT:
                if not closing:
                    skipped, depth = tag, 1
                    writer.block()
            elif tag == "br":
                writer.space(end, end)
            elif closing:
                elements.close(tag)
            else:
                elements.open(tag)
        if skipped:
            raise Tangled
        self._run(position, len(text))
        return writer.finish()

    def _run(self, start: int, end: int) -> None:
        """Text between two blocks, with inline tags in it."""
        if "<" in self._text[start:end]:
            for mark in MARK.finditer(self._text, start, end):
                self._piece(start, mark.start())
                start = mark.end()
        self._piece(start, end)

    def _piece(self, start: int, end: int) -> None:
        if start >= end:
            return
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
