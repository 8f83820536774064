"""Whether a dataset holds anything of a document: rows that quote it, or its text in the corpus."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

OUT = ("document withdrawn", "document left out")
"""Why samples of a document were dropped whose text is not in the corpus either."""


def present(
    files: Mapping[str, Path], document: str, covered: Mapping[str, Any] | None
) -> tuple[Mapping[str, int], bool]:
    """Count the rows of each split that quote the document, and tell whether its text is in the corpus.

    covered: the dataset's coverage (see coverage.py); None where it was frozen before that was kept.
    """
    counts = {"train": 0, "heldout": 0}
    for split, path in files.items():
        file = pq.ParquetFile(path)
        names = [name for name in ("document_id", "spans") if name in file.schema_arrow.names]
        for batch in file.iter_batches(10_000, columns=names):
            for row in batch.to_pylist():
                others = json.loads(row.get("spans") or "[]")
                counts[split] += document in (row["document_id"], *(span["document_id"] for span in others))
    if covered is None:
        return counts, any(counts.values())
    entry = next((one for one in covered["documents"] if one["id"] == document), None)
    chunks = entry["chunks"] if entry else []
    used = any(chunk["train"] or chunk["heldout"] or set(chunk["dropped"]) - set(OUT) for chunk in chunks)
    return counts, used
