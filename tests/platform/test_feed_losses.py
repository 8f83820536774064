"""Watchers that fall silent, a database that is away, a server that stops: each is told with a code of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from feeds import hear, opened, token, until
from websockets.exceptions import ConnectionClosed

from api.feed import hub
from api.feed.server import run_with
from api.settings import ApiSettings
from ops.local.session import Session
from streams.settings import Settings
from tests.ports import free_port


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[tuple[str, asyncio.Task[None]]]:
    port = free_port()
    task = asyncio.create_task(run_with(settings.model_copy(update={"feed_port": port}), ApiSettings()))
    async with httpx.AsyncClient() as client, asyncio.timeout(30):
        while not task.done():
            try:
                await client.get(f"http://127.0.0.1:{port}/health")
                break
            except httpx.TransportError:
                await asyncio.sleep(0.05)
    try:
        yield f"ws://127.0.0.1:{port}/api/v1/feed", task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_who_pings_stays_and_who_is_silent_is_closed(backbone: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "SILENT", 2.0)
    monkeypatch.setattr(hub, "SWEEP", 0.2)
    bearer = token(backbone, "quiet")
    async with (
        serving(backbone.settings) as (url, _),
        opened(url, bearer) as silent,
        opened(url, bearer) as loud,
    ):
        for _ in range(8):
            await loud.send('{"kind":"ping"}')
            await until(loud, "pong")
            await asyncio.sleep(0.4)
        assert (await until(silent, "error"))[-1]["code"] == "SILENT"
        with pytest.raises(ConnectionClosed) as closed:
            await hear(silent)
        assert closed.value.rcvd and closed.value.rcvd.code == 4408
        await loud.send('{"kind":"ping"}')
        assert (await until(loud, "pong"))[-1]["kind"] == "pong"


async def test_watchers_are_told_when_the_database_is_away_and_when_the_server_goes(backbone: Session) -> None:
    bearer = token(backbone, "away")
    nowhere = f"postgresql://studio_app@127.0.0.1:{free_port()}/studio"
    lost = backbone.settings.model_copy(update={"postgres_app_dsn": nowhere})
    async with serving(lost) as (url, _), opened(url, bearer) as socket:
        assert (await hear(socket))["code"] == "UNAVAILABLE"
        with pytest.raises(ConnectionClosed) as closed:
            await hear(socket)
        assert closed.value.rcvd and closed.value.rcvd.code == 4503
        async with httpx.AsyncClient() as client:
            answer = await client.get(url.replace("ws:", "http:").replace("/api/v1/feed", "/health"))
            assert answer.status_code == 503
    async with serving(backbone.settings) as (url, task), opened(url, bearer) as socket:
        await until(socket, "live")
        task.cancel()
        with pytest.raises(ConnectionClosed) as closed:
            await hear(socket)
        assert closed.value.rcvd and closed.value.rcvd.code == 1001
