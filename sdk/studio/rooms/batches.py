"""Batches of generated samples, the samples themselves, and what people think of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from studio.face import F, Room, call, stream
from studio.item import Item, Page


class Batches(Room[F]):
    """Requests for samples."""

    @call
    async def create(
        self,
        documents: Sequence[str] = (),
        *,
        count: int = 0,
        collection: str = "",
        method: str = "extractive",
        quality_threshold: float = 0.0,
        template: str = "",
        endpoint: str = "",
        model: str = "",
        temperature: float = 0.0,
        max_tokens: int = 0,
        seed: int = 0,
        recipe: str = "",
        recipe_name: str = "",
        recipe_version: int = 0,
        budget_tokens: int = 0,
        budget_money: float = 0.0,
    ) -> Item:
        """Ask for `count` samples from documents (or from all extracted ones of a collection).

        Args:
            method: "extractive" needs no model; "endpoint" asks an OpenAI-compatible server.
            endpoint: its address, for example https://host/v1, or `transformers:` for a hub id or directory that the
                platform runs itself; `model`, `temperature` and `max_tokens` (of one reply,
                0 leaves it to the studio) go with it.
            template: Jinja, empty for the default one.
            recipe: YAML; or recipe_name with recipe_version (0: the newest) for a saved one. It says method and kinds;
                a count scales its mix.
            budget_tokens, budget_money: most that may be spent, 0 for no limit; money in the currency of the prices.
        """
        body = _order(locals())
        return await self._session.post("/batches", body)

    @call
    async def estimate(
        self,
        documents: Sequence[str] = (),
        *,
        count: int = 0,
        collection: str = "",
        recipe: str = "",
        recipe_name: str = "",
        recipe_version: int = 0,
        order: Mapping[str, Any] | None = None,
    ) -> Item:
        """Tokens and money that a batch would take, from the real chunks; `order`: other arguments of `create`."""
        given = {"documents": documents, "count": count, "collection": collection, "recipe": recipe}
        named = {"recipe_name": recipe_name, "recipe_version": recipe_version}
        return await self._session.post("/batches/estimate", _order({**given, **named, **(order or {})}))

    @call
    async def reread(self, id: str) -> Item:
        """A new batch of the replies that an earlier one kept, read by today's parser; nothing is asked or paid."""
        return await self._session.post(f"/batches/{id}/reread", {})

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


class Recipes(Room[F]):
    """Recipes for samples; saved versions never change."""

    @call
    async def save(self, source: str) -> Item:
        """Keep a recipe (YAML) as the next version of its name."""
        return await self._session.post("/recipes", {"source": source})

    @call
    async def list(self, *, limit: int = 50, cursor: str | None = None) -> Page:
        """A page of the newest versions."""
        return await self._session.page("/recipes", {"limit": limit, "cursor": cursor})

    @call
    async def get(self, name: str, version: int) -> Item:
        """One version."""
        return await self._session.get(f"/recipes/{name}/versions/{version}")

    @call
    async def preview(
        self, documents: Sequence[str], *, recipe: str = "", recipe_name: str = "", recipe_version: int = 0
    ) -> Item:
        """Five samples, made now and not kept."""
        body = {"recipe": recipe, "recipe_name": recipe_name, "recipe_version": recipe_version}
        return await self._session.post("/recipes/preview", {"documents": [*documents], **body})


def _order(given: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a request: what was named."""
    values = {name: value for name, value in given.items() if name != "self" and value}
    return {name: [*value] if name == "documents" else value for name, value in values.items()}


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
