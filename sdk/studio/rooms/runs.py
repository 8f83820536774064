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
        self,
        dataset_id: str,
        *,
        model_name: str,
        base_model: str = "small",
        config: Mapping[str, Any] | None = None,
        needs: Mapping[str, Any] | None = None,
        labels: Mapping[str, str] | None = None,
        key: str = "",
    ) -> Item:
        """Ask for a run.

        Args:
            base_model: "small" (made here, no download), a hub id, or a path that the trainer can read.
            config: what to change of the recipe, e.g. {"grpo": {"steps": 100}}.
            model_name: under which the result is registered.
            needs: what its trainer must have: {"device": "cpu", "cuda" or "any", "memory": free bytes}.
            labels: names and texts to find it by again.
            key: calls with the same one ask for one run.
        """
        body = {
            "dataset_id": dataset_id,
            "base_model": base_model,
            "config": dict(config or {}),
            "model_name": model_name,
            "needs": dict(needs or {}),
            "labels": dict(labels or {}),
        }
        return await self._session.post("/runs", body, key=key)

    @call
    async def get(self, id: str) -> Item:
        """One run."""
        return await self._session.get(f"/runs/{id}")

    @call
    async def list(
        self,
        *,
        status: str | None = None,
        labels: Mapping[str, str] | None = None,
        parent_run: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page:
        """A page of runs, newest first.

        Args:
            labels: runs that have all of these.
            parent_run: forks of this run.
        """
        wanted = [f"{name}={text}" for name, text in (labels or {}).items()]
        where = {"status": status, "label": wanted or None, "parent_run": parent_run}
        return await self._session.page("/runs", {**where, "limit": limit, "cursor": cursor})

    @call
    async def cancel(self, id: str, *, reason: str = "") -> None:
        """Stop a run; its checkpoints stay."""
        await self._session.request("DELETE", f"/runs/{id}", params={"reason": reason or None})

    @call
    async def pause(self, id: str, *, reason: str = "") -> Item:
        """Let the trainer store a checkpoint at the next step and let go; nobody takes the run until it is resumed."""
        return await self._session.post(f"/runs/{id}/pause", {"reason": reason})

    @call
    async def resume(self, id: str) -> Item:
        """Let any trainer go on with a paused run."""
        return await self._session.post(f"/runs/{id}/resume", {})

    @call
    async def adjust(
        self,
        id: str,
        *,
        learning_rate: float | None = None,
        kl_target: float | None = None,
        kl_coefficient: float | None = None,
        reason: str = "",
    ) -> Item:
        """Change settings while it trains, from the next step on; `adjustments` tells from which.

        Args:
            learning_rate: the base rate, which the schedule scales. None leaves a setting as it is.
        """
        given = {"learning_rate": learning_rate, "kl_target": kl_target, "kl_coefficient": kl_coefficient}
        changes = {name: value for name, value in given.items() if value is not None}
        return await self._session.post(f"/runs/{id}/adjustments", {"changes": changes, "reason": reason})

    @call
    async def fork(
        self,
        id: str,
        step: int,
        *,
        config: Mapping[str, Any] | None = None,
        model_name: str | None = None,
        needs: Mapping[str, Any] | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> Item:
        """Ask for a new run that shares all steps up to `step` with this one.

        Args:
            config: what differs from this run's settings.
            model_name: None is this run's; so it is with needs.
        """
        body: dict[str, Any] = {"step": step, "config": dict(config or {}), "labels": dict(labels or {})}
        if model_name is not None:
            body["model_name"] = model_name
        if needs is not None:
            body["needs"] = dict(needs)
        return await self._session.post(f"/runs/{id}/forks", body)

    @stream
    def adjustments(self, id: str) -> AsyncIterator[Item]:
        """Changes of its settings while it trained, and from which step each holds."""
        return self._session.each(f"/runs/{id}/adjustments")

    @call
    async def definitions(self, id: str) -> Mapping[str, str]:
        """What each figure of its steps means, by name; empty where its trainer told none."""
        found: Mapping[str, str] = (await self._session.get(f"/runs/{id}/definitions"))["definitions"]
        return found

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


class Trainers(Room[F]):
    """Processes that train."""

    @call
    async def list(self) -> Page:
        """Trainers by name, with their devices, free memory and the run that each holds."""
        return await self._session.page("/trainers")
