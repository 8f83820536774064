"""The canonical text of a document and its map back to the original."""

from __future__ import annotations

import json
from dataclasses import dataclass

MAP_VERSION = 1
Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in PDF points, origin at the lower left corner of the page."""


@dataclass(frozen=True, slots=True)
class ByteSpan:
    """Characters `start..end` of the canonical text come from the bytes `byte_start..byte_end` of the original.

    Either the bytes decode to exactly these characters, or the whole span stands for the whole byte range: white
    space that was folded, a character reference, an escape.
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


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading at characters `start..end`; level 1 is the outermost."""

    start: int
    end: int
    level: int


@dataclass(frozen=True, slots=True)
class Canonical:
    """One immutable text. `pages` is 0 where the format has none; `bad_pages` could not be read."""

    text: str
    kind: str
    spans: tuple[ByteSpan, ...] | tuple[PageSpan, ...]
    headings: tuple[Heading, ...]
    encoding: str = "utf-8"
    pages: int = 0
    bad_pages: int = 0
    replaced: int = 0

    def map_json(self) -> bytes:
        """The offset map: {"version", "kind", "encoding", "spans": [{"start", "end", ...}]}."""
        spans: list[dict[str, object]] = []
        for span in self.spans:
            if isinstance(span, PageSpan):
                box = [round(edge, 2) for edge in span.box]
                spans.append({"start": span.start, "end": span.end, "page": span.page, "box": box})
            else:
                place = {"byte_start": span.byte_start, "byte_end": span.byte_end}
                spans.append({"start": span.start, "end": span.end, **place})
        whole = {"version": MAP_VERSION, "kind": self.kind, "encoding": self.encoding, "spans": spans}
        return json.dumps(whole, separators=(",", ":")).encode()
