"""The canonical text of a document and its map back to the original."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from processors.extraction.places import BytePlaces, PagePlaces, PartPlaces

MAP_VERSION = 2
STRUCTURE_VERSION = 1
Places = BytePlaces | PagePlaces | PartPlaces


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading at characters `start..end`; level 1 is the outermost."""

    start: int
    end: int
    level: int


@dataclass(frozen=True, slots=True)
class Region:
    """Characters `start..end` are one `kind`: list, item, table, row, code, definitions, term, definition. They nest.

    detail: "ordered" of a list, "header" of a row, the language of code; else empty.
    """

    kind: str
    start: int
    end: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Canonical:
    """One immutable text. `pages` is 0 where the format has none; `bad_pages` could not be read."""

    text: str
    kind: str
    spans: Places
    headings: tuple[Heading, ...]
    encoding: str = "utf-8"
    pages: int = 0
    bad_pages: int = 0
    replaced: int = 0
    regions: tuple[Region, ...] = field(default=())

    def map_json(self) -> bytes:
        """The offset map: {"version", "kind", "encoding", "columns": {"start": [...], "end": [...], ...}}."""
        whole: dict[str, Any] = {"version": MAP_VERSION, "kind": self.kind, "encoding": self.encoding}
        whole["columns"] = self.spans.columns()
        if isinstance(self.spans, PartPlaces):
            whole["parts"] = self.spans.parts
        return json.dumps(whole, separators=(",", ":"), ensure_ascii=False).encode()

    def structure_json(self) -> bytes:
        """{"version", "regions": [{"kind", "start", "end", "level" or "detail"}]} in the order of the text."""
        return json.dumps(
            {"version": STRUCTURE_VERSION, "regions": list(self._regions())}, separators=(",", ":"), ensure_ascii=False
        ).encode()

    def counts(self) -> dict[str, int]:
        """How many headings, lists, tables, codes and definitions there are."""
        found = Counter(region.kind for region in self.regions)
        return {
            "headings": len(self.headings),
            "lists": found["list"],
            "tables": found["table"],
            "codes": found["code"],
            "definitions": found["term"],
        }

    def _regions(self) -> Iterator[dict[str, Any]]:
        headings = [({"kind": "heading", "start": h.start, "end": h.end, "level": h.level}) for h in self.headings]
        rest = [
            {"kind": r.kind, "start": r.start, "end": r.end, **({"detail": r.detail} if r.detail else {})}
            for r in self.regions
        ]
        yield from sorted([*headings, *rest], key=lambda region: (region["start"], -int(str(region["end"]))))
