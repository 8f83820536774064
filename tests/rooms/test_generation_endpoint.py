"""The endpoint client against a real HTTP server with faults, and the check of outbound addresses."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web

from processors.generation.came import Gone, Got
from processors.generation.endpoint import Endpoint, Patience
from streams import egress
from streams.egress import EgressRefused, check_url, judge

Answer = Callable[[int, web.Request], Any]
BODY = {"model": "m", "messages": [], "response_format": {"type": "json_object"}}
GOOD = {"choices": [{"message": {"content": "hello"}, "finish_reason": "stop"}]}


class Server:
    """Answers the n-th request with the n-th answer, the last one for ever."""

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.seen: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""

    async def chat(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(await request.json())
        self.headers.append(dict(request.headers))
        answer = self.answers[min(len(self.seen), len(self.answers)) - 1]
        if answer == "drop":
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        if isinstance(answer, tuple):
            status, headers = answer
            return web.json_response({"error": "no"}, status=status, headers=headers)
        if isinstance(answer, bytes):
            return web.Response(body=answer, content_type="application/json")
        return web.json_response(answer)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    found = Server()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", found.chat)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    yield found
    await runner.cleanup()


async def asked(server: Server, *answers: Any, keys: dict[str, str] | None = None, private: bool = True) -> Got | Gone:
    server.answers = list(answers)
    async with egress.session(private) as session:
        endpoint = Endpoint(session, private, keys, Patience(tries=4, first_pause=0.01, longest_pause=0.5))
        return await endpoint.ask(server.url, BODY)


@pytest.mark.parametrize(
    "fault", [(429, {"Retry-After": "0"}), (500, {}), (503, {}), "drop", b"", b'{"choices": [{"messa', {"choices": []}]
)
async def test_passing_faults_are_repeated(server: Server, fault: Any) -> None:
    got = await asked(server, fault, fault, GOOD)
    assert isinstance(got, Got) and json.loads(got.raw) == GOOD
    assert len(server.seen) == 3


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ((429, {"Retry-After": "0"}), "endpoint_rate_limited"),
        ((500, {}), "endpoint_server_error"),
        ("drop", "endpoint_connection_lost"),
        (b"", "reply_empty"),
        (b'{"choices": [{"mess', "reply_empty"),
    ],
)
async def test_lasting_faults_end_with_a_reason(server: Server, fault: Any, reason: str) -> None:
    gone = await asked(server, fault)
    assert isinstance(gone, Gone) and gone.reason == reason
    assert len(server.seen) == 4


async def test_other_refusals_are_final(server: Server) -> None:
    gone = await asked(server, (401, {}))
    assert isinstance(gone, Gone) and gone.reason == "endpoint_refused_request" and len(server.seen) == 1


async def test_retry_after_is_obeyed_within_bounds(server: Server) -> None:
    start = time.monotonic()
    await asked(server, (429, {"Retry-After": "0.3"}), GOOD)
    assert time.monotonic() - start >= 0.3
    start = time.monotonic()
    await asked(server, (429, {"Retry-After": "3600"}), (429, {"Retry-After": "3600"}), GOOD)
    assert time.monotonic() - start < 3


async def test_a_server_without_response_format_is_asked_again_without_it(server: Server) -> None:
    assert isinstance(await asked(server, (400, {}), GOOD), Got)
    assert "response_format" in server.seen[0] and "response_format" not in server.seen[1]


async def test_a_key_goes_to_its_own_host_only(server: Server) -> None:
    host = server.url.split("/")[2]
    await asked(server, GOOD, keys={host: "secret", "other.example": "wrong"})
    await asked(server, GOOD, keys={"other.example": "wrong"})
    assert server.headers[0]["Authorization"] == "Bearer secret"
    assert "Authorization" not in server.headers[1]


async def test_redirects_are_not_followed(server: Server) -> None:
    gone = await asked(server, (302, {"Location": server.url + "/chat/completions"}))
    assert isinstance(gone, Gone) and gone.reason == "endpoint_refused_request" and len(server.seen) == 1


async def test_a_private_address_is_refused_unless_allowed(server: Server) -> None:
    gone = await asked(server, GOOD, private=False)
    assert isinstance(gone, Gone) and gone.reason == "endpoint_address_not_allowed" and server.seen == []


async def test_a_name_that_resolves_to_a_private_address_is_refused(server: Server) -> None:
    server.url = server.url.replace("127.0.0.1", "localhost")
    gone = await asked(server, GOOD, private=False)
    assert isinstance(gone, Gone) and gone.reason == "endpoint_address_not_allowed" and server.seen == []


async def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = Server()
        server.url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
        gone = await asked(server, GOOD)
    assert isinstance(gone, Gone) and gone.reason == "endpoint_unreachable"


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses(address: str) -> None:
    judge(address, allow_private=False)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.9.9", "::1", "fd00::1", "::ffff:127.0.0.1"]
)
def test_private_addresses_need_the_setting(address: str) -> None:
    judge(address, allow_private=True)
    with pytest.raises(EgressRefused):
        judge(address, allow_private=False)


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "0.0.0.0", "224.0.0.1", "::", "fe80::1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe"],
)
@pytest.mark.parametrize("private", [True, False])
def test_addresses_that_are_never_used(address: str, private: bool) -> None:
    with pytest.raises(EgressRefused):
        judge(address, private)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/", "http://", "file:///etc/passwd", "https://ann:pw@example.org/", "http://127.1/",
        "http://0x7f000001/", "http://2130706433/", "http://[::1]/", "http://[::ffff:127.0.0.1]:80/", "http://x:y/",
    ],
)  # fmt: skip
def test_urls_that_are_refused_at_sight(url: str) -> None:
    with pytest.raises(EgressRefused):
        check_url(url, allow_private=False)


def test_a_public_url_passes() -> None:
    check_url("https://api.example.org/v1/chat/completions", allow_private=False)
