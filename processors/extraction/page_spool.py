"""The lines of all pages of a document, packed: what stands on a page is decided when all of them have been seen."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import astuple

from processors.extraction.lines import Line, PageLines


class PageSpool:
    """Pages in the order in which they were added; each pass over them unpacks one at a time."""

    def __init__(self) -> None:
        self._packed: list[bytes] = []
        self.lines = 0

    def add(self, page: PageLines) -> None:
        self.lines += len(page.lines)
        rows = [page.number, page.width, page.height, [astuple(line) for line in page.lines]]
        self._packed.append(zlib.compress(json.dumps(rows).encode(), 1))

    def __len__(self) -> int:
        return len(self._packed)

    def __iter__(self) -> Iterator[PageLines]:
        for packed in self._packed:
            number, width, height, rows = json.loads(zlib.decompress(packed))
            lines = (
                Line(text, page, (box[0], box[1], box[2], box[3]), size, weight, divided)
                for text, page, box, size, weight, divided in rows
            )
            yield PageLines(number, width, height, tuple(lines))
