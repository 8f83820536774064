"""Blobs as people read them: text, JSON, Parquet rows. Their keys are hashes, so what was read once stays true."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from typing import Any

from api.errors import Problem
from streams.blobs import BlobBroken, BlobMissing, Blobs

MOST = 16 * 1024 * 1024  # bytes of texts and JSON kept; Parquet is read again each time


class Artefacts:
    """Reads blobs; the small and popular ones are kept in memory."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0

    async def data(self, key: str) -> bytes:
        """The bytes of a blob.

        Raises:
            Problem: 404; the object store does not have it any more, or has it damaged.
        """
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        try:
            data = await self._blobs.get(key)
        except (BlobMissing, BlobBroken) as error:
            raise Problem(404, "BLOB_MISSING", str(error), remedy="restore the object store from a backup") from error
        if len(data) <= MOST // 4 and key not in self._kept:
            self._kept[key] = data
            self._size += len(data)
            while self._size > MOST:
                self._size -= len(self._kept.popitem(last=False)[1])
        return data

    async def text(self, key: str) -> str:
        return (await self.data(key)).decode()

    async def json(self, key: str) -> Any:
        return json.loads(await self.data(key))

    async def rows(self, key: str, start: int, count: int) -> tuple[list[dict[str, Any]], int]:
        """Rows `start` to `start + count` of a Parquet blob as plain values, and how many rows it has."""
        data = await self.data(key)
        return await asyncio.to_thread(_rows, data, start, count)


def _rows(data: bytes, start: int, count: int) -> tuple[list[dict[str, Any]], int]:
    import pyarrow as arrow  # 50 MiB that most processes never need
    from pyarrow import parquet

    table = parquet.read_table(arrow.BufferReader(data))
    found: list[dict[str, Any]] = table.slice(min(start, table.num_rows), count).to_pylist()
    return found, table.num_rows
