"""From a span of a canonical text back to the original document: byte range, or pages with boxes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


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


def locate(
    offset_map: Mapping[str, Any], text: str, start: int, end: int
) -> tuple[ByteRange, ...] | tuple[PageBox, ...]:
    """Where the characters `start..end` of the canonical `text` stand in the original.

    Args:
        offset_map: the parsed JSON of `map_blob`, see DocumentExtracted.
        text: the whole canonical text.

    Returns:
        One ByteRange from the first to the last byte for text formats; one PageBox per line for PDF; empty where the
        span covers nothing but separators.
    """
    spans = [span for span in offset_map["spans"] if span["start"] < end and span["end"] > start]
    if not spans:
        return ()
    if "page" in spans[0]:
        return tuple(PageBox(span["page"], (*span["box"],)) for span in spans)
    encoding = offset_map.get("encoding", "utf-8")
    first, last = spans[0], spans[-1]
    begin = first["byte_start"] + _inside(first, text, encoding, start)
    stop = last["byte_start"] + _inside(last, text, encoding, end) if end < last["end"] else last["byte_end"]
    return (ByteRange(begin, stop),)


def _inside(span: Mapping[str, Any], text: str, encoding: str, place: int) -> int:
    """Bytes from the start of the span to `place`: exact where the span decodes to its characters, else 0."""
    if place <= span["start"]:
        return 0
    try:
        whole = text[span["start"] : span["end"]].encode(encoding)
    except UnicodeEncodeError:
        return 0  # a replacement character: the original had bytes there that are no text
    if len(whole) != span["byte_end"] - span["byte_start"]:
        return 0
    return len(text[span["start"] : place].encode(encoding))
