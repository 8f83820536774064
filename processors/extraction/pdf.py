"""PDF: lines from PDFium page by page, headings by size and weight, paragraphs by the gaps between lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from processors.extraction.canonical import Canonical, Heading
from processors.extraction.furniture import Body
from processors.extraction.lines import Line, page_lines
from processors.extraction.page_spool import PageSpool
from processors.extraction.places import PagePlaces
from processors.extraction.unreadable import Unreadable

TAIL = 4096
PASSWORD_NEEDED = 4
"""FPDF_ERR_PASSWORD of PDFium's fpdfview.h."""
SCAN_SAMPLE = 20
REOPENED = 200
"""Pages after which the document is opened anew: PDFium keeps every object that it has seen."""
BOLD = 600
LONGEST_HEADING = 160
DEEPEST = 6
SENTENCE_ENDS = tuple(".!?:;\"')]\u201d\u2019")


def read_pdf(data: bytes) -> Canonical:
    """Canonical text of a PDF. A page that cannot be read is counted, not fatal.

    Raises Unreadable: TRUNCATED_PDF, ENCRYPTED_PDF, DAMAGED_PDF, NEEDS_OCR, NO_TEXT.
    """
    document = _open(data)
    try:
        pages = PageSpool()
        bad = 0
        for index in range(len(document)):
            if index and index % REOPENED == 0:
                document.close()
                document = _open(data)
            try:
                pages.add(page_lines(document, index))
            except (pdfium.PdfiumError, ValueError):
                bad += 1
        total = len(document)
        pictured = not pages.lines and _pictured(document)
    finally:
        document.close()
    if total and bad == total:
        raise Unreadable("DAMAGED_PDF", f"None of the {total} pages can be read.")
    if not pages.lines and pictured:
        raise Unreadable("NEEDS_OCR", f"The {total} pages of the PDF hold pictures and no text: it is a scan.")
    if not pages.lines:
        raise Unreadable("NO_TEXT", f"The {total} pages of the PDF hold no text.")
    text, spans, headings = compose(Body(pages))
    return Canonical(text, "pdf", spans, headings, pages=total, bad_pages=bad)


def _open(data: bytes) -> pdfium.PdfDocument:
    ended = b"%%EOF" in data[-TAIL:]
    try:
        document = pdfium.PdfDocument(data)
        if len(document) == 0:
            raise Unreadable("DAMAGED_PDF", "The PDF has no pages.")
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == PASSWORD_NEEDED or "password" in str(error).lower():
            raise Unreadable("ENCRYPTED_PDF", "The PDF is protected by a password.") from error
        if not ended:
            raise Unreadable("TRUNCATED_PDF", "The PDF ends before its end mark (%%EOF).") from error
        raise Unreadable("DAMAGED_PDF", f"The PDF cannot be opened: {error}.") from error
    if not ended:
        # PDFium repairs a cut file and shows the pages it finds; a part must not pass for the whole.
        document.close()
        raise Unreadable("TRUNCATED_PDF", "The PDF ends before its end mark (%%EOF).")
    return document


def _pictured(document: pdfium.PdfDocument) -> bool:
    """Whether one of the first pages shows a picture."""
    for index in range(min(len(document), SCAN_SAMPLE)):
        try:
            if next(document[index].get_objects([pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3), None) is not None:
                return True
        except (pdfium.PdfiumError, ValueError):
            continue
    return False


def compose(lines: Iterable[Line]) -> tuple[str, PagePlaces, tuple[Heading, ...]]:
    """Join lines to paragraphs (a space), separate paragraphs and headings (an empty line)."""
    body, levels = _sizes(lines)
    parts: list[str] = []
    spans = PagePlaces()
    headings: list[Heading] = []
    length, previous = 0, None
    for line in lines:
        level = _level(line, body, levels)
        if previous is not None:
            gap = _gap(previous, line, _level(previous, body, levels), level)
            parts.append(gap)
            length += len(gap)
        parts.append(line.text)
        spans.add(length, length + len(line.text), line.page, line.box)
        if level:
            if headings and previous is not None and headings[-1].end == length - 1 and headings[-1].level == level:
                headings[-1] = Heading(headings[-1].start, length + len(line.text), level)
            else:
                headings.append(Heading(length, length + len(line.text), level))
        length += len(line.text)
        previous = line
    return "".join(parts), spans, tuple(headings)


def _sizes(lines: Iterable[Line]) -> tuple[Line, dict[tuple[float, bool], int]]:
    """The commonest line as the body's look, and the heading level of each look that stands out from it."""
    count: Counter[tuple[float, bool]] = Counter()
    first: dict[tuple[float, bool], Line] = {}
    short: set[tuple[float, bool]] = set()
    for line in lines:
        look = (line.size, line.weight >= BOLD)
        count[look] += len(line.text)
        first.setdefault(look, line)
        if len(line.text) <= LONGEST_HEADING:
            short.add(look)
    if not count:
        raise Unreadable("NO_TEXT", "There is no text but headers and footers.")
    size, bold = count.most_common(1)[0][0]
    body = first[size, bold]
    looks = {look for look in short if look[0] > size * 1.08 or (look[0] >= size and look[1] and not bold)}
    ordered = sorted(looks, reverse=True)
    return body, {look: min(index + 1, DEEPEST) for index, look in enumerate(ordered)}


def _level(line: Line, body: Line, levels: dict[tuple[float, bool], int]) -> int:
    look = (line.size, line.weight >= BOLD)
    if look == (body.size, body.weight >= BOLD) or len(line.text) > LONGEST_HEADING:
        return 0
    if line.size <= body.size * 1.08 and line.text.endswith((".", ",", ";")):
        return 0  # a bold sentence inside the text, not a title
    return levels.get(look, 0)


def _gap(before: Line, line: Line, level_before: int, level: int) -> str:
    """What stands between two lines: nothing in a divided word, a space in a paragraph, else an empty line."""
    if level != level_before:
        return "\n\n"
    height = max(before.box[3] - before.box[1], 1.0)
    if before.page != line.page:
        joined = level == 0 and not before.text.endswith(SENTENCE_ENDS)
    else:
        # Lines of one paragraph stand closer than one and a half line heights; a column that starts higher is new.
        drop = before.box[1] - line.box[3]
        joined = -height < drop < 0.75 * height
    if not joined:
        return "\n\n"
    return "" if before.divided else " "
