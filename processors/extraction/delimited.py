"""CSV and TSV (RFC 4180 and what programs write): cells with their bytes, the header row by its look."""

from __future__ import annotations

import re
from collections.abc import Iterator

from processors.extraction.canonical import Canonical
from processors.extraction.decoded import Decoded
from processors.extraction.table_head import is_header
from processors.extraction.unreadable import Unreadable
from processors.extraction.writer import Writer

DELIMITERS = ",;\t|"
SAMPLE = 64 * 1024
MOST_COLUMNS = 2000
Cell = tuple[int, int, bool]
"""Where the words of a cell stand in the source, and whether doubled quotes stand for single ones in it."""


def read_delimited(source: Decoded) -> Canonical:
    """Canonical text of a table: a line per row, a tab between cells. Raises Unreadable DAMAGED_FILE."""
    writer, text = Writer(source, "csv"), source.text
    rows = _rows(text, delimiter(text[:SAMPLE]) or ",")
    first = next(rows, None)
    second = next(rows, None)
    writer.open("table")
    if first is not None:
        named = second is not None and is_header(_words(text, first), _words(text, second))
        _row(writer, text, first, "header" if named else "")
    if second is not None:
        _row(writer, text, second, "")
    for row in rows:
        _row(writer, text, row, "")
    writer.close("table")
    return writer.finish()


def delimiter(sample: str) -> str:
    """The character that cuts the most lines into the same number of cells, at least two; empty if none does."""
    best, most = "", 0.0
    for mark in DELIMITERS:
        rows = []
        for row in _rows(sample, mark):
            rows.append(len(row))
            if len(rows) >= 200:
                break
        rows = rows[:-1] if len(rows) > 2 else rows  # the sample may end inside the last row
        if not rows:
            continue
        common = max(set(rows), key=rows.count)
        share = rows.count(common) / len(rows)
        if common > 1 and share >= 0.8 and share * min(common, 50) > most:
            best, most = mark, share * min(common, 50)
    return best


def _rows(text: str, mark: str) -> Iterator[list[Cell]]:
    """Cells of each row that is not blank."""
    cell = re.compile(rf"[ \t]*\"((?:[^\"]|\"\")*+)\"[^{re.escape(mark)}\n]*|([^{re.escape(mark)}\n]*)")
    row: list[Cell] = []
    position, length = 0, len(text)
    while position <= length:
        found = cell.match(text, position)
        if found is None:
            break
        quoted = found[1] is not None
        start, end = found.span(1 if quoted else 2)
        row.append((start, end, quoted and '""' in found[1]))
        if len(row) > MOST_COLUMNS:
            raise Unreadable("DAMAGED_FILE", f"A row has more than {MOST_COLUMNS} cells.")
        position = found.end()
        if position >= length or text[position] == "\n":
            if any(text[a:b].strip() for a, b, _ in row):
                yield row
            row = []
            if position >= length:
                return
        position += 1


def _words(text: str, row: list[Cell]) -> list[str]:
    return [text[start:end] for start, end, _ in row]


def _row(writer: Writer, text: str, row: list[Cell], detail: str) -> None:
    writer.open_row(detail)
    for start, end, doubled in row:
        writer.cell()
        if not doubled:
            writer.flow(start, end)
            continue
        while (quote := text.find('""', start, end)) >= 0:
            writer.flow(start, quote)
            writer.instead('"', quote, quote + 2)
            start = quote + 2
        writer.flow(start, end)
    writer.close_row()
