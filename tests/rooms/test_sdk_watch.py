"""Jobs that ended where the feed no longer tells how; the WebSocket, and what comes instead of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from studio import AsyncStudio, ValidationError
from studio import feed as feeds
from studio.feed import FeedEvent, follow_feed
from studio.item import Item
from studio.job import follow
from studio.place import Place
from studio.session import Session
from websockets.asyncio.server import ServerConnection, serve


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "FIRST_PAUSE", 0.0)
    monkeypatch.setattr(feeds, "LONGEST_PAUSE", 0.0)


def entry(number: int, type: str = "StepRecorded", version: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "kind": "entry", "position": f"0123abcd.{number}", "id": f"e{number}", "type": type, "topic": "studio.datasets",
        "subject": "d1", "time": "2025-01-01T00:00:00+00:00", "version": version, "epoch": 0, "seq": 0,
        "correlation_id": None, "causation_id": None, "traceparent": "", "source": "", "data": {}, **more,
    }  # fmt: skip


def mark(kind: str, number: int, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "position": f"0123abcd.{number}", **more}


class Api:
    """Answers of the API, with the feed as server-sent events; what was asked of `/events`."""

    def __init__(self, messages: list[dict[str, Any]], ends: dict[str, dict[str, Any]]) -> None:
        self.messages, self.ends = messages, ends
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        match request.url.path.removeprefix("/api/v1"):
            case "/feed":
                text = "".join(f"event: {m['kind']}\ndata: {json.dumps(m)}\n\n" for m in self.messages)
                return httpx.Response(200, text=text, headers={"content-type": "text/event-stream"})
            case "/events":
                type = request.url.params["type"]
                self.asked.append(type)
                found = [self.ends[type]] if type in self.ends else []
                data = [{"id": e["id"], "type": "event", "attributes": e} for e in found]
                return httpx.Response(200, json={"data": data, "meta": {"next_cursor": None}})
            case _:
                return httpx.Response(404, json={"error": {"code": "NOT_FOUND", "message": "no", "details": {}}})


async def told(api: Api) -> list[FeedEvent]:
    async with AsyncStudio("http://s", token="t", transport=httpx.MockTransport(api)) as studio:
        return [event async for event in follow(studio._session, Item("d1", "dataset"))]


async def test_a_job_whose_end_is_in_the_snapshot_is_at_its_end() -> None:
    old, end = entry(1, "DatasetRequested", 1), entry(5, "DatasetFrozen", 2)
    snapshot = mark("snapshot", 90, reason="too_old", subjects=[old, end], more=False)
    api = Api([mark("hello", 0), old, snapshot, mark("live", 90)], {})
    found = await told(api)
    assert [(event.id, event.snapshot) for event in found] == [("e1", False), ("e5", True)], (
        "what was told is not again"
    )


async def test_a_job_whose_end_the_feed_has_forgotten_is_looked_up() -> None:
    api = Api([mark("hello", 90), mark("live", 90)], {"DatasetRefused": entry(5, "DatasetRefused", 2)})
    assert [event.type for event in await told(api)] == ["DatasetRefused"]
    assert api.asked == ["DatasetFrozen", "DatasetRefused"]


async def test_a_job_whose_beginning_is_there_is_not_looked_up() -> None:
    messages = [mark("hello", 0), entry(1, "DatasetRequested", 1), mark("live", 1), entry(2, "DatasetFrozen", 2)]
    api = Api(messages, {})
    assert [event.type for event in await told(api)] == ["DatasetRequested", "DatasetFrozen"] and api.asked == []


@asynccontextmanager
async def sockets(script: list[list[Any]]) -> AsyncIterator[tuple[str, list[str]]]:
    """A server that plays one list per connection: messages, a status to refuse with, or a code to close with."""
    asked: list[str] = []

    async def refuse(connection: ServerConnection, request: Any) -> Any:
        asked.append(request.path)
        if script and script[0] and isinstance(script[0][0], str):
            return connection.respond(int(script.pop(0)[0]), "no")
        return None

    async def play(connection: ServerConnection) -> None:
        for message in script.pop(0) if script else []:
            if isinstance(message, int):
                await connection.close(message)
                return
            await connection.send(json.dumps(message))
        await connection.wait_closed()

    async with serve(play, "127.0.0.1", 0, process_request=refuse) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}/api/v1/feed", asked


async def test_a_socket_is_resumed_after_the_last_position_and_replaced_where_it_is_refused() -> None:
    script: list[list[Any]] = [
        [mark("hello", 0), entry(1), mark("pong", 7), 1001],
        [mark("hello", 7), entry(8), 4503],
        ["503"],
        [mark("hello", 20), entry(21)],
    ]
    api = Api([mark("hello", 8), entry(9), mark("live", 20)], {})
    async with sockets(script) as (url, asked):
        place = Place("http://s", access_token="t", feed_url=url)
        client = Session(place, transport=httpx.MockTransport(api))
        seen = []
        async with asyncio.timeout(10):
            async for event in follow_feed(client, after="begin", topics=["studio.datasets"]):
                seen.append(event.id)
                if event.id == "e21":
                    break
        await client.aclose()
    assert seen == ["e1", "e8", "e9", "e21"]
    after = [path.split("after=")[1].split("&")[0] for path in asked]
    assert after == ["begin", "0123abcd.7", "0123abcd.8", "0123abcd.20"]
    assert all("topics=studio.datasets" in path for path in asked)


async def test_what_the_feed_does_not_understand_is_told() -> None:
    wrong = {"kind": "error", "code": "VALIDATION_ERROR", "message": "no such topic", "details": {"field": "topics"}}
    async with sockets([[wrong, 4400]]) as (url, _):
        client = Session(Place("http://s", access_token="t", feed_url=url))
        with pytest.raises(ValidationError, match="no such topic") as refused:
            async for _ in follow_feed(client):
                pass
        await client.aclose()
    assert refused.value.field == "topics"
