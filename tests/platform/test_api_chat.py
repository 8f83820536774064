"""Chat over the API's own origin: what the router says passes through, whole or in pieces, and its absence is told."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator

import pytest
from aiohttp import web
from studio_api import Api, api, attributes, error

__all__ = ["api"]
ASKED = {"model": "answers@0.1.1", "messages": [{"role": "user", "content": "How many?"}]}
WHOLE = {
    "id": "call-1", "object": "chat.completion", "created": 1, "model": "answers@0.1.1",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "14"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4},
}  # fmt: skip
REST = 0.6  # seconds between two pieces


class FakeRouter:
    """Answers as the router does; `seen` holds the headers of calls."""

    def __init__(self) -> None:
        self.seen: list[dict[str, str]] = []

    async def chat(self, request: web.Request) -> web.StreamResponse:
        self.seen.append({name.lower(): value for name, value in request.headers.items()})
        asked = await request.json()
        if asked["model"] == "nowhere":
            fault = {"message": "there is no deployment", "code": "model_not_found", "param": "model", "type": "x"}
            return web.json_response({"error": fault}, status=404)
        told = {"Studio-Version": "answers@0.1.1", "Studio-Role": "pinned"}
        if not asked.get("stream"):
            return web.json_response(WHOLE, headers=told)
        answer = web.StreamResponse(headers={**told, "Content-Type": "text/event-stream"})
        await answer.prepare(request)
        await answer.write(b'data: {"piece": 1}\n\n')
        await asyncio.sleep(REST)
        if asked["model"] == "dies":
            assert request.transport is not None
            request.transport.abort()
            return answer
        await answer.write(b"data: [DONE]\n\n")
        return answer

    async def outcome(self, request: web.Request) -> web.Response:
        return web.json_response({**await request.json(), "repeated": False})


@pytest.fixture
def fake(api: Api) -> Iterator[FakeRouter]:
    found = FakeRouter()

    async def start() -> web.AppRunner:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", found.chat)
        app.router.add_post("/v1/outcomes", found.outcome)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", api.settings.router_port).start()
        return runner

    runner = api.run(start())
    yield found
    api.run(runner.cleanup())


def test_an_answer_is_the_routers_own(api: Api, fake: FakeRouter) -> None:
    client = api.client("acme", "engineer")
    answer = client.post("/chat/completions", json=ASKED, headers={"Studio-Session": "mine"})
    assert answer.status_code == 200 and answer.json() == WHOLE
    assert (answer.headers["studio-version"], answer.headers["studio-role"]) == ("answers@0.1.1", "pinned")
    assert fake.seen[0]["authorization"] == client.headers["authorization"]
    assert fake.seen[0]["studio-session"] == "mine" and fake.seen[0]["traceparent"].startswith("00-")


def test_pieces_arrive_while_others_are_on_their_way(api: Api, fake: FakeRouter) -> None:
    began, times, text = time.monotonic(), [], b""
    headers = {"Accept-Encoding": "gzip"}
    with api.client().stream("POST", "/chat/completions", json={**ASKED, "stream": True}, headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        for piece in answer.iter_raw():
            times.append(time.monotonic() - began)
            text += piece
    assert text == b'data: {"piece": 1}\n\ndata: [DONE]\n\n' and times[0] < times[-1] - REST / 2


def test_a_stream_that_breaks_off_ends_with_an_error(api: Api, fake: FakeRouter) -> None:
    answer = api.client().post("/chat/completions", json={**ASKED, "model": "dies", "stream": True})
    last = json.loads(answer.text.strip().split("data: ")[-1])
    assert last["error"]["code"] == "ROUTER_AWAY"


def test_what_the_router_refuses_comes_in_our_envelope(api: Api, fake: FakeRouter) -> None:
    found = error(api.client().post("/chat/completions", json={**ASKED, "model": "nowhere"}), 404)
    assert (found["code"], found["details"]["field"]) == ("MODEL_NOT_FOUND", "model")
    assert error(api.client().post("/chat/completions", json={"model": "x", "messages": []}), 422)
    assert error(api.client("acme", "viewer").post("/chat/completions", json=ASKED), 403)
    assert error(api.anonymous().post("/chat/completions", json=ASKED), 401)


def test_an_outcome_counts_once_per_person(api: Api, fake: FakeRouter) -> None:
    client = api.client()
    found = attributes(client.post("/chat/outcomes", json={"call_id": "call-1", "score": 1}))
    person = attributes(client.get("/auth/me")) and client.get("/auth/me").json()["data"]["id"]
    assert found == {"score": 1.0, "source": f"person/{person}", "repeated": False}
    assert error(client.post("/chat/outcomes", json={"call_id": "call-1", "score": 1.5}), 422)


def test_a_router_that_is_away_is_told(api: Api) -> None:
    answer = api.client().post("/chat/completions", json=ASKED)
    assert error(answer, 503)["code"] == "ROUTER_AWAY" and answer.headers["retry-after"] == "2"
    assert error(api.client().post("/chat/outcomes", json={"call_id": "x", "score": 0}), 503)
