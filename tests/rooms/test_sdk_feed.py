"""The event stream is resumed without a gap and without a repeat, wherever the connection breaks."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from studio import AsyncStudio, NotFound, Studio, Unreachable
from studio import feed as feeds
from studio.contract.records import StepRecorded
from studio.sse import Frame, Frames


def frames_of(text: str, id: str = "") -> tuple[list[Frame], str]:
    parser = Frames(id)
    found = [frame for line in text.split("\n") for frame in parser.feed(line)]
    return found, parser.id


def test_frames_are_read_as_the_specification_says() -> None:
    text = ": hello\n\nid: 1\nevent: A\ndata: x\ndata:  y\n\nretry: 5\ndata\n\nid: 7\n\ndata: cut"
    found, last = frames_of(text)
    assert found == [Frame("1", "A", "x\n y"), Frame("1", "message", "")]
    assert last == "7"


def test_an_id_of_a_block_that_broke_off_does_not_count() -> None:
    assert frames_of("id: 1\ndata: a\n\nid: 2\ndata: b")[1] == "1"


def event_block(number: int) -> str:
    body = {
        "kind": "entry",
        "position": f"p{number}",
        "id": f"e{number}",
        "type": "StepRecorded",
        "topic": "studio.training.steps",
        "subject": "r1",
        "time": "2025-01-01T00:00:00+00:00",
        "version": 0,
        "epoch": 1,
        "seq": number,
        "correlation_id": None,
        "causation_id": None,
        "traceparent": "",
        "source": "studio",
        "data": {"run_id": "r1", "step": number, "from_the_future": True},
    }
    return f"id: p{number}\nevent: entry\ndata: {json.dumps(body)}\n\n"


class Breaking(httpx.AsyncByteStream):
    """Text that ends, or breaks, after so many bytes."""

    def __init__(self, text: str, cut: int | None) -> None:
        self.text, self.cut = text, cut

    async def __aiter__(self) -> AsyncIterator[bytes]:
        data = self.text.encode()
        yield data if self.cut is None else data[: self.cut]
        if self.cut is not None:
            raise httpx.ReadError("cable pulled")


class Server:
    """A log of `count` events behind a stream whose connections break where `cuts` say."""

    def __init__(self, count: int, cuts: list[int]) -> None:
        self.count, self.cuts = count, cuts
        self.asked: list[str] = []
        self.tokens = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.startswith("/api/v1/auth/"):
            self.tokens += 1
            session = {"access_token": f"t{self.tokens}", "refresh_token": "r", "expires_in": 900}
            return httpx.Response(200, json={"data": {"id": "u", "type": "session", "attributes": session}})
        if path != "/api/v1/feed":
            return httpx.Response(404, json={"error": {"code": "NOT_FOUND", "message": "no", "details": {}}})
        after = request.url.params.get("after", "begin")
        self.asked.append(after)
        first = 0 if after == "begin" else int(after.removeprefix("p"))
        opened = f'event: hello\ndata: {{"position": "p{first}"}}\n\n: still here\n\n'
        text = opened + "".join(event_block(n) for n in range(first + 1, self.count + 1))
        cut = self.cuts.pop(0) if self.cuts else None
        return httpx.Response(200, stream=Breaking(text, cut), headers={"content-type": "text/event-stream"})


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "FIRST_PAUSE", 0.0)
    monkeypatch.setattr(feeds, "LONGEST_PAUSE", 0.0)


def studio(server: Any) -> AsyncStudio:
    return AsyncStudio("http://studio", email="a@b", password="c", transport=httpx.MockTransport(server))


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 6), st.lists(st.integers(0, 3000), max_size=8))
async def test_every_event_comes_once_and_in_order(count: int, cuts: list[int]) -> None:
    server = Server(count, cuts)
    seen = []
    async with studio(server) as client:
        async for event in client.events.stream(after="begin"):
            seen.append(event.seq)
            if event.seq == count:
                break
    assert seen == list(range(1, count + 1))


async def test_a_typed_record_ignores_what_it_does_not_know() -> None:
    async with studio(Server(1, [])) as client:
        async for event in client.events.stream(after="begin"):
            assert event.record == StepRecorded(run_id="r1", step=1)
            assert event.aggregate == "r1" and event.position == "p1"
            break


def test_the_blocking_face_gives_the_same_events() -> None:
    with Studio("http://s", email="a@b", password="c", transport=httpx.MockTransport(Server(4, [900, 1500]))) as client:
        stream = client.events.stream(after="begin")
        assert [next(stream).seq for _ in range(4)] == [1, 2, 3, 4]


async def test_an_expired_stream_goes_on_with_a_new_token() -> None:
    server = Server(2, [])
    given_up = 0

    def expiring(request: httpx.Request) -> httpx.Response:
        nonlocal given_up
        if request.url.path.endswith("/feed") and given_up == 0:
            given_up += 1
            text = event_block(1) + "event: expired\ndata: {}\n\n"
            return httpx.Response(200, stream=Breaking(text, None))
        return server(request)

    async with studio(expiring) as client:
        seen = []
        async for event in client.events.stream(after="begin"):
            seen.append(event.seq)
            if event.seq == 2:
                break
    assert seen == [1, 2] and server.asked == ["p1"] and server.tokens == 2


async def test_what_the_server_refuses_is_told_and_not_repeated() -> None:
    def refusing(request: httpx.Request) -> httpx.Response:
        if "auth" in request.url.path:
            return Server(0, [])(request)
        return httpx.Response(404, json={"error": {"code": "NOT_FOUND", "message": "no such topic", "details": {}}})

    async with studio(refusing) as client:
        with pytest.raises(NotFound, match="no such topic"):
            async for _ in client.events.stream():
                pass


async def test_a_server_that_stays_away_is_told() -> None:
    def away(request: httpx.Request) -> httpx.Response:
        if "auth" in request.url.path:
            return Server(0, [])(request)
        raise httpx.ConnectError("refused")

    async with studio(away) as client:
        with pytest.raises(Unreachable, match="refused"):
            async for _ in feeds.follow_feed(client._session, patience=0.05):
                pass
