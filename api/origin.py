"""Where a span of a canonical text stands in the uploaded bytes."""

from __future__ import annotations

from typing import Any

from studio.origin import ByteRange, PageBox, PartPlace, locate

from api.envelope import Attributes

MOST_BOXES = 50


class Box(Attributes):
    """A rectangle on a page: x0, y0, x1, y1 in points, origin at the lower left corner."""

    page: int
    box: list[float]


class Origin(Attributes):
    """A span of the canonical text, in characters, and its place in the original: byte_start and byte_end, or boxes,
    or for archives (DOCX, PPTX, XLSX, EPUB) the part and the places in it.

    page: of the first box. part_start, part_end: bytes of the unpacked part, where they are known.
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
    part: str | None = None
    places: list[str] = []
    part_start: int | None = None
    part_end: int | None = None


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
    try:
        places = locate(offsets, text, start, end)
    except UnicodeError:  # a replacement character has no bytes in the encoding of the original
        return found
    for place in places[:MOST_BOXES]:
        match place:
            case ByteRange():
                found.byte_start, found.byte_end = place.start, place.end
            case PageBox():
                found.page = found.page or place.page
                found.boxes.append(Box(page=place.page, box=list(place.box)))
            case PartPlace():
                if found.part is None:
                    found.part, found.part_start, found.part_end = place.part, place.start, place.end
                elif found.part == place.part:
                    found.part_end = place.end
                found.places.append(place.place)
    return found
