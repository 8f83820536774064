"""A frozen dataset: its row of the view, and its files in a folder."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from api.errors import Problem, missing
from api.reading import Reader, Row
from streams.blobs import BlobBroken, BlobMissing, Blobs

Split = Literal["train", "heldout", "all"]


async def frozen_row(reader: Reader, id: str) -> Row:
    """The row of a dataset that is frozen.

    Raises:
        Problem: 404, or 409 where it is not frozen.
    """
    row = await reader.one("read.dataset", dataset_id=id)
    if row is None:
        raise missing("dataset", id)
    if row["state"] != "frozen":
        raise Problem(409, "NOT_FROZEN", f"this dataset is {row['state']}", remedy="wait until it is frozen")
    return row


def blobs_of(row: Row, split: Split = "all") -> dict[str, str]:
    """Split -> key of the Parquet file of its rows."""
    splits = ("train", "heldout") if split == "all" else (split,)
    return {name: row[f"{name}_blob"] for name in splits if row[f"{name}_blob"]}


async def fetched(blobs: Blobs, keys: Mapping[str, str]) -> tuple[Path, dict[str, Path]]:
    """The files of the splits in a folder of their own, checked against their hashes. The caller removes the folder.

    Raises:
        Problem: 404; the object store does not have them any more, or has them damaged.
    """
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="studio-dataset-"))
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


@asynccontextmanager
async def files_of(blobs: Blobs, row: Row, split: Split = "all") -> AsyncIterator[dict[str, Path]]:
    """The files of the splits while the block runs."""
    folder, files = await fetched(blobs, blobs_of(row, split))
    try:
        yield files
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, True)
