"""Running headers, footers and page numbers: lines at the edge of a page that come back on other pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from processors.extraction.lines import Line, PageLines

EDGE = 0.12
"""Share of the page height, at the top and at the bottom, in which furniture stands."""
FEWEST_PAGES = 3
DIGITS = re.compile(r"\d+|\b[ivxlc]+\b", re.I)


def body_lines(pages: Sequence[PageLines]) -> list[list[Line]]:
    """The lines of each page without furniture: edge lines whose text, numbers aside, stands on at least three pages
    and on a third of all."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_shape(line) for line in page.lines if _at_edge(line, page)})
    enough = max(FEWEST_PAGES, len(pages) / 3)
    return [
        [line for line in page.lines if not (_at_edge(line, page) and seen[_shape(line)] >= enough)] for page in pages
    ]


def _at_edge(line: Line, page: PageLines) -> bool:
    return line.box[1] > page.height * (1 - EDGE) or line.box[3] < page.height * EDGE


def _shape(line: Line) -> str:
    return DIGITS.sub("#", line.text)
