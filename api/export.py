"""A dataset as a download: the Parquet file itself, the layout of the Hugging Face hub, or lines for other trainers."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from api import backend
from api.access import requires
from api.dataset_contents import card_of
from api.errors import Problem, documented
from api.frozen import Split, blobs_of, fetched, frozen_row
from api.paths import Id
from api.reading import Reader, Reading, Row
from processors.datasets.card import markdown
from processors.datasets.hub import SPLITS, packed, shards
from processors.datasets.shapes import NEEDS, line
from streams.blobs import Blobs

router = APIRouter(prefix="/datasets", tags=["datasets"])
Format = Literal["parquet", "hf", "jsonl", "chat", "openai", "alpaca", "sharegpt", "trl", "preference", "conversations"]
LINES = 500  # rows that are turned into JSON at once
CHUNK = 1024 * 1024  # bytes
JSON_LINES = "application/jsonl"
TYPES = {"parquet": "application/vnd.apache.parquet", "hf": "application/zip"}
SUFFIXES = {"parquet": "parquet", "hf": "zip", "jsonl": "jsonl"}
ANSWER = {
    200: {
        "description": "The file.",
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}} for kind in sorted({*TYPES.values(), JSON_LINES})
        },
    }
}


@router.get(
    "/{id}/export",
    dependencies=requires("studio:read"),
    response_class=Response,
    responses={**ANSWER, **documented(401, 403, 404, 409, 422)},  # type: ignore[dict-item]
)
async def export(
    request: Request, reader: Reading, id: Id, split: Split | None = None, format: Format = "parquet"
) -> StreamingResponse:
    """One split (`train` where none is named) or `all`; `hf` has all of them where none is named.

    `parquet`: the stored file, with a column `split` for `all`. `hf`: README.md and data/*.parquet, zipped. The others
    are lines of JSON. The prompt is the text that this studio trains and serves with: the passage, an empty line, the
    question. Every row has its quote and the quote's span. The same version gives the same bytes.
    """
    row = await frozen_row(reader, id)
    split = split or ("all" if format == "hf" else "train")
    blobs = backend.of(request).blobs
    folder, files = await fetched(blobs, blobs_of(row, split))
    try:
        if format in NEEDS and not await asyncio.to_thread(_some, files, NEEDS[format]):
            raise Problem(
                409,
                "NOTHING_TO_EXPORT",
                f"no row of this split is a {format.removesuffix('s')}",
                field="format",
                remedy=f"generate samples with a recipe that asks for {format}, or export another format",
            )
        readme = await _readme(reader, blobs, row, split) if format == "hf" else ""
        pieces = await asyncio.to_thread(_pieces, format, folder, files, split == "all", readme)
    except BaseException:
        await asyncio.to_thread(shutil.rmtree, folder, True)
        raise
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", f"{row['name']}-{row['dataset_version']}-{split}")
    suffix = SUFFIXES.get(format, f"{format}.jsonl")
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{suffix}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return StreamingResponse(_sent(pieces, folder), headers=headers, media_type=TYPES.get(format, JSON_LINES))


async def _readme(reader: Reader, blobs: Blobs, row: Row, split: Split) -> str:
    card, _ = await card_of(reader, blobs, row)
    sides = card.splits if split == "all" else [SPLITS[split]]
    return markdown(replace(card, splits=[side for side in card.splits if side in sides]))


async def _sent(pieces: Iterator[bytes], folder: Path) -> AsyncIterator[bytes]:
    """Pieces as they are made, off the event loop; the folder goes with the last one, or with the reader."""
    try:
        while piece := await asyncio.to_thread(next, pieces, b""):
            yield piece
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, True)


def _pieces(format: str, folder: Path, files: dict[str, Path], joined: bool, readme: str) -> Iterator[bytes]:
    if format == "hf":
        packed(readme, shards(files, folder), folder / "layout")
        return _read(folder / "layout")
    if format != "parquet":
        return _lines(files, format)
    if not joined:
        return _read(next(iter(files.values())))
    _join(files, folder / "joined")
    return _read(folder / "joined")


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece


def _join(files: dict[str, Path], target: Path) -> None:
    import pyarrow as arrow
    from pyarrow import parquet

    writer: Any = None
    for name, path in files.items():
        for batch in parquet.ParquetFile(path).iter_batches(LINES * 20):
            table = arrow.Table.from_batches([batch])
            table = table.append_column("split", arrow.array([name] * len(table), arrow.string()))
            writer = writer or parquet.ParquetWriter(target, table.schema, compression="zstd")
            writer.write_table(table)
    if writer is None:  # two empty files
        shutil.copyfile(next(iter(files.values())), target)
    else:
        writer.close()


def _lines(files: dict[str, Path], shape: str) -> Iterator[bytes]:
    from pyarrow import parquet

    for name, path in files.items():
        for batch in parquet.ParquetFile(path).iter_batches(LINES):
            if piece := b"".join(line(shape, row, name) for row in batch.to_pylist()):
                yield piece  # an empty one would be taken for the end


def _some(files: dict[str, Path], column: str) -> bool:
    """Whether any row has something in the column."""
    from pyarrow import parquet

    for path in files.values():
        file = parquet.ParquetFile(path)
        if column in file.schema_arrow.names:
            for batch in file.iter_batches(10_000, columns=[column]):
                if any(batch.column(0).to_pylist()):
                    return True
    return False
