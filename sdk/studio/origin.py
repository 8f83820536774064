"""From a span of a canonical text back to the original: byte range, pages with boxes, or an archive's parts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Columns = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes `start..end` of the original file."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PageBox:
    """A box on a page (1, 2, ...): x0, y0, x1, y1 in PDF points, origin at the lower left."""

    page: int
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class PartPlace:
    """A place in one part of an archive (DOCX, PPTX, XLSX, EPUB).

    place: as a person would say it ("paragraph 12", "Sheet1!B4"). start, end: bytes of the unpacked part, where they
    are known; else both are None, and the place is all there is.
    """

    part: str
    place: str
    start: int | None = None
    end: int | None = None


def locate(
    offset_map: Mapping[str, Any], text: str, start: int, end: int
) -> tuple[ByteRange, ...] | tuple[PageBox, ...] | tuple[PartPlace, ...]:
    """Where the characters `start..end` of the canonical `text` stand in the original.

    Args:
        offset_map: the parsed JSON of `map_blob`, see DocumentExtracted.
        text: the whole canonical text.

    Returns:
        One ByteRange from the first to the last byte for text formats; one PageBox per line for PDF; one PartPlace per
        paragraph, cell or stretch for archives; empty where the span covers nothing but separators.
    """
    columns: Columns = offset_map["columns"] if "columns" in offset_map else _columns(offset_map["spans"])
    first, last = bisect_right(columns["end"], start), bisect_left(columns["start"], end)
    if first >= last:
        return ()
    if "page" in columns:
        return tuple(
            PageBox(columns["page"][index], tuple(columns["box"][4 * index : 4 * index + 4]))
            for index in range(first, last)
        )
    encoding = offset_map.get("encoding", "utf-8")
    if "part" in columns:
        return _parts(offset_map["parts"], columns, text, (start, end), (first, last))
    begin, stop = _bytes(columns, text, encoding, (start, end), (first, last - 1))
    return (ByteRange(begin, stop),)


def _parts(
    parts: list[str], columns: Columns, text: str, span: tuple[int, int], rows: tuple[int, int]
) -> tuple[PartPlace, ...]:
    found: list[PartPlace] = []
    index = rows[0]
    while index < rows[1]:
        part, place = columns["part"][index], columns["place"][index]
        last = index
        while last + 1 < rows[1] and (columns["part"][last + 1], columns["place"][last + 1]) == (part, place):
            last += 1
        if columns["byte_start"][index] < 0:
            found.append(PartPlace(parts[part], place))
        else:
            found.append(PartPlace(parts[part], place, *_bytes(columns, text, "utf-8", span, (index, last))))
        index = last + 1
    return tuple(found)


def _bytes(columns: Columns, text: str, encoding: str, span: tuple[int, int], rows: tuple[int, int]) -> tuple[int, int]:
    """From the first byte of the first row's part of the span to the last byte of the last row's."""
    first, last = rows
    begin: int = columns["byte_start"][first] + _inside(columns, first, text, encoding, span[0])
    if span[1] >= columns["end"][last]:
        return begin, columns["byte_end"][last]
    inside = _inside(columns, last, text, encoding, span[1])
    return begin, columns["byte_start"][last] + inside if inside else columns["byte_end"][last]


def _inside(columns: Columns, index: int, text: str, encoding: str, place: int) -> int:
    """Bytes from the start of a row to `place`: exact where the row decodes to its characters, else 0."""
    start, end = columns["start"][index], columns["end"][index]
    if place <= start:
        return 0
    try:
        whole = text[start:end].encode(encoding)
    except UnicodeEncodeError:
        return 0  # a replacement character: the original had bytes there that are no text
    if len(whole) != columns["byte_end"][index] - columns["byte_start"][index]:
        return 0
    return len(text[start:place].encode(encoding))


def _columns(spans: list[Mapping[str, Any]]) -> Columns:
    """The first version of the map named every span on its own."""
    names = list(spans[0]) if spans else ["start", "end", "byte_start", "byte_end"]
    columns: dict[str, list[Any]] = {name: [span[name] for span in spans] for name in names}
    if "box" in columns:
        columns["box"] = [edge for box in columns["box"] for edge in box]
    return columns
