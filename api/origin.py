"""From a span of a canonical text back to the original: a page and its boxes, or a range of bytes."""

from __future__ import annotations

from typing import Any

from api.envelope import Attributes

MOST_BOXES = 50


class Box(Attributes):
    """A rectangle on a page: x0, y0, x1, y1 in points, origin at the lower left corner."""

    page: int
    box: list[float]


class Origin(Attributes):
    """Where a span stands in the uploaded bytes: byte_start and byte_end, or page and boxes.

    start, end: the span, in characters of the canonical text.
    """

    document_id: str
    document_name: str
    kind: str
    start: int
    end: int
    text: str
    page: int | None = None
    boxes: list[Box] = []
    byte_start: int | None = None
    byte_end: int | None = None


def origin(document: dict[str, Any], text: str, offsets: dict[str, Any], start: int, end: int) -> Origin:
    """Where characters `start` to `end` of `text` came from.

    Args:
        document: row of the view.
        offsets: the offset map of the document.
    """
    found = Origin(
        document_id=document["document_id"],
        document_name=document["name"],
        kind=offsets["kind"],
        start=start,
        end=end,
        text=text[start:end],
    )
    spans = [span for span in offsets["spans"] if span["start"] < end and span["end"] > start]
    boxes = [Box(page=span["page"], box=span["box"]) for span in spans if "page" in span]
    if boxes:
        return found.model_copy(update={"page": boxes[0].page, "boxes": boxes[:MOST_BOXES]})
    ranges = [
        _bytes(span, text, offsets.get("encoding", "utf-8"), start, end) for span in spans if "byte_start" in span
    ]
    if ranges:
        low, high = min(first for first, _ in ranges), max(last for _, last in ranges)
        return found.model_copy(update={"byte_start": low, "byte_end": high})
    return found


def _bytes(span: dict[str, Any], text: str, encoding: str, start: int, end: int) -> tuple[int, int]:
    """The bytes of the part of `span` that lies in `start` to `end`.

    Bytes that do not decode to exactly the characters of the span (folded blanks, character references) count whole.
    """
    whole = span["byte_start"], span["byte_end"]
    try:
        size = len(text[span["start"] : span["end"]].encode(encoding))
        if size != whole[1] - whole[0]:
            return whole
        first = whole[0] + len(text[span["start"] : max(start, span["start"])].encode(encoding))
        last = whole[1] - len(text[min(end, span["end"]) : span["end"]].encode(encoding))
    except (UnicodeError, LookupError):
        return whole
    return first, last
