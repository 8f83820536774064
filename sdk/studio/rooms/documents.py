"""Documents: what everything is made from."""

from __future__ import annotations

import asyncio
import builtins
import mimetypes
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from studio.face import F, Room, call, stream
from studio.item import Item, Page


class Documents(Room[F]):
    """Uploaded files and the text found in them."""

    @call
    async def upload(
        self, path: str | Path, *, name: str = "", collection: str = "", licence: str = "", source: str = ""
    ) -> Item:
        """Store a file and register it; extraction follows by itself (`wait` for it).

        Args:
            path: a document of a kind that `formats` lists.
            name: under which it is listed; the file's own name otherwise.
            collection: a word to find documents by.
            licence: under which its text may be used, an SPDX identifier or words; data cards name it.
            source: where it is from, an address or words.

        Raises:
            OSError: the file cannot be read.
            ValidationError: the server does not take it; says which limit.
        """
        file = Path(path)
        media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        opened = await asyncio.to_thread(file.open, "rb")
        try:

            def files() -> Mapping[str, Any]:
                opened.seek(0)
                return {"file": (name or file.name, opened, media_type)}

            labels = {"collection": collection, "licence": licence, "source": source}
            form = {label: text for label, text in labels.items() if text} or None
            answer = await self._session.request("POST", "/documents/upload", files=files, data=form)
            return Item.of(answer.json()["data"])
        finally:
            opened.close()

    @call
    async def get(self, id: str) -> Item:
        """One document."""
        return await self._session.get(f"/documents/{id}")

    @call
    async def list(
        self, *, status: str | None = None, collection: str | None = None, limit: int = 50, cursor: str | None = None
    ) -> Page:
        """A page of documents, newest first."""
        params = {"status": status, "collection": collection, "limit": limit, "cursor": cursor}
        return await self._session.page("/documents", params)

    @stream
    def each(self, *, status: str | None = None, collection: str | None = None) -> AsyncIterator[Item]:
        """All documents."""
        return self._session.each("/documents", {"status": status, "collection": collection})

    @call
    async def withdraw(self, id: str, *, reason: str = "", revision: int | None = None) -> None:
        """Take a document out: nothing new is made from it."""
        await self._session.request("DELETE", f"/documents/{id}", params={"reason": reason or None}, revision=revision)

    @call
    async def affected(self, id: str) -> Item:
        """What a document has gone into: how many samples, which datasets, runs, models and deployments."""
        return await self._session.get(f"/documents/{id}/affected")

    @call
    async def rebuild(self, id: str, *, datasets: Sequence[str] = ()) -> builtins.list[Item]:
        """Freeze affected datasets again without the document: the newest of each name, or these. Nothing is trained.

        Raises:
            Conflict: no dataset holds anything of it that was not frozen again already.
        """
        answer = await self._session.request("POST", f"/documents/{id}/rebuild", json={"datasets": [*datasets]})
        return [Item.of(one) for one in answer.json()["data"]]

    @call
    async def text(self, id: str, start: int = 0, end: int | None = None) -> str:
        """Canonical text of a document, in characters from `start` to `end`."""
        item = await self._session.get(f"/documents/{id}/text", {"start": start, "end": end})
        return str(item["text"])

    @call
    async def formats(self) -> Page:
        """The kinds of documents that can be read: extensions, media type, what is kept, what a quote leads back to."""
        return await self._session.page("/documents/formats", {})

    @stream
    def structure(self, id: str, *, kind: str | None = None) -> AsyncIterator[Item]:
        """Headings, lists, tables, code and definitions as spans of the canonical text, in its order."""
        return self._session.each(f"/documents/{id}/structure", {"kind": kind})

    @stream
    def chunks(self, id: str) -> AsyncIterator[Item]:
        """The passages it was cut into."""
        return self._session.each(f"/documents/{id}/chunks")
