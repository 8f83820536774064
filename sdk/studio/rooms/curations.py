"""Curations: which samples are good enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from studio.face import F, Room, call
from studio.item import Item, Page


class Curations(Room[F]):
    """Scoring of batches, and a rule over the scores."""

    @call
    async def create(
        self,
        batches: Sequence[str],
        rule: str = "",
        *,
        scorers: Sequence[str] = (),
        settings: Mapping[str, Any] | None = None,
    ) -> Item:
        """Score the samples of batches and judge them by `rule`, e.g. "grounding >= 0.8"; empty is the default rule.

        Args:
            scorers: names; empty takes the default ones.
            settings: of scorers, by their names.
        """
        body = {"batches": list(batches), "rule": rule, "scorers": list(scorers), "settings": dict(settings or {})}
        return await self._session.post("/curations", body)

    @call
    async def get(self, id: str) -> Item:
        """One curation."""
        return await self._session.get(f"/curations/{id}")

    @call
    async def list(self, *, status: str | None = None, limit: int = 50, cursor: str | None = None) -> Page:
        """A page of curations, newest first."""
        return await self._session.page("/curations", {"status": status, "limit": limit, "cursor": cursor})

    @call
    async def what_if(self, id: str, rule: str, *, against: str = "", flips: int = 20) -> Item:
        """What another rule would keep, with its tokens and topics: stored scores are asked, nothing is scored again.

        Args:
            against: the rule that it is compared with; empty: what the curation decided.
            flips: how many of the samples that the two decide differently are named.
        """
        return await self._session.post(f"/curations/{id}/what-if", {"rule": rule, "against": against, "flips": flips})
