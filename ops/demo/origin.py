"""From the deployed model back to bytes of a file: one line of lineage, and a look into the file itself."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from studio import AsyncStudio, Item

from ops.demo.findings import Origin

# The way back, as far as it is shown.
WAY = ("deployment", "model_version", "run", "dataset", "curation", "batch", "document")


def line(graph: Item, start: tuple[str, str], version: str) -> list[str]:
    """One path from `start` through the graph to a document: names of the things on it, each made from the next."""
    made: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for edge in graph["edges"]:  # `to` was made from `from`
        made.setdefault(_place(edge["to"]), []).append(_place(edge["from"]))
    path, here = [start], start
    for kind in WAY[WAY.index(start[0]) + 1 :]:
        nexts = [place for place in made.get(here, []) if place[0] == kind]
        if kind == "model_version":
            nexts = [place for place in nexts if place[1] == version] or nexts
        if not nexts:
            continue
        here = nexts[0]
        path.append(here)
    return [f"{kind} {id}" for kind, id in path]


async def look_up(studio: AsyncStudio, rows: Sequence[Item], files: Mapping[str, Path]) -> Origin | None:
    """The first row whose answer has a place in a file that we hold: byte ranges before pages.

    files: document id to the file that was uploaded.
    """
    found: Origin | None = None
    met: set[str] = set()
    for row in rows:
        if row["document_id"] in met or row["document_id"] not in files:
            continue
        met.add(row["document_id"])
        sample = await studio.samples.get(row["sample_id"])
        source = sample.get("source")
        if not source:
            continue
        origin = examine(str(sample["answer"]), source, files[row["document_id"]])
        if origin.checked == "bytes":
            return origin
        found = found or origin
    return found


def examine(answer: str, source: Mapping[str, Any], file: Path) -> Origin:
    """What `file` says at the place that `source` names, against the answer."""
    name = str(source["document_name"])
    if source.get("byte_start") is None:
        page = source.get("page")
        return Origin(name, answer, f"page {page}" if page else "place unknown", "text")
    start, end = int(source["byte_start"]), int(source["byte_end"])
    there = file.read_bytes()[start:end].decode(errors="replace")
    said = html.unescape(there) if source.get("kind") == "html" else there
    same = " ".join(said.split()).casefold() == " ".join(answer.split()).casefold()
    return Origin(name, there, f"bytes {start}-{end}", "bytes" if same else "differs")


def _place(end: Mapping[str, Any]) -> tuple[str, str]:
    return str(end["type"]), str(end["id"])
