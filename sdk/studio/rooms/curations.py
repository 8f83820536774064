"""Curations and datasets: which samples are good enough, and the frozen versions to train on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

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
    async def get(self, id: str) -> Item:
        """One dataset version."""
        return await self._session.get(f"/datasets/{id}")

    @call
    async def list(self, *, status: str | None = None, limit: int = 50, cursor: str | None = None) -> Page:
        """A page of dataset versions, newest first."""
        return await self._session.page("/datasets", {"status": status, "limit": limit, "cursor": cursor})

    @stream
    def rows(self, id: str, *, split: str = "train") -> AsyncIterator[Item]:
        """The rows of a split ("train" or "heldout")."""
        return self._session.each(f"/datasets/{id}/rows", {"split": split})
