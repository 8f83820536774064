"""The layout that `datasets.load_dataset` and the Hugging Face hub read: README.md and data/{train,test}-*.parquet.

Columns are plain: a prompt and a completion, then what they were made from. Written batch by batch, so that memory does
not grow with the rows, and to the same bytes every time.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from studio.rooms.chat import grounded

from processors.datasets.rows import quote_span

SPLITS = {"train": "train", "heldout": "test"}
SHARD = 100_000  # rows of one file
BATCH = 2_000  # rows in memory
EPOCH = (1980, 1, 1, 0, 0, 0)
_TURN = pa.struct([("role", pa.string()), ("content", pa.string())])
_SPAN = pa.struct([("document_id", pa.string()), ("start", pa.int64()), ("end", pa.int64()), ("quote", pa.string())])
SCHEMA = pa.schema(
    [
        *[(name, pa.string()) for name in ("prompt", "completion", "question", "answer", "passage", "quote")],
        *[(name, pa.int64()) for name in ("quote_start", "quote_end")],
        *[(name, pa.int64()) for name in ("answer_start", "answer_end", "passage_start", "passage_end")],
        ("spans", pa.list_(_SPAN)),
        *[(name, pa.string()) for name in ("document_id", "document_name", "section_id", "chunk_id", "sample_id")],
        *[(name, pa.string()) for name in ("kind", "language", "reward", "reasoning", "rejected")],
        ("choices", pa.list_(pa.string())),
        ("turns", pa.list_(_TURN)),
        *[(name, pa.string()) for name in ("edited", "leaf_sha256")],
    ]
)


def values(row: Mapping[str, Any]) -> dict[str, Any]:
    """A stored row as a row of the layout."""
    listed = {"spans": "spans", "choices": "choices", "turns": "messages"}
    found = {name: row.get(name) or "" for name in SCHEMA.names if name not in listed}
    quoted = quote_span(
        row["quote"], row["prompt_passage"], row["passage_start"], row["answer_start"], row["answer_end"]
    )
    return {
        **found,
        **{name: row[name] for name in ("answer_start", "answer_end", "passage_start", "passage_end")},
        **{name: json.loads(row.get(column) or "[]") for name, column in listed.items()},
        "quote_start": quoted[0],
        "quote_end": quoted[1],
        "prompt": grounded(row["prompt_passage"], row["question"]),
        "completion": row["answer"],
        "passage": row["prompt_passage"],
    }


def shards(files: Mapping[str, Path], folder: Path) -> list[tuple[str, Path]]:
    """Write the data files of the stored splits into `folder`; returns their names. Empty ones are none."""
    found: list[tuple[str, Path]] = []
    for split, path in files.items():
        file = pq.ParquetFile(path)
        count = -(-file.metadata.num_rows // SHARD)
        rows = _batches(file)
        for number in range(count):
            name = f"data/{SPLITS[split]}-{number:05}-of-{count:05}.parquet"
            target = folder / name.replace("/", "-")
            left = SHARD
            with pq.ParquetWriter(target, SCHEMA, compression="zstd", compression_level=3, version="2.6") as writer:
                while left > 0 and (batch := next(rows, None)):
                    writer.write_table(pa.Table.from_pylist(batch, schema=SCHEMA), row_group_size=BATCH)
                    left -= len(batch)
            found.append((name, target))
    return found


def packed(readme: str, data: list[tuple[str, Path]], target: Path) -> None:
    """Write a zip archive of the layout. Parquet is compressed in itself, so members are stored as they are."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_member("README.md"), readme)
        for name, path in data:
            with path.open("rb") as file, archive.open(_member(name), "w", force_zip64=True) as member:
                while piece := file.read(1 << 20):
                    member.write(piece)


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, EPOCH)
    member.external_attr = 0o644 << 16
    return member


def _batches(file: pq.ParquetFile) -> Iterator[list[dict[str, Any]]]:
    for batch in file.iter_batches(BATCH):
        yield [values(row) for row in batch.to_pylist()]
