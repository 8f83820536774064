"""Batches of generated samples, the samples themselves, and what people think of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from studio.face import F, Room, call, stream
from studio.item import Item, Page


class Batches(Room[F]):
    """Requests for samples."""

    @call
    async def create(
        self,
        documents: Sequence[str] = (),
        *,
        count: int,
        collection: str = "",
        method: str = "extractive",
        quality_threshold: float = 0.0,
        template: str = "",
        endpoint: str = "",
        model: str = "",
        temperature: float = 0.0,
        max_tokens: int = 0,
        seed: int = 0,
    ) -> Item:
        """Ask for `count` samples from documents (or from all extracted ones of a collection).

        Args:
            method: "extractive" needs no model; "endpoint" asks an OpenAI-compatible server.
            endpoint: its address, for example https://host/v1; `model`, `temperature` and `max_tokens` (of one reply,
                0 leaves it to the studio) go with it.
            template: name of the prompt template; empty is the default one.
        """
        body = {
            "count": count,
            "method": method,
            "quality_threshold": quality_threshold,
            "template": template,
            "endpoint": endpoint,
            "model": model,
            "temperature": temperature,
            "max_tokens": max_tokens,
            "seed": seed,
            **({"documents": list(documents)} if documents else {}),
            **({"collection": collection} if collection else {}),
        }
        return await self._session.post("/batches", body)

    @call
    async def get(self, id: str) -> Item:
        """One batch."""
        return await self._session.get(f"/batches/{id}")

    @call
    async def list(self, *, status: str | None = None, limit: int = 50, cursor: str | None = None) -> Page:
        """A page of batches, newest first."""
        return await self._session.page("/batches", {"status": status, "limit": limit, "cursor": cursor})

    @call
    async def cancel(self, id: str, *, reason: str = "") -> None:
        """Stop a batch; samples that exist stay."""
        await self._session.request("DELETE", f"/batches/{id}", params={"reason": reason or None})


class Samples(Room[F]):
    """Question and answer pairs with their scores."""

    @call
    async def get(self, id: str) -> Item:
        """One sample with its passage and the place of its answer in the document."""
        return await self._session.get(f"/samples/{id}")

    @stream
    def each(
        self,
        *,
        batch_id: str | None = None,
        document_id: str | None = None,
        curation_id: str | None = None,
        kept: bool | None = None,
        kind: str | None = None,
        text: str = "",
    ) -> AsyncIterator[Item]:
        """All samples that fit; `kept` goes with a curation, `text` stands in the question or the answer."""
        params = {
            "batch_id": batch_id,
            "document_id": document_id,
            "curation_id": curation_id,
            "kept": kept if kept is None else str(kept).lower(),
            "kind": kind,
            "q": text or None,
        }
        return self._session.each("/samples", params)

    @call
    async def review(self, id: str, decision: str, *, reason: str = "") -> Item:
        """A person's word on a sample, "keep" or "drop": it overrides the rule."""
        return await self._session.post(f"/samples/{id}/reviews", {"decision": decision, "reason": reason})
