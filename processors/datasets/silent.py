"""A dataset laid over the whole of a document: which pages, sections and chunks gave rows, and why others gave none."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

UNUSED = "no sample was made of it"
EMPTY = "there is no text in it that was cut into chunks"


@dataclass(frozen=True, slots=True)
class Piece:
    """A chunk, a section or a page. start, end: characters of the canonical text; for a page, of its chunks.

    why: empty where it gave rows; else what dropped its samples, or that there were none.
    """

    id: str
    title: str
    start: int
    end: int
    pages: tuple[int, ...]
    train: int
    heldout: int
    dropped: Mapping[str, int]
    section_id: str = ""

    @property
    def rows(self) -> int:
        return self.train + self.heldout

    @property
    def why(self) -> str:
        if self.rows:
            return ""
        if not self.end:
            return EMPTY
        return "; ".join(f"{n} x {reason}" for reason, n in self.dropped.items()) or UNUSED


@dataclass(frozen=True, slots=True)
class Laid:
    """A document's chunks, and its sections and pages as sums over them, each in the order of the text."""

    chunks: tuple[Piece, ...]
    sections: tuple[Piece, ...]
    pages: tuple[Piece, ...]


def laid(covered: Mapping[str, Any] | None, cut: Mapping[str, Any], offsets: Mapping[str, Any], pages: int = 0) -> Laid:
    """Lay what a dataset covers over a document.

    Args:
        covered: of the document, from the coverage of the dataset (see coverage.py); None where it holds nothing of it.
        cut: sections and chunks of the document. offsets: its offset map, which names the pages of a PDF. pages:
            how many it has, with those that hold no text.
    """
    gave = {chunk["id"]: chunk for chunk in (covered or {}).get("chunks", ())}
    titles = {section["id"]: section["title"] for section in cut["sections"]}
    places = _placed(offsets)
    starts = [start for start, _, _ in places]
    chunks: list[Piece] = []
    for chunk in cut["chunks"]:
        found = gave.get(chunk["id"], {})
        chunks.append(
            Piece(
                chunk["id"],
                titles.get(chunk["section_id"], ""),
                chunk["start"],
                chunk["end"],
                _pages(places, starts, chunk["start"], chunk["end"]),
                found.get("train", 0),
                found.get("heldout", 0),
                found.get("dropped", {}),
                chunk["section_id"],
            )
        )
    by_section: dict[str, list[Piece]] = {section: [] for section in titles}
    by_page: dict[int, list[Piece]] = {
        page: [] for page in sorted({page for _, _, page in places} | {*range(1, pages + 1)})
    }
    for piece in chunks:
        by_section.setdefault(piece.section_id, []).append(piece)
        for page in piece.pages:
            by_page[page].append(piece)
    return Laid(
        tuple(chunks),
        tuple(_sum(id, titles.get(id, ""), pieces) for id, pieces in by_section.items()),
        tuple(_sum(str(page), "", pieces, (page,)) for page, pieces in by_page.items()),
    )


def _placed(offsets: Mapping[str, Any]) -> list[tuple[int, int, int]]:
    """Start, end and page of every span of a PDF's map, in the order of the text; maps of version 1 name each span."""
    if "columns" in offsets:
        columns = offsets["columns"]
        return sorted(zip(columns["start"], columns["end"], columns.get("page", ()), strict=False))
    return sorted((span["start"], span["end"], span["page"]) for span in offsets["spans"] if "page" in span)


def _pages(places: Sequence[tuple[int, int, int]], starts: Sequence[int], start: int, end: int) -> tuple[int, ...]:
    first, last = max(0, bisect_left(starts, start) - 1), bisect_left(starts, end)
    found = {page for _, stop, page in places[first:last] if stop > start}
    return tuple(sorted(found))


def _sum(id: str, title: str, pieces: Sequence[Piece], pages: tuple[int, ...] = ()) -> Piece:
    dropped: Counter[str] = Counter()
    for piece in pieces:
        dropped.update(piece.dropped)
    return Piece(
        id,
        title,
        min((piece.start for piece in pieces), default=0),
        max((piece.end for piece in pieces), default=0),
        pages or tuple(sorted({page for piece in pieces for page in piece.pages})),
        sum(piece.train for piece in pieces),
        sum(piece.heldout for piece in pieces),
        dict(sorted(dropped.items(), key=lambda one: (-one[1], one[0]))),
    )
