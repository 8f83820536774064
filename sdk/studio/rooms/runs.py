"""Training runs: requested here, claimed by a trainer, watched step by step."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from studio.face import F, Room, call, stream
from studio.item import Item, Page


class Runs(Room[F]):
    """Training of a model on a dataset version."""

    @call
    async def create(
        self, dataset_id: str, *, model_name: str, base_model: str = "small", config: Mapping[str, Any] | None = None
    ) -> Item:
        """Ask for a run.

        Args:
            base_model: "small" (made here, no download), a hub id, or a path that the trainer can read.
            config: what to change of the recipe, e.g. {"steps": 100}.
            model_name: under which the result is registered.
        """
        body = {
            "dataset_id": dataset_id,
            "base_model": base_model,
            "config": dict(config or {}),
            "model_name": model_name,
        }
        return await self._session.post("/runs", body)

    @call
    async def get(self, id: str) -> Item:
        """One run."""
        return await self._session.get(f"/runs/{id}")

    @call
    async def list(self, *, status: str | None = None, limit: int = 50, cursor: str | None = None) -> Page:
        """A page of runs, newest first."""
        return await self._session.page("/runs", {"status": status, "limit": limit, "cursor": cursor})

    @call
    async def cancel(self, id: str, *, reason: str = "") -> None:
        """Stop a run; its checkpoints stay."""
        await self._session.request("DELETE", f"/runs/{id}", params={"reason": reason or None})

    @stream
    def steps(self, id: str, *, phase: str | None = None) -> AsyncIterator[Item]:
        """Every recorded step."""
        return self._session.each(f"/runs/{id}/steps", {"phase": phase})

    @stream
    def evaluations(self, id: str) -> AsyncIterator[Item]:
        """Held-out rewards before, during and after."""
        return self._session.each(f"/runs/{id}/evaluations")

    @stream
    def checkpoints(self, id: str) -> AsyncIterator[Item]:
        """What a run can be resumed from."""
        return self._session.each(f"/runs/{id}/checkpoints")

    @call
    async def groups(self, id: str, step: int) -> Item:
        """The completions of a step with their reward parts and advantages."""
        return await self._session.get(f"/runs/{id}/groups/{step}")
