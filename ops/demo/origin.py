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


LONGEST_QUOTE = 12  # words


def line(graph: Item, start: tuple[str, str], wanted: Mapping[str, str]) -> list[str]:
    """One path from `start` through the graph: names of the things on it, each made from the next.

    wanted: kind to the id that the path shall lead through where it forks.
    """
    made: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for edge in graph["edges"]:  # `to` was made from `from`
        made.setdefault(_place(edge["to"]), []).append(_place(edge["from"]))
    path, here = [start], start
    for kind in WAY[WAY.index(start[0]) + 1 :]:
        nexts = [place for place in made.get(here, []) if place[0] == kind]
        nexts = [place for place in nexts if place[1] == wanted.get(kind)] or nexts
        if not nexts:
            continue
        here = nexts[0]
        path.append(here)
    return [f"{kind} {id}" for kind, id in path]


async def look_up(studio: AsyncStudio, rows: Sequence[Item], files: Mapping[str, Path]) -> Origin | None:
    """A telling answer with a place in a file that we hold: byte ranges before pages, long answers before short ones.

    files: document id to the file that was uploaded.
    """
    telling: dict[str, Item] = {}
    for row in rows:
        best = telling.get(row["document_id"])
        if row["document_id"] in files and (best is None or _words(row) > _words(best)):
            telling[row["document_id"]] = row
    found: Origin | None = None
    for id, row in telling.items():
        sample = await studio.samples.get(row["sample_id"])
        source = sample.get("source")
        if source:
            origin = examine(id, str(sample["answer"]), source, files[id])
            if origin.checked == "bytes":
                return origin
            found = found or origin
    return found


def examine(id: str, answer: str, source: Mapping[str, Any], file: Path) -> Origin:
    """What `file` says at the place that `source` names, against the answer."""
    name = str(source["document_name"])
    if source.get("byte_start") is None:
        page = source.get("page")
        return Origin(id, name, answer, f"page {page}" if page else "place unknown", "text")
    start, end = int(source["byte_start"]), int(source["byte_end"])
    there = file.read_bytes()[start:end].decode(errors="replace")
    said = html.unescape(there) if source.get("kind") == "html" else there
    same = " ".join(said.split()).casefold() == " ".join(answer.split()).casefold()
    return Origin(id, name, " ".join(said.split()), f"bytes {start}-{end}", "bytes" if same else "differs")


def _words(row: Item) -> int:
    count = len(str(row["answer"]).split())
    return count if count <= LONGEST_QUOTE else 0


def _place(end: Mapping[str, Any]) -> tuple[str, str]:
    return str(end["type"]), str(end["id"])
