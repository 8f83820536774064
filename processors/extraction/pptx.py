"""PPTX (ISO 29500): slides in their order, titles as headings, paragraphs, tables and speaker notes."""

from __future__ import annotations

from typing import Any

from processors.extraction.archive import Archive
from processors.extraction.canonical import Canonical
from processors.extraction.part_writer import PartWriter
from processors.extraction.unreadable import Unreadable
from processors.extraction.xml_stream import attribute, events, relations, target

TITLES = ("title", "ctrTitle")
FURNITURE = ("dt", "ftr", "sldNum", "hdr", "sldImg")


def read_pptx(data: bytes) -> Canonical:
    """Canonical text of a PPTX; a slide that cannot be read is counted, not fatal. Raises Unreadable."""
    archive = Archive(data)
    presentation = target(archive, "", "officeDocument")
    if not presentation:
        raise Unreadable("DAMAGED_FILE", "The archive does not say which part is the presentation.")
    known = relations(archive, presentation)
    order = [
        known[id][1]
        for begins, tag, element in events(archive, presentation)
        if begins and tag == "sldId" and (id := _relation(element)) in known
    ]
    writer = PartWriter("pptx")
    bad = 0
    for number, slide in enumerate(order, 1):
        try:
            _Slide(archive, slide, f"slide {number}", writer).read()
            notes = target(archive, slide, "notesSlide")
            if notes and archive.has(notes):
                _Slide(archive, notes, f"slide {number}, notes", writer).read()
        except Unreadable as error:
            if error.code != "DAMAGED_FILE":
                raise
            bad += 1
    if order and bad == len(order):
        raise Unreadable("DAMAGED_FILE", f"None of the {bad} slides can be read.")
    return writer.finish(pages=len(order), bad_pages=bad)


def _relation(element: Any) -> str:
    """The relation id of a slide, which also has an id of its own without a namespace."""
    return next((str(value) for name, value in element.attrib.items() if name.endswith("}id")), "")


class _Slide:
    def __init__(self, archive: Archive, part: str, place: str, writer: PartWriter) -> None:
        self._archive, self._part, self._place, self._writer = archive, part, place, writer
        self._shape = self._paragraph = self._rows = self._cells = 0
        self._role = ""
        self._pieces: list[str] = []
        self._in_table = False

    def read(self) -> None:
        skipping = 0
        try:
            for begins, tag, element in events(self._archive, self._part):
                if tag == "Fallback":
                    skipping += 1 if begins else -1
                elif not skipping:
                    if begins:
                        self._begin(tag, element)
                    else:
                        self._end(tag, element)
        finally:
            self._writer.close_row()
            self._writer.close("table")
            self._writer.close_heading()
            self._writer.block()

    def _begin(self, tag: str, element: Any) -> None:
        writer = self._writer
        match tag:
            case "sp" | "graphicFrame":
                self._shape, self._role, self._paragraph = self._shape + 1, "", 0
                writer.block()
            case "ph":
                self._role = attribute(element, "type") or "body"
            case "p":
                self._paragraph += 1
                self._pieces = []
            case "br":
                self._pieces.append("\n")
            case "tbl":
                self._in_table, self._rows = True, 0
                writer.open("table")
            case "tr":
                self._rows, self._cells = self._rows + 1, 0
                writer.open_row()
            case "tc":
                self._cells += 1
                writer.cell()

    def _end(self, tag: str, element: Any) -> None:
        writer = self._writer
        match tag:
            case "t":
                self._pieces.append(element.text or "")
            case "p":
                self._text("".join(self._pieces))
                self._pieces = []
            case "tr":
                writer.close_row("header" if self._rows == 1 else "")
            case "tbl":
                self._in_table = False
                writer.close("table")
                writer.block()

    def _text(self, text: str) -> None:
        if not text.strip() or self._role in FURNITURE:
            return
        writer = self._writer
        if self._in_table:
            writer.put(text, self._part, f"{self._place}, table row {self._rows}, cell {self._cells}")
            return
        place = f"{self._place}, shape {self._shape}, paragraph {self._paragraph}"
        if self._role in TITLES:
            writer.open_heading(1)
            writer.put(text.replace("\n", " "), self._part, place)
            writer.close_heading()
        else:
            writer.put(text, self._part, place)
