"""A dataset as a download: the Parquet file itself, or lines of JSON that trainers elsewhere read."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from studio.rooms.chat import grounded

from api import backend
from api.access import requires
from api.errors import Problem, documented, missing
from api.paths import Id
from api.reading import Reading
from streams.blobs import BlobBroken, BlobMissing, Blobs

router = APIRouter(prefix="/datasets", tags=["datasets"])
Split = Literal["train", "heldout", "all"]
Format = Literal["parquet", "jsonl", "chat"]
LINES = 500  # rows that are turned into JSON at once
CHUNK = 1024 * 1024  # bytes
TYPES = {"parquet": "application/vnd.apache.parquet", "jsonl": "application/jsonl", "chat": "application/jsonl"}
ANSWER = {
    200: {
        "description": "The file.",
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in sorted(set(TYPES.values()))},
    }
}


@router.get(
    "/{id}/export",
    dependencies=requires("studio:read"),
    response_class=Response,
    responses={**ANSWER, **documented(401, 403, 404, 409, 422)},  # type: ignore[dict-item]
)
async def export(
    request: Request, reader: Reading, id: Id, split: Split = "train", format: Format = "parquet"
) -> StreamingResponse:
    """A split, or `all` with a column `split`. `jsonl`: prompt and completion; `chat`: the same as `messages`.

    The prompt is the text that this studio trains and serves with: the passage, an empty line, the question.
    """
    row = await reader.one("read.dataset", dataset_id=id)
    if row is None:
        raise missing("dataset", id)
    if row["state"] != "frozen":
        raise Problem(409, "NOT_FROZEN", f"this dataset is {row['state']}", remedy="wait until it is frozen")
    splits = ["train", "heldout"] if split == "all" else [split]
    keys = {name: row[f"{name}_blob"] for name in splits if row[f"{name}_blob"]}
    folder, files = await _fetched(backend.of(request).blobs, keys)
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", f"{row['name']}-{row['dataset_version']}-{split}")
    suffix = {"parquet": "parquet", "jsonl": "jsonl", "chat": "chat.jsonl"}[format]
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{suffix}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    pieces = _parquet(folder, files, split == "all") if format == "parquet" else _lines(files, format == "chat")
    return StreamingResponse(_sent(pieces, folder), headers=headers, media_type=TYPES[format])


async def _fetched(blobs: Blobs, keys: dict[str, str]) -> tuple[Path, dict[str, Path]]:
    """The files of the splits in a folder of their own, checked against their hashes."""
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="studio-export-"))
    try:
        for name, key in keys.items():
            await blobs.get_file(key, folder / name)
    except (BlobMissing, BlobBroken) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise Problem(404, "BLOB_MISSING", str(error), remedy="restore the object store from a backup") from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder, {name: folder / name for name in keys}


async def _sent(pieces: Iterator[bytes], folder: Path) -> AsyncIterator[bytes]:
    """Pieces as they are made, off the event loop; the folder goes with the last one, or with the reader."""
    try:
        while piece := await asyncio.to_thread(next, pieces, b""):
            yield piece
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, True)


def _parquet(folder: Path, files: dict[str, Path], joined: bool) -> Iterator[bytes]:
    target = next(iter(files.values())) if len(files) == 1 and not joined else folder / "joined"
    if joined:
        _join(files, target)
    with target.open("rb") as file:
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


def _lines(files: dict[str, Path], chat: bool) -> Iterator[bytes]:
    from pyarrow import parquet

    for name, path in files.items():
        for batch in parquet.ParquetFile(path).iter_batches(LINES):
            shown = [line(row, name, chat) for row in batch.to_pylist()]
            yield "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in shown).encode()


def line(row: dict[str, Any], split: str, chat: bool) -> dict[str, Any]:
    """A dataset row for other trainers, with where it came from."""
    prompt = grounded(row["prompt_passage"], row["question"])
    asked: dict[str, Any] = {"prompt": prompt, "completion": row["answer"]}
    if chat:
        said = [{"role": "user", "content": prompt}, {"role": "assistant", "content": row["answer"]}]
        asked = {"messages": said}
    about = ("sample_id", "document_id", "document_name", "section_id", "chunk_id", "kind", "leaf_sha256")
    return {**asked, "split": split, "reward": json.loads(row["reward"] or "{}"), **{name: row[name] for name in about}}
