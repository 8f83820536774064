"""What is different between two versions: rows added, removed, changed, and moved between the splits.

A row is known by its sample; what its leaf says without the split is its content. Files are read batch by batch; kept
in memory is a digest per row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from processors.datasets.rows import canonical

CHANGES = ("added", "removed", "changed", "moved")
BATCH = 1_000
Files = Mapping[str, Path]
"""Split -> Parquet file of its rows."""


@dataclass(frozen=True, slots=True)
class Change:
    """One row. before, after: the values that differ, `split` among them; all of the row where it was added or removed.

    change: `changed` where the content differs, whether or not the row moved, too.
    """

    change: str
    sample_id: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """counts: added, removed, changed, moved (rows in both that changed sides, changed or not) and same.

    order: sample id -> change, by kind of change and then by id.
    """

    counts: Mapping[str, int]
    order: Mapping[str, str]


def compare(before: Files, after: Files) -> Difference:
    """Compare two versions."""
    old, new = dict(_digests(before)), dict(_digests(after))
    found: dict[str, list[str]] = {change: [] for change in CHANGES}
    moved = 0
    for id, (split, content) in new.items():
        if id not in old:
            found["added"].append(id)
            continue
        moved += old[id][0] != split
        if old[id][1] != content:
            found["changed"].append(id)
        elif old[id][0] != split:
            found["moved"].append(id)
    found["removed"] = [id for id in old if id not in new]
    counts = {change: len(ids) for change, ids in found.items()} | {"moved": moved}
    same = len(new) - sum(len(found[change]) for change in ("added", "changed", "moved"))
    order = {id: change for change in CHANGES for id in sorted(found[change])}
    return Difference({**counts, "same": same}, order)


def shown(before: Files, after: Files, wanted: Mapping[str, str]) -> list[Change]:
    """Return the changes of these samples (id -> change) with their values, in the order of `wanted`."""
    old, new = (dict(_values(files, wanted)) for files in (before, after))
    changes: list[Change] = []
    for id, change in wanted.items():
        one, two = old.get(id, {}), new.get(id, {})
        differ = [name for name in {**one, **two} if one.get(name) != two.get(name) and name != "leaf_sha256"]
        changes.append(
            Change(
                change,
                id,
                {name: one[name] for name in differ if name in one},
                {name: two[name] for name in differ if name in two},
            )
        )
    return changes


def _digests(files: Files) -> Iterator[tuple[str, tuple[str, bytes]]]:
    for split, row in _rows(files):
        content = {name: value for name, value in row.items() if name != "leaf_sha256" and value != ""}
        yield row["sample_id"], (split, hashlib.sha256(canonical(content).encode()).digest()[:16])


def _values(files: Files, wanted: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for split, row in _rows(files):
        if row["sample_id"] in wanted:
            yield row["sample_id"], {"split": split, **{name: value for name, value in row.items() if value != ""}}


def _rows(files: Files) -> Iterator[tuple[str, dict[str, Any]]]:
    for split, path in files.items():
        for batch in pq.ParquetFile(path).iter_batches(BATCH):
            for row in batch.to_pylist():
                yield split, row
