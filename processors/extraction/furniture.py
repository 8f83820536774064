"""Running headers, footers and page numbers: lines at the edge of a page that come back on other pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from processors.extraction.lines import Line, PageLines
from processors.extraction.page_spool import PageSpool

EDGE = 0.12
"""Share of the page height, at the top and at the bottom, in which furniture stands."""
FEWEST_PAGES = 3
DIGITS = re.compile(r"\d+|\b[ivxlc]+\b", re.I)


class Body:
    """The lines of all pages without furniture; each pass reads the pages anew.

    Furniture are edge lines whose text, numbers aside, stands on at least three pages and on a third of all.
    """

    def __init__(self, pages: PageSpool) -> None:
        self._pages = pages
        self._seen: Counter[str] = Counter()
        for page in pages:
            self._seen.update({_shape(line) for line in page.lines if _at_edge(line, page)})
        self._enough = max(FEWEST_PAGES, len(pages) / 3)

    def __iter__(self) -> Iterator[Line]:
        for page in self._pages:
            for line in page.lines:
                if not (_at_edge(line, page) and self._seen[_shape(line)] >= self._enough):
                    yield line


def _at_edge(line: Line, page: PageLines) -> bool:
    return line.box[1] > page.height * (1 - EDGE) or line.box[3] < page.height * EDGE


def _shape(line: Line) -> str:
    return DIGITS.sub("#", line.text)
