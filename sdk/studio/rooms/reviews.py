"""Reviews: what people decide about samples, alone and together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio.face import F, Room, call
from studio.item import Item, Page


class Reviews(Room[F]):
    """Queues of samples, decisions about them, and taking those back."""

    @call
    async def queue(
        self,
        curation_id: str,
        order: str = "near_threshold",
        *,
        rule: str = "",
        seed: str = "",
        second: bool = False,
        limit: int = 50,
    ) -> Page:
        """Samples that you have not decided yet.

        Args:
            order: "near_threshold" of `rule` (empty: the curation's own), "disagree" (judges or reviewers) or "random".
            seed: of a random order; the same one gives every reviewer the same order.
            second: only what somebody else has decided already.
        """
        params = {"order": order, "rule": rule or None, "seed": seed or None, "limit": limit}
        return await self._session.page(
            f"/curations/{curation_id}/review-queue", {**params, "second": "true" if second else None}
        )

    @call
    async def keep(self, sample_id: str, *, reason: str = "", curation_id: str = "", queue: str = "") -> Item:
        """Keep a sample, whatever the rule says."""
        return await self._decide(sample_id, "keep", reason, curation_id, queue)

    @call
    async def drop(self, sample_id: str, *, reason: str = "", curation_id: str = "", queue: str = "") -> Item:
        """Drop a sample, whatever the rule says."""
        return await self._decide(sample_id, "drop", reason, curation_id, queue)

    @call
    async def flag(self, sample_id: str, *, reason: str = "", curation_id: str = "", queue: str = "") -> Item:
        """Put a sample aside: it stays out until somebody decides otherwise."""
        return await self._decide(sample_id, "flag", reason, curation_id, queue)

    @call
    async def edit(
        self,
        sample_id: str,
        question: str,
        answer: str,
        *,
        reason: str = "",
        ungrounded: bool = False,
        curation_id: str = "",
        queue: str = "",
    ) -> Item:
        """Keep a sample with these texts; datasets take them.

        Args:
            ungrounded: take the edit although its source does not say so.

        Raises:
            ValidationError: the source does not say so.
        """
        texts = {"question": question, "answer": answer, "ungrounded": ungrounded}
        return await self._decide(sample_id, "edit", reason, curation_id, queue, texts)

    @call
    async def bulk(
        self, curation_id: str, decision: str, filter: Mapping[str, Any], *, reason: str = "", dry_run: bool = False
    ) -> Item:
        """One decision ("keep", "drop", "flag") about all samples that a filter takes: scorer, low, high, kind, kept,
        document_id, batch_id, text, unreviewed (true if it is left out). The id of the answer takes it back."""
        body = {"curation_id": curation_id, "decision": decision, "filter": dict(filter), "reason": reason}
        return await self._session.post("/reviews/bulk", {**body, "dry_run": dry_run})

    @call
    async def undo(
        self,
        sample_id: str | None = None,
        *,
        revision: int | None = None,
        selection_id: str | None = None,
        curation_id: str | None = None,
        steps: int = 1,
        reason: str = "",
    ) -> Item:
        """Take back your last `steps` acts, those about one sample, or a whole selection."""
        body = {
            "sample_id": sample_id,
            "revision": revision,
            "selection_id": selection_id,
            "curation_id": curation_id,
            "steps": steps,
            "reason": reason,
        }
        return await self._session.post("/reviews/undo", body)

    @call
    async def agreement(self, curation_id: str) -> Item:
        """Cohen's kappa of every two reviewers, and the samples that they differ about."""
        return await self._session.get(f"/curations/{curation_id}/agreement")

    @call
    async def list(
        self,
        *,
        sample_id: str | None = None,
        curation_id: str | None = None,
        author: str | None = None,
        selection_id: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page:
        """Decisions, newest first, those that were taken back too."""
        where = {"sample_id": sample_id, "curation_id": curation_id, "author": author, "selection_id": selection_id}
        return await self._session.page("/reviews", {**where, "limit": limit, "cursor": cursor})

    async def _decide(
        self,
        sample_id: str,
        decision: str,
        reason: str,
        curation_id: str,
        queue: str,
        texts: Mapping[str, Any] | None = None,
    ) -> Item:
        body = {"sample_id": sample_id, "decision": decision, "reason": reason, **(texts or {})}
        return await self._session.post("/reviews", {**body, "curation_id": curation_id, "queue": queue})
