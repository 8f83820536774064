"""Render demo/documents/handbook.pdf from demo/handbook.txt.

Run after editing the text: `python demo/make_handbook.py`. The output is byte-for-byte the same for the same text
(reportlab's invariant mode), so the committed PDF can be compared with a fresh rendering.
"""

from __future__ import annotations

import sys
from html import escape
from pathlib import Path

from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A5
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "handbook.txt"
TARGET = HERE / "documents" / "handbook.pdf"
EDITION = "Marrowick Instruments - Tarnwatch 6 Product Handbook"

BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=10, leading=13, alignment=TA_JUSTIFY, spaceAfter=6)
STYLES = {
    "# ": ParagraphStyle("title", fontName="Helvetica-Bold", fontSize=24, leading=29, spaceBefore=120, spaceAfter=18),
    "## ": ParagraphStyle("chapter", fontName="Helvetica-Bold", fontSize=17, leading=21, spaceAfter=10),
    "### ": ParagraphStyle(
        "section", fontName="Helvetica-Bold", fontSize=12, leading=15, spaceBefore=8, spaceAfter=4, keepWithNext=1
    ),
}


def story(text: str) -> list[Flowable]:
    """Flowables for the marked-up text: `#` title, `##` chapter (on a new page), `###` section, other lines body."""
    flow: list[Flowable] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        mark = next((mark for mark in STYLES if line.startswith(mark)), None)
        if mark == "## ":
            flow.append(PageBreak())
        flow.append(Paragraph(escape(line.removeprefix(mark or "")), STYLES[mark] if mark else BODY))
    return flow


def frame(canvas: Canvas, document: SimpleDocTemplate) -> None:
    """Running header and page number: furniture that an extractor has to recognise and leave out."""
    width, height = A5
    canvas.saveState()
    canvas.setFont("Helvetica", 7.5)
    canvas.drawString(16 * mm, height - 10 * mm, EDITION)
    canvas.drawCentredString(width / 2, 8 * mm, f"Page {document.page}")
    canvas.restoreState()


def render(source: Path = SOURCE, target: Path = TARGET) -> None:
    """Write the PDF of `source` to `target`."""
    document = SimpleDocTemplate(
        str(target), pagesize=A5, leftMargin=16 * mm, rightMargin=16 * mm, topMargin=17 * mm, bottomMargin=16 * mm,
        title="Tarnwatch 6 Product Handbook", author="Marrowick Instruments", invariant=1,
    )  # fmt: skip
    document.build(story(source.read_text(encoding="utf-8")), onFirstPage=frame, onLaterPages=frame)


if __name__ == "__main__":
    render(target=Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
