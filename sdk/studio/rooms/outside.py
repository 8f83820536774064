"""Runs that a team's own loop holds: the calls under `studio.init`, for whoever wants to drive them by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from studio.face import F, Room, call
from studio.item import Item


class OutsideRuns(Room[F]):
    """Start or go on with a run, tell what happens in it, end it. Read it with `studio.runs`."""

    @call
    async def start(
        self,
        name: str,
        loop: str,
        *,
        config: Mapping[str, Any] | None = None,
        labels: Mapping[str, str] | None = None,
        dataset_id: str = "",
        base_model: str = "",
        definitions: Mapping[str, str] | None = None,
        key: str = "",
    ) -> Item:
        """A new run, held by the program `loop`: `epoch` goes with every fact.

        key: calls with the same one start one run.
        """
        body = {
            "name": name,
            "loop": loop,
            "config": dict(config or {}),
            "labels": dict(labels or {}),
            "dataset_id": dataset_id,
            "base_model": base_model,
            "definitions": dict(definitions or {}),
        }
        return await self._session.post("/outside-runs", body, key=key)

    @call
    async def claim(self, id: str, loop: str, *, definitions: Mapping[str, str] | None = None, key: str = "") -> Item:
        """Go on with a run as a new process: a new `epoch`; `recorded` says which steps the log has."""
        body = {"loop": loop, "definitions": dict(definitions or {})}
        return await self._session.post(f"/outside-runs/{id}/claims", body, key=key)

    @call
    async def facts(self, id: str, epoch: int, facts: Sequence[Mapping[str, Any]]) -> Item:
        """Publish facts, numbered 1, 2, 3, ... in this epoch; what is sent twice counts once.

        Raises:
            Conflict: LEASE_LOST, another process has the run; RUN_ENDED, it was cancelled.
        """
        return await self._session.post(f"/outside-runs/{id}/facts", {"epoch": epoch, "facts": list(facts)})

    @call
    async def end(
        self,
        id: str,
        epoch: int,
        outcome: str,
        *,
        step: int = 0,
        metrics: Mapping[str, Any] | None = None,
        code: str = "LOOP_FAILED",
        reason: str = "",
    ) -> Item:
        """outcome: "completed", or "failed" with a reason."""
        body = {"epoch": epoch, "outcome": outcome, "step": step, "metrics": dict(metrics or {})}
        return await self._session.post(f"/outside-runs/{id}/ends", {**body, "code": code, "reason": reason})
