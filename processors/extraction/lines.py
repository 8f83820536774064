"""The lines of one PDF page: text, box, font size and weight."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from processors.extraction.places import Box

SOFT_HYPHENS = ("\ufffe", "\x02", "\xad")
"""What PDFium says for a hyphen that only divides a word at the end of a line."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it stands on the page. `size` in points, `weight` as in CSS (0 where unknown)."""

    text: str
    page: int
    box: Box
    size: float
    weight: int
    divided: bool
    """The last word goes on in the next line; its hyphen is already gone."""


@dataclass(frozen=True, slots=True)
class PageLines:
    """All lines of a page in reading order; width and height in points."""

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]


def page_lines(document: pdfium.PdfDocument, index: int) -> PageLines:
    """Read one page. Raises pypdfium2.PdfiumError where the page is damaged."""
    page = document[index]
    try:
        width, height = page.get_size()
        text_page = page.get_textpage()
        try:
            return PageLines(index + 1, width, height, tuple(_lines(text_page, index + 1)))
        finally:
            text_page.close()
    finally:
        page.close()


def _lines(text_page: pdfium.PdfTextPage, page: int) -> list[Line]:
    raw: Any = text_page.raw
    whole = text_page.get_text_range()
    found: list[Line] = []
    units = 0  # position in UTF-16 units, which is how PDFium counts its text
    for piece in whole.splitlines(keepends=True):
        begin, units = units, units + len(piece.encode("utf-16-le")) // 2
        text = piece.rstrip("\r\n")
        divided = text.endswith(SOFT_HYPHENS)
        text = " ".join(text.rstrip("".join(SOFT_HYPHENS)).split())
        if not text:
            continue
        first = pdfium_c.FPDFText_GetCharIndexFromTextIndex(raw, begin + _leading(piece))
        last = pdfium_c.FPDFText_GetCharIndexFromTextIndex(
            raw, begin + len(piece.rstrip().encode("utf-16-le")) // 2 - 1
        )
        if first < 0 or last < first:
            continue
        box = _box(raw, first, last - first + 1)
        if box is None:
            continue
        size = float(pdfium_c.FPDFText_GetFontSize(raw, first))
        # Some producers set a size of 1 and scale by the matrix: the height of the box tells the real size.
        size = size if size > 3 else (box[3] - box[1])
        weight = max(0, int(pdfium_c.FPDFText_GetFontWeight(raw, first)))
        found.append(Line(text, page, box, round(size * 2) / 2, weight, divided))
    return found


def _leading(piece: str) -> int:
    return len(piece[: len(piece) - len(piece.lstrip())].encode("utf-16-le")) // 2


def _box(raw: Any, first: int, count: int) -> Box | None:
    """The union of the rectangles of a range of characters."""
    rectangles = pdfium_c.FPDFText_CountRects(raw, first, count)
    if rectangles <= 0:
        return None
    left, top, right, bottom = (ctypes.c_double() for _ in range(4))
    boxes: list[Box] = []
    for index in range(rectangles):
        if pdfium_c.FPDFText_GetRect(raw, index, left, top, right, bottom):
            boxes.append((left.value, bottom.value, right.value, top.value))
    if not boxes:
        return None
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0), min(y0), max(x1), max(y1)
