"""The canonical text of a document and its map back to the original."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from processors.extraction.places import BytePlaces, PagePlaces, PartPlaces

MAP_VERSION = 2
STRUCTURE_VERSION = 1
PIECE = 4096
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

    def map_json(self) -> bytearray:
        """The offset map: {"version", "kind", "encoding", "columns": {"start": [...], "end": [...], ...}}."""
        head: dict[str, Any] = {"version": MAP_VERSION, "kind": self.kind, "encoding": self.encoding}
        if isinstance(self.spans, PartPlaces):
            head["parts"] = self.spans.parts
        out = bytearray(json.dumps(head, ensure_ascii=False)[:-1].encode())
        before = b',"columns":{'
        for name, values in self.spans.columns().items():
            out += before + json.dumps(name).encode() + b":["
            _write(out, values)
            out += b"]"
            before = b","
        out += b"}}"
        return out

    def structure_json(self) -> bytearray:
        """{"version", "regions": [{"kind", "start", "end", "level" or "detail"}]} in the order of the text."""
        headings = (Region("heading", item.start, item.end, str(item.level)) for item in self.headings)
        ordered = sorted([*headings, *self.regions], key=lambda region: (region.start, -region.end))
        out = bytearray(f'{{"version":{STRUCTURE_VERSION},"regions":['.encode())
        for first in range(0, len(ordered), PIECE):
            out += b"," if first else b""
            out += ",".join(map(_region, ordered[first : first + PIECE])).encode()
        out += b"]}"
        return out

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


def _write(out: bytearray, values: Sequence[Any]) -> None:
    """The values of a JSON array, piece by piece: a list of all its numbers would be many times as large."""
    for first in range(0, len(values), PIECE):
        some = list(values[first : first + PIECE])
        some = [round(value, 2) for value in some] if isinstance(some[0], float) else some
        out += b"," if first else b""
        out += json.dumps(some, separators=(",", ":"), ensure_ascii=False)[1:-1].encode()


def _region(region: Region) -> str:
    more = ""
    if region.kind == "heading":
        more = f',"level":{region.detail}'
    elif region.detail:
        more = f',"detail":{json.dumps(region.detail, ensure_ascii=False)}'
    return f'{{"kind":"{region.kind}","start":{region.start},"end":{region.end}{more}}}'
