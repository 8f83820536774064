"""A frozen version held against what it says of itself: leaves, root, and the quotes at their places."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import pyarrow.parquet as pq

from processors.datasets import merkle
from processors.datasets.rows import Row, leaf, quoted

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Examined:
    """root: hex, recomputed from every word of every row. wrong_leaves: rows whose stored hash is another one.

    chosen: rows drawn at random by the seed, each as likely as any other.
    """

    rows: int
    root: str
    wrong_leaves: int
    chosen: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A quote, and what its document says at the recorded span; characters of the canonical text."""

    sample_id: str
    document_id: str
    start: int
    end: int
    quote: str


def examined(files: Mapping[str, Path], count: int, seed: int) -> Examined:
    """Recompute the root over the files of all splits, and draw rows. Read batch by batch."""
    leaves: list[bytes] = []
    wrong = 0
    drawn: list[tuple[int, int, Row]] = []  # a heap of the smallest ranks, largest first
    known = {field.name for field in fields(Row)}
    for split, path in files.items():
        for batch in pq.ParquetFile(path).iter_batches(BATCH):
            for values in batch.to_pylist():
                row = Row(**{name: value for name, value in values.items() if name in known})
                made = leaf(row, split)
                wrong += made.hex() != row.leaf_sha256
                leaves.append(made)
                rank = int.from_bytes(hashlib.sha256(f"{seed}\0{row.leaf_sha256}".encode()).digest()[:8])
                entry = (-rank, len(leaves), row)
                if len(drawn) < count:
                    heapq.heappush(drawn, entry)
                else:
                    heapq.heappushpop(drawn, entry)
    chosen = tuple(row for _, _, row in sorted(drawn, reverse=True))
    return Examined(len(leaves), merkle.root(leaves).hex(), wrong, chosen)


def places(row: Row) -> list[Place]:
    """Return every place that must hold what the row says: its quotes and its passage; none for rows brought along."""
    found = [Place(row.sample_id, *one) for one in quoted(row)]
    if row.passage_end:
        found.append(Place(row.sample_id, row.document_id, row.passage_start, row.passage_end, row.prompt_passage))
    return found
