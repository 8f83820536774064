"""Curations and datasets: which samples are good enough, and the frozen versions to train on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from studio.download import download
from studio.face import F, Room, call, stream
from studio.item import Item, Page


class Curations(Room[F]):
    """Scoring of batches, and a rule over the scores."""

    @call
    async def create(self, batches: Sequence[str], rule: str = "") -> Item:
        """Score the samples of batches and judge them by `rule`, e.g. "grounding >= 0.8"; empty is the default rule."""
        return await self._session.post("/curations", {"batches": list(batches), "rule": rule})

    @call
    async def get(self, id: str) -> Item:
        """One curation."""
        return await self._session.get(f"/curations/{id}")

    @call
    async def list(self, *, status: str | None = None, limit: int = 50, cursor: str | None = None) -> Page:
        """A page of curations, newest first."""
        return await self._session.page("/curations", {"status": status, "limit": limit, "cursor": cursor})

    @call
    async def what_if(self, id: str, rule: str) -> Item:
        """What another rule would keep: asked of the stored scores, nothing is generated or scored again."""
        return await self._session.get(f"/curations/{id}/what-if", {"rule": rule})


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
    ) -> Item:
        """Freeze what a curation kept (or what another `rule` keeps) under `name`."""
        body = {
            "name": name,
            "curation_id": curation_id,
            "rule": rule,
            "heldout_fraction": heldout_fraction,
            "reward": dict(reward or {}),
            "seed": seed,
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
    async def export(self, id: str, target: str | Path, *, split: str = "train", format: str = "parquet") -> int:
        """Write a split ("train", "heldout" or "all") to a file; returns bytes.

        Args:
            format: "parquet"; "jsonl", prompt and completion, as trainers elsewhere read them; "chat", messages.

        Raises:
            Conflict: it is not frozen.
            Unreachable: the connection broke; the file is as it was.
        """
        params = {"split": split, "format": format}
        return await download(self._session, f"/datasets/{id}/export", Path(target), params)

    @stream
    def rows(self, id: str, *, split: str = "train") -> AsyncIterator[Item]:
        """The rows of a split ("train" or "heldout")."""
        return self._session.each(f"/datasets/{id}/rows", {"split": split})
