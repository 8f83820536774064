"""Looking at the platform itself: lineage, pipeline, dead letters, events."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from studio.face import F, Room, call, stream
from studio.feed import FeedEvent, follow_feed
from studio.item import Item, Page


class Lineage(Room[F]):
    """Where things come from, and what was made of them."""

    @call
    async def of(self, type: str, id: str, *, direction: str = "up", depth: int | None = None) -> Item:
        """The graph from one thing: `nodes` and `edges`. "up" leads to its sources, "down" to what follows from it."""
        return await self._session.get(f"/lineage/{type}/{id}", {"direction": direction, "depth": depth})


class Pipeline(Room[F]):
    """How far each stage is."""

    @call
    async def get(self) -> Item:
        """Rates and lags per stage, and counts."""
        return await self._session.get("/pipeline")


class DeadLetters(Room[F]):
    """Events that could not be taken; later ones of the same key wait behind them."""

    @call
    async def list(
        self, *, state: str | None = None, consumer: str | None = None, limit: int = 50, cursor: str | None = None
    ) -> Page:
        """A page of dead letters, newest first."""
        params = {"state": state, "consumer": consumer, "limit": limit, "cursor": cursor}
        return await self._session.page("/dead-letters", params)

    @call
    async def release(self, id: str, *, reason: str) -> Item:
        """Offer it to its consumer again, and what waited behind it."""
        return await self._session.post(f"/dead-letters/{id}/release", {"reason": reason})

    @call
    async def skip(self, id: str, *, reason: str) -> Item:
        """Leave it out for good and go on with what waited behind it."""
        return await self._session.post(f"/dead-letters/{id}/skip", {"reason": reason})


class Events(Room[F]):
    """Everything that happened."""

    @call
    async def list(
        self,
        *,
        topic: str | None = None,
        type: str | None = None,
        subject: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page:
        """A page of events, newest first."""
        params = {"topic": topic, "type": type, "subject": subject, "limit": limit, "cursor": cursor}
        return await self._session.page("/events", params)

    @stream
    def stream(
        self, *, after: str = "", types: Sequence[str] = (), topics: Sequence[str] = (), subjects: Sequence[str] = ()
    ) -> AsyncIterator[FeedEvent]:
        """Events as they happen, for ever; a lost connection is resumed without a gap and without a repeat.

        Args:
            after: `position` of an earlier event, "begin" or "end" (the default without subjects).
        """
        return follow_feed(self._session, after=after, types=types, topics=topics, subjects=subjects)
