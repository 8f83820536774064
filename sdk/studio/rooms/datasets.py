"""Datasets: immutable versions of samples to train on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from studio.download import download, unpacked
from studio.face import F, Room, call, stream
from studio.item import Item, Page


class Datasets(Room[F]):
    """Immutable versions of samples, split by document section."""

    @call
    async def create(
        self,
        name: str,
        curation_id: str,
        *,
        rule: str = "",
        heldout_fraction: float = 0.3,
        reward: Mapping[str, Any] | None = None,
        seed: int = 0,
        without: Sequence[str] = (),
        prompt_limit: int = 0,
    ) -> Item:
        """Freeze what a curation kept (or what another `rule` keeps) under `name`.

        Args:
            without: ids of documents that are left out.
            prompt_limit: characters of passage and question together; longer rows are left out. 0: the usual limit.
        """
        body = {
            "name": name,
            "curation_id": curation_id,
            "rule": rule,
            "heldout_fraction": heldout_fraction,
            "reward": dict(reward or {}),
            "seed": seed,
            "without": list(without),
            "prompt_limit": prompt_limit,
        }
        return await self._session.post("/datasets", body)

    @call
    async def bring(
        self,
        path: str | Path,
        name: str,
        *,
        columns: Mapping[str, str] | None = None,
        heldout_fraction: float = 0.3,
        reward: Mapping[str, Any] | None = None,
        seed: int = 0,
    ) -> Item:
        """Freeze the rows of a file (`wait` for it): prompts, as text or chat messages, with answers.

        Args:
            path: Parquet or JSON lines, in the format that TRL trains on.
            columns: of the file for "prompt", "answer" and "context"; what is left out is found by its usual names.
            reward: a specification; word overlap with the answer otherwise.

        Raises:
            OSError: the file cannot be read.
            ValidationError: the server does not take it. A row that cannot be used is told by `wait` (JobFailed).
        """
        file = Path(path)
        opened = await asyncio.to_thread(file.open, "rb")
        try:

            def files() -> Mapping[str, Any]:
                opened.seek(0)
                return {"file": (file.name, opened, "application/octet-stream")}

            form = {"name": name, "heldout_fraction": str(heldout_fraction), "seed": str(seed)}
            form |= {"columns": json.dumps(dict(columns or {})), "reward": json.dumps(dict(reward)) if reward else ""}
            answer = await self._session.request("POST", "/datasets/import", files=files, data=form)
            return Item.of(answer.json()["data"])
        finally:
            opened.close()

    @call
    async def get(self, id: str) -> Item:
        """One dataset version."""
        return await self._session.get(f"/datasets/{id}")

    @call
    async def list(self, *, status: str | None = None, limit: int = 50, cursor: str | None = None) -> Page:
        """A page of dataset versions, newest first."""
        return await self._session.page("/datasets", {"status": status, "limit": limit, "cursor": cursor})

    @call
    async def export(self, id: str, target: str | Path, *, split: str | None = None, format: str = "parquet") -> int:
        """Write a split ("train" where none is named, "heldout" or "all") to a file; returns bytes.

        Args:
            format: "parquet"; "hf", the layout of the Hugging Face hub, as a zip archive or, where `target` does not
                end with .zip, as a folder with all splits; "jsonl", prompt and completion; "chat", messages; "openai",
                "alpaca", "sharegpt", "trl" (GRPO columns with the reward specification), "preference" and
                "conversations", for samples of these kinds.

        Raises:
            Conflict: it is not frozen, or has no row of this kind.
            Unreachable: the connection broke; the file is as it was.
        """
        params = {"split": split, "format": format}
        path, place = f"/datasets/{id}/export", Path(target)
        if format == "hf" and place.suffix != ".zip":
            return await unpacked(self._session, path, place, params)
        return await download(self._session, path, place, params)

    @call
    async def diff(
        self, a: str, b: str, *, change: str | None = None, limit: int = 50, cursor: str | None = None
    ) -> Item:
        """What is different from version `a` to `b`: counts, and a page of rows added, removed, changed, moved."""
        return await self._session.get(f"/datasets/{a}/diff/{b}", {"change": change, "limit": limit, "cursor": cursor})

    @call
    async def card(self, id: str) -> Item:
        """The data card: `markdown`, and sources with their licences."""
        return await self._session.get(f"/datasets/{id}/card")

    @call
    async def coverage(self, id: str, *, document: str | None = None) -> Item:
        """Which sections of its documents gave rows, and why others gave none; of one, with pages and chunks."""
        return await self._session.get(f"/datasets/{id}/coverage", {"document": document})

    @call
    async def verify(self, id: str, *, count: int = 500, seed: int = 0) -> Item:
        """Compare rows drawn at random with the bytes of their documents, and recompute the Merkle root."""
        return await self._session.get(f"/datasets/{id}/verification", {"count": count, "seed": seed})

    @call
    async def rebuild(self, id: str, without: Sequence[str]) -> Item:
        """Freeze a version again without some documents (`wait` for it). Nothing is trained by it."""
        return await self._session.post(f"/datasets/{id}/rebuild", {"without": list(without)})

    @stream
    def rows(self, id: str, *, split: str = "train") -> AsyncIterator[Item]:
        """The rows of a split ("train" or "heldout")."""
        return self._session.each(f"/datasets/{id}/rows", {"split": split})
