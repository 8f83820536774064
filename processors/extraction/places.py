"""Where stretches of the canonical text stand in the original, kept as columns of numbers: long documents have many."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in PDF points, origin at the lower left corner of the page."""


@dataclass(frozen=True, slots=True)
class ByteSpan:
    """Characters `start..end` of the canonical text come from the bytes `byte_start..byte_end` of the original.

    Either the bytes decode to exactly these characters (each single line end or tab being a space), or the whole span
    stands for the whole byte range: white space that was folded, a character reference, an escape.
    """

    start: int
    end: int
    byte_start: int
    byte_end: int


@dataclass(frozen=True, slots=True)
class PageSpan:
    """Characters `start..end` of the canonical text stand in `box` on `page` (1, 2, ...)."""

    start: int
    end: int
    page: int
    box: Box


def _numbers() -> array[int]:
    return array("q")


def _floats() -> array[float]:
    return array("f")


@dataclass(slots=True)
class BytePlaces:
    """Spans with byte ranges of the one file."""

    start: array[int] = field(default_factory=_numbers)
    end: array[int] = field(default_factory=_numbers)
    byte_start: array[int] = field(default_factory=_numbers)
    byte_end: array[int] = field(default_factory=_numbers)

    def __iter__(self) -> Iterator[ByteSpan]:
        return map(ByteSpan, self.start, self.end, self.byte_start, self.byte_end)

    def columns(self) -> dict[str, Any]:
        return {
            "start": self.start, "end": self.end,
            "byte_start": self.byte_start, "byte_end": self.byte_end,
        }  # fmt: skip


@dataclass(slots=True)
class PagePlaces:
    """Spans with boxes on pages; `edges` holds four numbers per span."""

    start: array[int] = field(default_factory=_numbers)
    end: array[int] = field(default_factory=_numbers)
    page: array[int] = field(default_factory=_numbers)
    edges: array[float] = field(default_factory=_floats)

    def add(self, start: int, end: int, page: int, box: Box) -> None:
        self.start.append(start)
        self.end.append(end)
        self.page.append(page)
        self.edges.extend(box)

    def __iter__(self) -> Iterator[PageSpan]:
        for index, (start, end, page) in enumerate(zip(self.start, self.end, self.page, strict=True)):
            x0, y0, x1, y1 = self.edges[4 * index : 4 * index + 4]
            yield PageSpan(start, end, page, (x0, y0, x1, y1))

    def columns(self) -> dict[str, Any]:
        return {"start": self.start, "end": self.end, "page": self.page, "box": self.edges}


@dataclass(slots=True)
class PartPlaces:
    """Spans in the parts of an archive: the part's name, a place as a person would say it, and bytes where known.

    byte_start, byte_end: inside the unpacked part; -1 where a paragraph or cell has no byte range of its own.
    """

    parts: list[str] = field(default_factory=list)
    start: array[int] = field(default_factory=_numbers)
    end: array[int] = field(default_factory=_numbers)
    part: array[int] = field(default_factory=_numbers)
    place: list[str] = field(default_factory=list)
    byte_start: array[int] = field(default_factory=_numbers)
    byte_end: array[int] = field(default_factory=_numbers)

    def add(self, start: int, end: int, part: str, place: str, byte_start: int = -1, byte_end: int = -1) -> None:
        if not self.parts or self.parts[-1] != part:
            self.parts.append(part)
        self.start.append(start)
        self.end.append(end)
        self.part.append(len(self.parts) - 1)
        self.place.append(place)
        self.byte_start.append(byte_start)
        self.byte_end.append(byte_end)

    def columns(self) -> dict[str, Any]:
        return {
            "start": self.start, "end": self.end, "part": self.part, "place": self.place,
            "byte_start": self.byte_start, "byte_end": self.byte_end,
        }  # fmt: skip
