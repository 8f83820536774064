"""Model versions and deployments: what was trained, and what answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from studio.face import F, Room, call, stream
from studio.item import Item, Page


class Models(Room[F]):
    """The registry."""

    @call
    async def get(self, name: str, *, as_of: str | None = None) -> Item:
        """A model with its versions and aliases, as of now or of a time (RFC 3339)."""
        return await self._session.get(f"/models/{name}", {"as_of": as_of})

    @call
    async def list(self, *, limit: int = 50, cursor: str | None = None) -> Page:
        """A page of models."""
        return await self._session.page("/models", {"limit": limit, "cursor": cursor})

    @call
    async def register(
        self,
        name: str,
        *,
        manifest_blob: str = "",
        run_id: str = "",
        version: str = "",
        dataset_id: str = "",
        metadata: Mapping[str, Any] | None = None,
        metrics: Mapping[str, Any] | None = None,
    ) -> Item:
        """Register a version by hand, from a manifest or from a completed run."""
        body = {
            "version": version,
            "dataset_id": dataset_id,
            "metadata": dict(metadata or {}),
            "metrics": dict(metrics or {}),
            **({"manifest_blob": manifest_blob} if manifest_blob else {}),
            **({"run_id": run_id} if run_id else {}),
        }
        return await self._session.post(f"/models/{name}/versions", body)

    @call
    async def point(self, name: str, alias: str, version: str, *, revision: int | None = None) -> Item:
        """Let an alias mean a version."""
        path = f"/models/{name}/aliases/{alias}"
        answer = await self._session.request("PUT", path, json={"version": version}, revision=revision)
        return Item.of(answer.json()["data"])

    @call
    async def rollback(self, name: str, *, alias: str = "production") -> Item:
        """Let an alias mean what it meant before."""
        return await self._session.post(f"/models/{name}/rollback", {"alias": alias})


class Deployments(Room[F]):
    """Names under which versions answer, and trials of new ones."""

    @call
    async def create(
        self,
        name: str,
        *,
        model: str,
        version: str,
        strategy: str = "canary",
        baseline_version: str = "",
        weight: float = 0.1,
        margin: float = 0.05,
        confidence: float = 0.95,
        minimum_calls: int = 50,
        maximum_calls: int = 5000,
    ) -> Item:
        """Give a version its traffic: a first one all of it, a later one on trial ("canary") or at once ("blue_green").

        Args:
            weight: part of the calls that a canary gets.
            margin: by how much its success rate may be lower without harm.
            confidence: of the verdict, however often it is looked at.
        """
        body = {
            "name": name,
            "model": model,
            "version": version,
            "strategy": strategy,
            "baseline_version": baseline_version,
            "weight": weight,
            "margin": margin,
            "confidence": confidence,
            "minimum_calls": minimum_calls,
            "maximum_calls": maximum_calls,
        }
        return await self._session.post("/deployments", body)

    @call
    async def get(self, name: str, *, as_of: str | None = None) -> Item:
        """One deployment, as of now or of a time (RFC 3339)."""
        return await self._session.get(f"/deployments/{name}", {"as_of": as_of})

    @call
    async def list(self, *, limit: int = 50, cursor: str | None = None) -> Page:
        """A page of deployments."""
        return await self._session.page("/deployments", {"limit": limit, "cursor": cursor})

    @call
    async def set_weight(self, name: str, weight: float, *, revision: int | None = None) -> Item:
        """Change the part of the calls that the canary gets."""
        answer = await self._session.request(
            "PATCH", f"/deployments/{name}", json={"weight": weight}, revision=revision
        )
        return Item.of(answer.json()["data"])

    @call
    async def promote(self, name: str, *, revision: int | None = None) -> Item:
        """Give the version on trial all calls, without waiting for a verdict."""
        return await self._session.post(f"/deployments/{name}/promote", {}, revision=revision)

    @call
    async def rollback(self, name: str, *, reason: str = "", revision: int | None = None) -> Item:
        """End a trial, or go back to the version before."""
        return await self._session.post(f"/deployments/{name}/rollback", {"reason": reason}, revision=revision)

    @call
    async def pause(self, name: str, *, reason: str = "", revision: int | None = None) -> Item:
        """Keep calls away from the version on trial, and judge it no further, until it is resumed."""
        return await self._session.post(f"/deployments/{name}/pause", {"reason": reason}, revision=revision)

    @call
    async def resume(self, name: str, *, reason: str = "", revision: int | None = None) -> Item:
        """Let a paused trial go on with the share of the calls that it had."""
        return await self._session.post(f"/deployments/{name}/resume", {"reason": reason}, revision=revision)

    @stream
    def windows(self, name: str) -> AsyncIterator[Item]:
        """Outcomes per version and time window."""
        return self._session.each(f"/deployments/{name}/windows")
