"""The feed over HTTP: tickets for the WebSocket, and server-sent events for those who cannot open one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse

from api import backend
from api.access import Someone, requires
from api.envelope import Attributes, Item, item
from api.errors import documented
from api.feed.admission import PATH
from api.feed.filter import parse, words
from api.feed.hub import Hub
from api.feed.outlet import Answer
from api.feed.position import start
from api.feed.subscription import Subscription
from api.feed.tickets import SECONDS, Tickets
from streams.settings import Settings

router = APIRouter(prefix="/feed", tags=["feed"])
LONGEST = 100  # characters of a position
STREAM = {
    200: {
        "description": "Server-sent events: hello, entry, live, snapshot, pong, expired; `id` is the position.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


class FeedTicketAttributes(Attributes):
    """ticket: for `?ticket=` of `url`, once. expires_in: seconds."""

    ticket: str
    url: str
    expires_in: int = SECONDS


@router.post("/tickets", status_code=201, dependencies=requires("studio:read"), responses=documented(401, 403))
async def ticket(request: Request, who: Someone) -> Item[FeedTicketAttributes]:
    """A ticket that opens one WebSocket to the live feed, for pages: they can send no header with it."""
    found = backend.of(request)
    given = await Tickets(found.engine).give(who)
    url = address(found.settings, str(request.base_url))
    return item(given[:8], "feed-ticket", FeedTicketAttributes(ticket=given, url=url))


@router.get(
    "",
    dependencies=requires("studio:read"),
    responses={**STREAM, **documented(401, 403, 422, 429)},  # type: ignore[dict-item]
    response_class=StreamingResponse,
)
async def stream(
    request: Request,
    who: Someone,
    after: Annotated[str, Query(max_length=LONGEST, description="`begin`, `end`, or a position.")] = "",
    topics: Annotated[str, Query(max_length=1000, description="Comma-separated; all by default.")] = "",
    types: Annotated[str, Query(max_length=2000, description="Comma-separated; all by default.")] = "",
    subject: Annotated[list[str] | None, Query(max_length=50)] = None,
    last_event_id: Annotated[str, Header(max_length=LONGEST)] = "",
) -> StreamingResponse:
    """The live feed as server-sent events, for those who cannot open a WebSocket; with the same positions.

    Goes on after `after`, else after `Last-Event-ID`; else from the beginning where a subject is given, else from now.
    Ends with `event: expired` when the access token does.
    """
    found = backend.of(request)
    filter = parse(words(topics, "topics"), words(types, "types"), subject or [])
    answer = Answer()
    begin = start(after or last_event_id, bool(subject))
    watcher = await found.feed.watch(who.tenant, filter, begin, answer, who.expires)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    frames = _frames(found.feed, watcher, answer, found.own.stream_heartbeat_seconds)
    return StreamingResponse(frames, media_type="text/event-stream", headers=headers)


async def _frames(hub: Hub, watcher: Subscription, answer: Answer, silence: float) -> AsyncIterator[bytes]:
    try:
        async for chunk in answer.chunks(silence):
            if chunk:
                yield chunk
            else:
                watcher.pong()
            await asyncio.sleep(0)
    finally:
        hub.leave(watcher)


def address(settings: Settings, base: str) -> str:
    """URL of the WebSocket: what is configured, else the feed's port on the host that `base` was asked at."""
    parts = urlsplit(settings.feed_url)
    if parts.netloc:
        return settings.feed_url if parts.path.strip("/") else f"{parts.scheme}://{parts.netloc}{PATH}"
    asked = urlsplit(base)
    host = f"[{asked.hostname}]" if ":" in (asked.hostname or "") else asked.hostname
    return f"{'wss' if asked.scheme == 'https' else 'ws'}://{host}:{settings.feed_port}{PATH}"
