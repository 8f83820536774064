"""Requests: typed errors, tokens that renew themselves, safe repeats, reads that see one's own writes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from studio import (
    ApiError,
    AsyncStudio,
    Conflict,
    Forbidden,
    NotConfigured,
    NotFound,
    RateLimited,
    ServerFault,
    Studio,
    Unauthorized,
    Unreachable,
    ValidationError,
    patience,
)
from studio.place import Place, find

Handler = Callable[[httpx.Request], httpx.Response]


def item(type: str = "document", id: str = "d1", **attributes: Any) -> dict[str, Any]:
    return {"data": {"id": id, "type": type, "attributes": attributes}, "meta": {}}


def session_of(number: int, seconds: float = 900) -> dict[str, Any]:
    return item("session", "u", access_token=f"t{number}", refresh_token=f"r{number}", expires_in=seconds)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(patience, "LONGEST_PAUSE", 0.002)


def client(handler: Handler, **more: Any) -> AsyncStudio:
    given = {"token": "t0", "patience": 0.5, **more}
    return AsyncStudio("http://studio", router_url="http://router", transport=httpx.MockTransport(handler), **given)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ValidationError),
        (403, Forbidden),
        (404, NotFound),
        (409, Conflict),
        (422, ValidationError),
        (429, RateLimited),
        (500, ServerFault),
        (503, ServerFault),
        (418, ApiError),
    ],
)
async def test_an_error_has_the_type_of_its_status(status: int, kind: type[ApiError]) -> None:
    details = {"field": "count", "reason": "at least 1", "remedy": "ask for one", "version": 7}
    body = {"error": {"code": "SOME_CODE", "message": "no", "details": details}}
    async with client(lambda _: httpx.Response(status, json=body), patience=0.01) as studio:
        with pytest.raises(kind) as caught:
            await studio.batches.create(["d"], count=0)
    assert (caught.value.status, caught.value.code, caught.value.remedy) == (status, "SOME_CODE", "ask for one")
    if isinstance(caught.value, ValidationError):
        assert (caught.value.field, caught.value.reason) == ("count", "at least 1")
        assert str(caught.value) == "count: at least 1: ask for one"
    if isinstance(caught.value, Conflict):
        assert caught.value.version == 7


async def test_an_answer_that_is_no_json_is_still_a_typed_error() -> None:
    async with client(lambda _: httpx.Response(502, text="<html>proxy"), patience=0.01) as studio:
        with pytest.raises(ServerFault) as caught:
            await studio.documents.get("d")
    assert caught.value.code == "HTTP_502"


async def test_a_create_is_repeated_under_one_key_when_the_connection_is_lost(tmp_path: Path) -> None:
    keys, bodies = [], []

    def losing(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["Idempotency-Key"])
        bodies.append(request.read())
        if len(keys) < 3:
            raise httpx.ReadError("lost")
        return httpx.Response(201, json=item())

    file = tmp_path / "faq.html"
    file.write_text("<p>hello</p>" * 1000)
    async with client(losing) as studio:
        await studio.documents.upload(file)
        await studio.documents.upload(file)
    assert len(set(keys[:3])) == 1 and keys[3] != keys[0]
    assert all(b"<p>hello</p>" * 1000 in body and b"faq.html" in body and b"text/html" in body for body in bodies)


async def test_a_refusal_is_not_repeated_and_a_passing_fault_is() -> None:
    answers = [503, 429, 500, 200]
    seen = []

    def passing(request: httpx.Request) -> httpx.Response:
        seen.append(request.method)
        status = answers[len(seen) - 1]
        code = "UNAVAILABLE" if status == 500 else "X"
        error = {"error": {"code": code, "message": "", "details": {}}}
        return httpx.Response(status, json=item() if status == 200 else error, headers={"Retry-After": "0"})

    async with client(passing) as studio:
        await studio.documents.get("d")
    assert len(seen) == 4

    async with client(lambda r: seen.append("x") or httpx.Response(422, json={})) as studio:  # type: ignore[func-returns-value]
        with pytest.raises(ValidationError):
            await studio.documents.get("d")
    assert seen.count("x") == 1


async def test_no_answer_is_told_after_some_patience() -> None:
    def away(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    async with client(away, patience=0.02) as studio:
        with pytest.raises(Unreachable, match="http://studio.*refused"):
            await studio.documents.list()


async def test_reads_after_a_write_carry_its_position() -> None:
    sent: list[tuple[str, str | None]] = []

    def server(request: httpx.Request) -> httpx.Response:
        sent.append((request.method, request.headers.get("Studio-Position")))
        if request.method == "POST":
            return httpx.Response(201, json=item("batch", "b"), headers={"Studio-Position": f"p{len(sent)}"})
        return httpx.Response(200, json={"data": [], "meta": {"next_cursor": None}})

    async with client(server) as studio:
        await studio.batches.list()
        await studio.batches.create(["d"], count=1)
        await studio.batches.list()
        assert studio.position == "p2"
    assert sent == [("GET", None), ("POST", None), ("GET", "p2")]


async def test_tokens_are_renewed_before_and_after_they_end() -> None:
    asked: list[str] = []

    def server(request: httpx.Request) -> httpx.Response:
        name = request.url.path.rsplit("/", 1)[1]
        if name in ("login", "refresh"):
            asked.append(f"{name} {json.loads(request.read()).get('refresh_token', '')}".strip())
            number = len([line for line in asked if line.startswith(("login", "refresh"))])
            return httpx.Response(200, json=session_of(number, seconds=5 if number == 1 else 900))
        asked.append(f"{name} {request.headers['Authorization']}")
        if request.headers["Authorization"] == "Bearer t2" and name == "d2":
            return httpx.Response(401, json={"error": {"code": "TOKEN_EXPIRED", "message": "", "details": {}}})
        return httpx.Response(200, json=item())

    async with client(server, token="", email="a@b", password="c") as studio:
        await studio.documents.get("d1")
        await studio.documents.get("d1")  # the first token ends so soon that it is renewed before this
        await studio.documents.get("d2")  # refused all the same: renewed and asked again
    assert asked == [
        "login", "d1 Bearer t1", "refresh r1", "d1 Bearer t2", "d2 Bearer t2", "refresh r2", "d2 Bearer t3",
    ]  # fmt: skip


async def test_one_renewal_serves_all_that_wait_for_it() -> None:
    import asyncio

    refreshes = 0

    def server(request: httpx.Request) -> httpx.Response:
        nonlocal refreshes
        if request.url.path.endswith("/auth/login"):
            refreshes += 1
            return httpx.Response(200, json=session_of(refreshes))
        return httpx.Response(200, json=item())

    async with client(server, token="", email="a@b", password="c") as studio:
        await asyncio.gather(*(studio.documents.get(str(n)) for n in range(20)))
    assert refreshes == 1


async def test_a_token_from_outside_that_ends_says_what_to_do() -> None:
    refusal = {"error": {"code": "TOKEN_EXPIRED", "message": "over", "details": {}}}
    async with client(lambda _: httpx.Response(401, json=refusal)) as studio:
        with pytest.raises(Unauthorized, match="studio login"):
            await studio.documents.get("d")


async def test_a_login_file_is_kept_up_to_date_and_shared(tmp_path: Path) -> None:
    def server(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/auth/refresh"):
            assert json.loads(request.read()) == {"refresh_token": "r0"}, "a refresh token works once"
            return httpx.Response(200, json=session_of(1))
        good = request.headers["Authorization"] == "Bearer t1"
        return httpx.Response(200, json=item()) if good else httpx.Response(401, json={})

    file = tmp_path / "login.json"
    Place("http://studio", access_token="t0", refresh_token="r0", password="secret").saved(file)
    assert file.stat().st_mode & 0o777 == 0o600 and "secret" not in file.read_text()
    environment = {"STUDIO_HOME": str(tmp_path)}
    first, second = (AsyncStudio(place=find(environment), transport=httpx.MockTransport(server)) for _ in range(2))
    async with first, second:
        await first.documents.get("d")
        await second.documents.get("d")  # finds in the file what the first one got
    assert find(environment).refresh_token == "r1"


def test_where_the_studio_is(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="studio up"):
        find({"STUDIO_HOME": str(tmp_path)})
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "supervisor.json").write_text("{}")
    (tmp_path / "ports.json").write_text('{"api": 81, "router": 82}')
    (tmp_path / "secrets.json").write_text('{"admin_password": "pw"}')
    local = find({"STUDIO_HOME": str(tmp_path)})
    assert (local.url, local.router_url, local.password) == ("http://127.0.0.1:81", "http://127.0.0.1:82", "pw")
    named = find({"STUDIO_HOME": str(tmp_path), "STUDIO_URL": "https://far", "STUDIO_TOKEN": "t"})
    assert (named.url, named.access_token, named.origin) == ("https://far", "t", "STUDIO_URL")


def test_pages_are_turned_as_needed() -> None:
    def server(request: httpx.Request) -> httpx.Response:
        cursor = int(request.url.params.get("cursor", 0))
        data = [item(id=str(cursor * 2 + n))["data"] for n in range(2)]
        return httpx.Response(
            200, json={"data": data, "meta": {"next_cursor": str(cursor + 1) if cursor < 2 else None}}
        )

    with Studio("http://s", token="t", transport=httpx.MockTransport(server)) as studio:
        assert [document.id for document in studio.documents.each()] == list("012345")
        assert len(studio.documents.list()) == 2


async def test_chat_speaks_openai_and_keeps_the_session() -> None:
    def router(request: httpx.Request) -> httpx.Response:
        assert request.url.host == "router"
        body = json.loads(request.read())
        if request.url.path == "/v1/outcomes":
            return httpx.Response(200, json={**body, "repeated": False})
        assert body["messages"] == [{"role": "user", "content": "hi"}] and body["user"] == "s1"
        if body.get("stream"):
            pieces = [{"choices": [{"delta": {"content": text}}]} for text in ("he", "llo")]
            text = "".join(f"data: {json.dumps(piece)}\n\n" for piece in pieces) + "data: [DONE]\n\n"
            return httpx.Response(200, text=text)
        choice = {"message": {"content": "hello"}, "finish_reason": "stop"}
        answer = {"id": "call-1", "choices": [choice], "usage": {"total_tokens": 3}}
        return httpx.Response(200, json=answer, headers={"Studio-Version": "m@1", "Studio-Role": "canary"})

    async with client(router) as studio:
        answer = await studio.chat.complete("bot", "hi", session="s1", extra={"top_p": 0.9})
        assert (answer.text, answer.call_id, answer.version, answer.role) == ("hello", "call-1", "m@1", "canary")
        assert await studio.chat.report(answer.call_id, 1.0)
        assert [piece async for piece in studio.chat.stream("bot", "hi", session="s1")] == ["he", "llo"]


def test_the_blocking_face_refuses_after_close() -> None:
    studio = Studio("http://s", token="t", transport=httpx.MockTransport(lambda _: httpx.Response(200, json=item())))
    assert studio.documents.get("d").id == "d1"
    studio.close()
    studio._loop.close()  # type: ignore[union-attr]
    with pytest.raises(RuntimeError, match="closed"):
        studio.documents.get("d")
