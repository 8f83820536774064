"""A router that has just started does not say that a deployment is missing before it has read them all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from unittest.mock import Mock

import aiohttp
import httpx
import pytest
from studio.contract import Event
from studio.contract.records import RoutingTable, Target

from serving.backends import Backends
from serving.router import Router, make_app
from streams.settings import Settings

CHAT = {"model": "answers", "messages": [{"role": "user", "content": "How deep is the lake?"}]}


@pytest.fixture
async def router() -> AsyncIterator[Router]:
    async with aiohttp.ClientSession() as session:
        yield Router(Settings(jwt_secret=""), session, Backends([], session), Mock(), Mock())


async def ask(router: Router) -> tuple[httpx.Response, httpx.Response]:
    transport = httpx.ASGITransport(make_app(router))
    async with httpx.AsyncClient(transport=transport, base_url="http://router/v1") as client:
        return await client.post("/chat/completions", json=CHAT), await client.get("/models")


def code(answer: httpx.Response) -> Any:
    return answer.json()["error"]["code"]


async def test_until_all_is_read_one_is_asked_to_come_again(router: Router) -> None:
    for answer in await ask(router):
        assert (answer.status_code, code(answer), answer.headers["Retry-After"]) == (503, "starting", "1")
    router.ready.set()
    chat, models = await ask(router)
    assert (chat.status_code, code(chat)) == (404, "model_not_found")
    assert models.json()["data"] == []


async def test_a_table_that_may_be_an_old_one_routes_nobody(router: Router) -> None:
    target = Target(model="qa", version="0.1.0", manifest_blob="t/old", weight=1.0, role="baseline")
    table = RoutingTable(deployment="answers", revision=1, targets=(target,))
    router.directory.fold(Event(data=table, tenant="default", subject="answers"))
    chat, _ = await ask(router)
    assert (chat.status_code, code(chat)) == (503, "starting")
    router.ready.set()
    chat, models = await ask(router)
    assert (chat.status_code, code(chat)) == (503, "no_worker")
    assert [one["id"] for one in models.json()["data"]] == ["answers", "qa@0.1.0"]
