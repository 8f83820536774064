"""Sections by headings and chunks: passages of prose, rows of tables under their header; all spans of the text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from processors.extraction.canonical import Canonical, Heading, Region
from processors.extraction.passages import LONGEST, SHORTEST, passages

CHUNKS_VERSION = 2
UNTITLED_WORDS = 180
"""Text without headings is cut into parts of about this length, so that a split by section means something."""


@dataclass(frozen=True, slots=True)
class Section:
    """`start..end` covers the heading and the text below it up to the next heading of any level."""

    id: str
    title: str
    path: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage inside one section, without its heading. kind: "text", or "table" for whole rows of one.

    header: the span of the row that names the columns of a table, where it is known; it lies before the chunk or
    begins it.
    """

    id: str
    section_id: str
    start: int
    end: int
    kind: str = "text"
    header: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """All sections and chunks of a text, in order."""

    sections: tuple[Section, ...]
    chunks: tuple[Chunk, ...]

    def to_json(self) -> bytearray:
        """{"version", "sections": [{"id", "title", "path", "start", "end"}], "chunks": [{..., "kind", "header"}]}."""
        sections = (
            {"id": item.id, "title": item.title, "path": list(item.path), "start": item.start, "end": item.end}
            for item in self.sections
        )
        chunks = (
            {"id": item.id, "section_id": item.section_id, "start": item.start, "end": item.end}
            | ({"kind": item.kind, "header": list(item.header) if item.header else None} if item.kind != "text" else {})
            for item in self.chunks
        )
        out = bytearray(f'{{"version": {CHUNKS_VERSION}, "sections": ['.encode())
        _write(out, sections)
        out += b'], "chunks": ['
        _write(out, chunks)
        out += b"]}"
        return out


def _write(out: bytearray, rows: Iterable[dict[str, Any]]) -> None:
    """The rows of a JSON array, one by one: all of them as dictionaries would be many times as large."""
    for index, row in enumerate(rows):
        out += b", " if index else b""
        out += json.dumps(row, ensure_ascii=False).encode()


def cut(canonical: Canonical) -> Cut:
    """Sections and chunks of a canonical text. A heading without text of its own is only part of a path."""
    sections: list[Section] = []
    chunks: list[Chunk] = []
    tables = _tables(canonical.regions)
    for title, path, start, body, end in _parts(canonical.text, canonical.headings):
        section = Section(f"s{len(sections) + 1:04}", title, path, start, end)
        sections.append(section)
        for first, last, kind, header in _chunks(canonical.text, body, end, tables):
            chunks.append(Chunk(f"c{len(chunks) + 1:05}", section.id, first, last, kind, header))
    return Cut(tuple(sections), tuple(chunks))


Table = tuple[Region, list[Region]]
Found = tuple[int, int, str, tuple[int, int] | None]


def _tables(regions: Sequence[Region]) -> list[Table]:
    """The tables in order, the last first, with their rows."""
    found: list[Table] = []
    for region in regions:
        if region.kind == "table":
            found.append((region, []))
        elif region.kind == "row" and found and region.end <= found[-1][0].end:
            found[-1][1].append(region)
    return found[::-1]


def _chunks(text: str, start: int, end: int, tables: list[Table]) -> Iterator[Found]:
    """Prose between tables as passages, tables by their rows. `tables` is used up from its end."""
    while tables and tables[-1][0].start < end:
        table, rows = tables[-1]
        if table.start >= start:
            for first, last in passages(text, start, table.start):
                yield first, last, "text", None
        within = [row for row in rows if start <= row.start < end]
        yield from _rows(text, within, next((row for row in rows if row.detail == "header"), None))
        start = max(start, min(end, table.end))
        if table.end > end:
            return  # a text without headings is cut inside it; the rest belongs to the next part
        tables.pop()
    for first, last in passages(text, start, end):
        yield first, last, "text", None


def _rows(text: str, rows: Sequence[Region], header: Region | None) -> Iterator[Found]:
    """Runs of whole rows of at most LONGEST words; the header belongs to the first and is known to all."""
    known = (header.start, header.end) if header else None
    begin, end, words = -1, -1, 0
    for row in rows:
        length = len(text[row.start : row.end].split())
        if begin >= 0 and words + length > LONGEST and words >= SHORTEST:
            yield begin, end, "table", known
            begin, words = -1, 0
        begin = row.start if begin < 0 else begin
        end, words = row.end, words + length
    if begin >= 0:
        yield begin, end, "table", known


def _parts(text: str, headings: Sequence[Heading]) -> Iterator[tuple[str, tuple[str, ...], int, int, int]]:
    """(title, path, start, start of the body, end) of every part that has text of its own."""
    marks: list[Heading | None] = [None, *headings]
    open_titles: list[tuple[int, str]] = []
    for index, heading in enumerate(marks):
        following = headings[index].start if index < len(headings) else len(text)
        start, body = (heading.start, heading.end) if heading else (0, 0)
        if heading:
            open_titles = [item for item in open_titles if item[0] < heading.level]
            open_titles.append((heading.level, " ".join(text[heading.start : heading.end].split())))
        if not text[body:following].strip():
            continue
        end = body + len(text[body:following].rstrip())
        path = tuple(title for _, title in open_titles)
        if heading or headings:
            yield (path[-1] if path else "Opening"), path, start, body, end
        else:
            yield from _untitled(text, end)


def _untitled(text: str, end: int) -> Iterator[tuple[str, tuple[str, ...], int, int, int]]:
    """Parts of a text without any heading: whole paragraphs up to about UNTITLED_WORDS words."""
    breaks = next(
        (
            found
            for mark in (r"\n\n", r"\n", r"[.!?]\s")
            if (found := [match.end() for match in re.finditer(mark, text[:end])])
        ),
        [],
    )
    begin, number = len(text) - len(text.lstrip()), 0
    words, counted = 0, begin
    for stop in [*breaks, end]:
        last = stop == end
        words, counted = words + len(text[counted:stop].split()), max(counted, stop)
        if stop > begin and (last or words >= UNTITLED_WORDS):
            words = 0
            number += 1
            title = f"Part {number}"
            yield title, (title,), begin, begin, begin + len(text[begin:stop].rstrip())
            begin = stop
