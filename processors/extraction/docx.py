"""DOCX (ISO 29500): paragraphs, headings, lists, tables, code and notes, read as a stream."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from processors.extraction.archive import Archive
from processors.extraction.canonical import Canonical
from processors.extraction.docx_styles import Styles, read_styles
from processors.extraction.part_writer import PartWriter
from processors.extraction.unreadable import Unreadable
from processors.extraction.xml_stream import attribute, events, target

SKIPPED = frozenset(("Fallback", "del", "moveFrom", "instrText", "delText", "pict"))
"""A second form of the same drawing, and what was deleted but is still recorded."""


@dataclass(slots=True)
class _Paragraph:
    style: str = ""
    number: str | None = None
    level: int | None = None
    pieces: list[str] = field(default_factory=list)


def read_docx(data: bytes) -> Canonical:
    """Canonical text of a DOCX. Raises Unreadable: DAMAGED_FILE, ZIP_BOMB, XML_ENTITIES, PASSWORD_PROTECTED."""
    archive = Archive(data)
    document = target(archive, "", "officeDocument")
    if not document:
        raise Unreadable("DAMAGED_FILE", "The archive does not say which part is the document.")
    writer = PartWriter("docx")
    styles = read_styles(archive, document)
    _Reader(archive, document, writer, styles).read()
    for kind in ("footnotes", "endnotes"):
        part = target(archive, document, kind)
        if part and archive.has(part):
            _Reader(archive, part, writer, styles).read()
    return writer.finish()


class _Reader:
    """One part, from begin to end; paragraphs nest in text boxes, tables in cells."""

    def __init__(self, archive: Archive, part: str, writer: PartWriter, styles: Styles) -> None:
        self._archive, self._part, self._writer, self._styles = archive, part, writer, styles
        self._open: list[_Paragraph] = []
        self._numbered = self._tables = self._rows = self._cells = self._depth = 0
        self._header = False
        self._list = ""

    def read(self) -> None:
        skipping = 0
        for begins, tag, element in events(self._archive, self._part):
            if tag in SKIPPED:
                skipping += 1 if begins else -1
            elif not skipping:
                if begins:
                    self._begin(tag, element)
                else:
                    self._end(tag, element)
        self._no_list()
        self._writer.block()

    def _begin(self, tag: str, element: Any) -> None:
        writer, paragraph = self._writer, self._open[-1] if self._open else _Paragraph()
        match tag:
            case "p":
                self._open.append(_Paragraph())
            case "pStyle":
                paragraph.style = attribute(element, "val")
            case "numId":
                paragraph.number = attribute(element, "val")
            case "outlineLvl":
                level = attribute(element, "val")
                paragraph.level = int(level) + 1 if level in tuple("012345678") else None
            case "tab":
                paragraph.pieces.append(" ")
            case "br" | "cr":
                paragraph.pieces.append("\n")
            case "noBreakHyphen":
                paragraph.pieces.append("-")
            case "tbl":
                self._depth += 1
                if self._depth == 1:
                    self._no_list()
                    self._tables, self._rows = self._tables + 1, 0
                    writer.block()
                    writer.open("table")
            case "tr" if self._depth == 1:
                self._rows, self._cells, self._header = self._rows + 1, 0, False
                writer.open_row()
            case "tblHeader" if self._depth == 1:
                self._header = attribute(element, "val") not in ("0", "false")
            case "tc" if self._depth == 1:
                self._cells += 1
                writer.cell()

    def _end(self, tag: str, element: Any) -> None:
        writer = self._writer
        match tag:
            case "t" if self._open:
                self._open[-1].pieces.append(element.text or "")
            case "p" if self._open:
                self._paragraph(self._open.pop())
            case "tr" if self._depth == 1:
                writer.close_row("header" if self._header else "")
            case "tbl":
                self._depth -= 1
                if not self._depth:
                    writer.close("table")
                    writer.block()

    def _paragraph(self, paragraph: _Paragraph) -> None:
        self._numbered += 1
        text, writer = "".join(paragraph.pieces), self._writer
        if not text.strip():
            return
        place = f"paragraph {self._numbered}"
        if self._depth:
            writer.put(text, self._part, f"table {self._tables}, row {self._rows}, cell {self._cells}")
            return
        level = paragraph.level or self._styles.level(paragraph.style)
        number = paragraph.number if paragraph.number is not None else self._styles.number(paragraph.style)
        if level:
            self._no_list()
            writer.open_heading(level)
            writer.put(text.replace("\n", " "), self._part, place)
            writer.close_heading()
        elif number and number != "0":
            self._item(text, number, place)
        elif self._styles.is_code(paragraph.style):
            self._code(text, place)
        else:
            self._no_list()
            writer.block()
            writer.put(text, self._part, place)

    def _item(self, text: str, number: str, place: str) -> None:
        writer = self._writer
        if self._list != number:
            self._no_list()
            writer.block()
            writer.open("list", "ordered" if self._styles.ordered.get(number) else "")
            self._list = number
        writer.newline()
        writer.open("item")
        writer.put(text, self._part, place)
        writer.close("item")

    def _code(self, text: str, place: str) -> None:
        if self._list != "code":
            self._no_list()
            self._writer.block()
            self._writer.open("code")
            self._list = "code"
        for line in text.split("\n"):
            self._writer.code(line, self._part, place)

    def _no_list(self) -> None:
        """A list or a run of code lines ends where another kind of paragraph begins."""
        if self._list:
            self._writer.close("code" if self._list == "code" else "list")
            self._list = ""
