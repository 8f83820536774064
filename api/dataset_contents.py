"""What is in a frozen dataset and where it is from: kinds, languages, and its documents with their licences."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.frozen import files_of
from api.reading import Reader, Row
from processors.datasets.card import Card, Source
from streams.blobs import Blobs

SOURCES = (
    "select document_id, name, licence, source, sha256, state, withdrawn_reason from read.document"
    " where document_id = any(%s)"
)
MAKERS = """
select b.batch_id, b.method, b.model, b.recipe_name, b.recipe_version, b.documents, b.count, b.delivered, b.shortfall
from read.batch b join read.curation c on c.batches ? b.batch_id
where c.curation_id = %s order by b.created_at, b.batch_id
"""


@dataclass(frozen=True, slots=True)
class Contents:
    """Counts of rows: by kind, by language, and by document and split."""

    kinds: Mapping[str, int]
    languages: Mapping[str, int]
    documents: Mapping[tuple[str, str], Mapping[str, int]]


async def contents(blobs: Blobs, row: Row) -> Contents:
    """Count the rows of a dataset; `documents` are keyed by id and name."""
    async with files_of(blobs, row) as files:
        return await asyncio.to_thread(_counted, files)


async def card_of(reader: Reader, blobs: Blobs, row: Row) -> tuple[Card, dict[str, Row]]:
    """The data card, and document id -> its row as it is now."""
    found = await contents(blobs, row)
    ids = sorted({id for id, _ in found.documents})
    known = {one["document_id"]: one for one in await reader.rows(SOURCES, [ids])}
    sources = [_source(id, name, counts, known.get(id, {})) for (id, name), counts in sorted(found.documents.items())]
    makers = await reader.rows(MAKERS, [row["curation_id"]])
    rule = row["rule"]
    if row["curation_id"] and not rule:
        curation = await reader.one("read.curation", curation_id=row["curation_id"])
        rule = curation["rule"] if curation else ""
    card = Card(
        id=row["dataset_id"],
        name=row["name"],
        version=row["dataset_version"],
        merkle_root=row["merkle_root"],
        train=row["train_rows"],
        heldout=row["heldout_rows"],
        train_sections=row["train_sections"],
        heldout_sections=row["heldout_sections"],
        heldout_fraction=row["heldout_fraction"],
        seed=row["seed"],
        rule=rule,
        reward=json.dumps(row["reward"], sort_keys=True, separators=(",", ":")),
        sources=sources,
        kinds=found.kinds,
        languages=found.languages,
        dropped=[(one["reason"], one["count"]) for one in row["dropped"] or []],
        makers=list(dict.fromkeys(_maker(one) for one in makers)),
        edited=row["edited_rows"] or 0,
        imported_from=row["source_name"] or "",
        splits=[name for name, rows in (("train", row["train_rows"]), ("test", row["heldout_rows"])) if rows],
    )
    return card, known


def _source(id: str, name: str, counts: Mapping[str, int], known: Mapping[str, Any]) -> Source:
    said = {part: known.get(part) or "" for part in ("licence", "source", "sha256")}
    if not known:  # a file of rows: its id is its hash
        said["sha256"] = id
    return Source(id, name, counts.get("train", 0), counts.get("heldout", 0), **said)


def _maker(batch: Row) -> str:
    words = [f"Questions by the method {batch['method']}"]
    words += [f"with the model {batch['model']}"] if batch["model"] else []
    words += [f"after the recipe {batch['recipe_name']}@{batch['recipe_version']}"] if batch["recipe_name"] else []
    return " ".join(words) + "."


def _counted(files: Mapping[str, Path]) -> Contents:
    from pyarrow import parquet

    kinds: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    documents: dict[tuple[str, str], Counter[str]] = {}
    for split, path in files.items():
        file = parquet.ParquetFile(path)
        names = [n for n in ("kind", "language", "document_id", "document_name") if n in file.schema_arrow.names]
        for batch in file.iter_batches(10_000, columns=names):
            for row in batch.to_pylist():
                kinds[row["kind"]] += 1
                languages[row.get("language") or ""] += 1
                documents.setdefault((row["document_id"], row["document_name"]), Counter())[split] += 1
    return Contents(kinds, languages, documents)
