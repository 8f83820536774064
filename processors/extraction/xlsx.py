"""XLSX (ISO 29500): each sheet a heading and a table, row by row as a stream."""

from __future__ import annotations

from processors.extraction.archive import Archive
from processors.extraction.canonical import Canonical
from processors.extraction.part_writer import PartWriter
from processors.extraction.table_head import is_header
from processors.extraction.unreadable import Unreadable
from processors.extraction.xlsx_values import Values, read_values
from processors.extraction.xml_stream import attribute, events, relations, target

Cell = tuple[str, str]
"""Reference ("B4") and text."""


def read_xlsx(data: bytes) -> Canonical:
    """Canonical text of an XLSX; a sheet that cannot be read is counted, not fatal. Raises Unreadable."""
    archive = Archive(data)
    workbook = target(archive, "", "officeDocument")
    if not workbook:
        raise Unreadable("DAMAGED_FILE", "The archive does not say which part is the workbook.")
    known = relations(archive, workbook)
    sheets: list[tuple[str, str]] = []
    late = False
    for begins, tag, element in events(archive, workbook):
        if begins and tag == "sheet" and (id := attribute(element, "id")) in known:
            sheets.append((attribute(element, "name"), known[id][1]))
        elif begins and tag == "workbookPr":
            late = attribute(element, "date1904") in ("1", "true")
    values = read_values(archive, workbook)
    values.late = late
    writer = PartWriter("xlsx")
    bad = 0
    for name, part in sheets:
        try:
            _Sheet(archive, part, name, values, writer).read(workbook)
        except Unreadable as error:
            if error.code != "DAMAGED_FILE":
                raise
            bad += 1
    if sheets and bad == len(sheets):
        raise Unreadable("DAMAGED_FILE", f"None of the {bad} sheets can be read.")
    return writer.finish(pages=len(sheets), bad_pages=bad)


class _Sheet:
    def __init__(self, archive: Archive, part: str, name: str, values: Values, writer: PartWriter) -> None:
        self._archive, self._part, self._name, self._values, self._writer = archive, part, name, values, writer
        self._waiting: list[Cell] | None = None
        self._rows = 0

    def read(self, workbook: str) -> None:
        writer, row = self._writer, list[Cell]()
        reference, kind, style, pieces, number = "", "", "", list[str](), 0
        titled = False
        try:
            for begins, tag, element in events(self._archive, self._part):
                if begins and tag == "row":
                    row, number = [], number + 1
                elif begins and tag == "c":
                    reference, kind, style = (attribute(element, name) for name in ("r", "t", "s"))
                    pieces = []
                elif not begins and tag in ("v", "t") and element.text:
                    pieces.append(str(element.text))
                elif not begins and tag == "c":
                    text = self._values.shown(kind, style, "".join(pieces))
                    row.append((reference or f"row {number}", text))
                elif not begins and tag == "row" and any(text.strip() for _, text in row):
                    if not titled:
                        writer.open_heading(1)
                        writer.put(self._name, workbook, f"name of sheet {self._name!r}")
                        writer.close_heading()
                        writer.open("table")
                        titled = True
                    self._row(row)
        finally:
            self._flush("")
            writer.close_row()
            writer.close("table")
            writer.block()

    def _row(self, row: list[Cell]) -> None:
        """The first row waits for the second, which tells whether it is a header."""
        self._rows += 1
        if self._rows == 1:
            self._waiting = row
            return
        if self._waiting is not None:
            self._flush("header" if is_header(_texts(self._waiting), _texts(row)) else "")
        self._write(row, "")

    def _flush(self, detail: str) -> None:
        if self._waiting is not None:
            self._write(self._waiting, detail)
            self._waiting = None

    def _write(self, row: list[Cell], detail: str) -> None:
        writer = self._writer
        writer.open_row(detail)
        column = 0
        for reference, text in row:
            wanted = _column(reference)
            while column + 1 < wanted <= column + 200:
                writer.cell()  # columns without a cell keep the others in their place
                column += 1
            writer.cell()
            column = max(column + 1, wanted)
            writer.put(text.replace("\n", " "), self._part, f"{self._name}!{reference}")
        writer.close_row()


def _texts(row: list[Cell]) -> list[str]:
    return [text for _, text in row]


def _column(reference: str) -> int:
    """1 for A, 27 for AA; 0 where the reference does not say."""
    found = 0
    for letter in reference:
        if not ("A" <= letter <= "Z"):
            break
        found = found * 26 + ord(letter) - 64
    return found
