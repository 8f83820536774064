"""Questions for the cells of tables: rows are lines, cells are parted by tabs, the first row names the columns."""

from __future__ import annotations

from collections.abc import Iterator

from processors.generation.passage import Candidate, Passage

KIND = "table_cell"
LONGEST_CELL = 12


def cells(passage: Passage) -> Iterator[Candidate]:
    """One candidate per cell beside the first of its row: what is COLUMN of ROW? The quote is the row."""
    header: list[str] = []
    place = 0
    for line in passage.text.split("\n"):
        row = line.split("\t")
        start, place = place, place + len(line) + 1
        if len(row) < 2:
            header = []
            continue
        if not header:
            header = [cell.strip() for cell in row]
            continue
        if len(row) != len(header) or not row[0].strip():
            continue
        at = start + len(row[0]) + 1
        for name, cell in zip(header[1:], row[1:], strict=True):
            told = cell.strip()
            if told and name and len(told.split()) <= LONGEST_CELL:
                first = at + cell.index(told)
                question = f"In the row {row[0].strip()}, what is the {name}?"
                yield Candidate(KIND, passage, question, first, first + len(told), start, start + len(line))
            at += len(cell) + 1
