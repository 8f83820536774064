"""The feed process on the real platform: who may watch, what they get, and what becomes of slow or silent watchers."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import socket as sockets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from feeds import Feed, feed, hear, number, opened, steps, token, until
from studio.contract import Event
from studio.contract.records import DocumentRegistered
from websockets.exceptions import ConnectionClosed, InvalidStatus

from api.feed.tickets import Tickets
from api.tokens import verify
from ops.local.session import Session
from projections import comparison, numbers
from projections.catalogue import named
from projections.engine import follow
from streams.database import pool
from streams.sink import LogSink


@pytest.fixture(scope="module")
def live(backbone: Session, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Feed]:
    with feed(backbone, tmp_path_factory.mktemp("feed"), STUDIO_FEED_MOST="40") as found:
        yield found


class World:
    def __init__(self, backbone: Session, sink: LogSink) -> None:
        self.backbone, self.sink = backbone, sink
        self.tenant = f"t{uuid4().hex[:8]}"
        self.token = token(backbone, self.tenant)

    async def publish(self, events: list[Event]) -> None:
        await self.sink.publish(events)


@pytest.fixture
async def world(backbone: Session) -> AsyncIterator[World]:
    async with LogSink(backbone.settings) as sink, pool(backbone.settings.postgres_dsn, "test", 6) as engine:
        task = asyncio.create_task(follow(backbone.settings, engine, [named("feed")]))
        yield World(backbone, sink)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_history_then_live_and_a_filter_that_changes(world: World, live: Feed) -> None:
    await world.publish(steps(world.tenant, "a", 1, 450))
    async with opened(live.url, world.token, after="begin") as socket:
        seen = list[int]()
        hello = await hear(socket)
        assert hello["kind"] == "hello" and hello["heartbeat"] == 30
        while len(seen) < 450:
            message = await hear(socket)
            seen += [number(message)] if message["kind"] == "entry" else []
        assert seen == list(range(1, 451))
        await world.publish(steps(world.tenant, "a", 451, 460) + steps(world.tenant, "b", 1, 3))
        while len(seen) < 463:
            message = await hear(socket)
            seen += [number(message)] if message["kind"] == "entry" else []
        assert seen == list(range(1, 464))
        await socket.send(json.dumps({"kind": "filter", "topics": [], "types": ["StepRecorded"], "subjects": ["b"]}))
        assert number((await until(socket, "live"))[-1]) == 463
        await world.publish(steps(world.tenant, "a", 461, 470) + steps(world.tenant, "b", 4, 4))
        (entry,) = await until(socket, "entry")
        assert (entry["subject"], entry["seq"]) == ("b", 4)
    async with opened(live.url, world.token, subject="b", types="StepRecorded") as socket:
        found = await until(socket, "live")
        assert [m["seq"] for m in found if m["kind"] == "entry"] == [1, 2, 3, 4], "from the table"
        await world.publish(steps(world.tenant, "a", 471, 472))
        for _ in range(100):
            await socket.send('{"kind":"ping"}')
            pong = await hear(socket)
            if number(pong) == 476:
                break
            await asyncio.sleep(0.1)
        assert pong["kind"] == "pong" and number(pong) == 476, "what was not for it is behind it too"


async def test_another_tenant_sees_nothing(world: World, live: Feed) -> None:
    await world.publish(steps(world.tenant, "a", 1, 3))
    other = token(world.backbone, f"{world.tenant}x")
    async with opened(live.url, world.token, after="begin") as mine, opened(live.url, other, after="begin") as theirs:
        await until(mine, "entry")
        await theirs.send('{"kind":"ping"}')
        assert [m["kind"] for m in await until(theirs, "pong")] == ["hello", "live", "pong"]


async def test_who_may_not_watch(world: World, live: Feed) -> None:
    good = world.token
    cases: list[tuple[int, str, dict[str, Any]]] = [
        (401, "UNAUTHENTICATED", {}),
        (401, "UNAUTHENTICATED", {"bearer": "nonsense"}),
        (401, "TOKEN_EXPIRED", {"bearer": token(world.backbone, world.tenant, -5)}),
        (403, "FORBIDDEN", {"bearer": token(world.backbone, world.tenant, role="nobody")}),
        (403, "ORIGIN_REFUSED", {"bearer": good, "origin": "https://evil.example"}),
        (422, "VALIDATION_ERROR", {"bearer": good, "after": "yesterday"}),
        (422, "VALIDATION_ERROR", {"bearer": good, "topics": "studio.nothing"}),
    ]
    for status, code, given in cases:
        with pytest.raises(InvalidStatus) as refused:
            async with opened(live.url, **given):
                pass
        assert refused.value.response.status_code == status, given
        assert json.loads(refused.value.response.body or b"")["error"]["code"] == code
    for origin in (f"http://127.0.0.1:{live.port}", world.backbone.api_url):
        async with opened(live.url, good, origin=origin) as socket:
            assert (await hear(socket))["kind"] == "hello"
    assert (await asyncio.to_thread(httpx.get, f"http://127.0.0.1:{live.port}/nothing")).status_code == 404


async def closed(url: str, **query: Any) -> tuple[int, str]:
    async with opened(url, **query) as socket:
        told = await hear(socket)
        with pytest.raises(ConnectionClosed) as error:
            await hear(socket)
    assert told["kind"] == "error" and error.value.rcvd
    return error.value.rcvd.code, told["code"]


async def test_a_ticket_opens_one_connection_within_its_time(world: World, live: Feed) -> None:
    who = verify(world.backbone.settings.jwt_secret, world.token)
    async with pool(world.backbone.settings.postgres_dsn, "tickets", 2) as engine:
        tickets = Tickets(engine)
        good, late = await tickets.give(who), await tickets.give(who)
        async with opened(live.url, ticket=good) as socket:
            assert (await hear(socket))["kind"] == "hello"
        async with engine.connection() as conn:
            await conn.execute("update auth.feed_ticket set expires_at = now() - interval '1 second'")
            row = await (await conn.execute("select count(*) from auth.feed_ticket where hash = %s", [good])).fetchone()
            assert row == (0,), "only hashes are kept"
        for ticket in (good, late, "guessed"):
            assert await closed(live.url, ticket=ticket) == (4401, "TICKET_UNKNOWN")
        assert await closed(live.url, ticket=await tickets.give(who), after="x") == (4400, "VALIDATION_ERROR")
        short = verify(world.backbone.settings.jwt_secret, token(world.backbone, world.tenant, 2))
        async with opened(live.url, ticket=await tickets.give(short)) as socket:
            assert (await until(socket, "error"))[-1]["code"] == "TOKEN_EXPIRED"
            with pytest.raises(ConnectionClosed) as error:
                await hear(socket)
            assert error.value.rcvd and error.value.rcvd.code == 4401


async def test_nonsense_is_told_and_too_many_are_refused(world: World, live: Feed) -> None:
    for text in ("{", "[]", '{"kind":"shout"}', '{"kind":"filter","types":["No"]}', '{"kind":"filter","topics":"x"}'):
        async with opened(live.url, world.token) as socket:
            await socket.send(text)
            assert (await until(socket, "error"))[-1]["details"]["field"]
            with pytest.raises(ConnectionClosed) as error:
                await hear(socket)
            assert error.value.rcvd and error.value.rcvd.code == 4400
    several = [opened(live.url, world.token) for _ in range(40)]
    for one in several:
        await hear(await one.__aenter__())
    with pytest.raises(InvalidStatus) as refused:
        async with opened(live.url, world.token):
            pass
    assert refused.value.response.status_code == 429
    for one in several:
        await one.__aexit__(None, None, None)


async def test_a_position_of_another_log_or_too_old_gets_a_snapshot(world: World, live: Feed) -> None:
    def document(id: str, version: int) -> Event:
        data = DocumentRegistered(name=f"{id}-{version}")
        return Event(data=data, tenant=world.tenant, subject=id, version=version)

    told: list[Event] = []
    documents = [document("one", 1), document("two", 1), document("one", 2)]
    entries: list[dict[str, Any]] = []
    async with opened(live.url, world.token, after="begin") as socket:
        for more in (documents, steps(world.tenant, "a", 1, 60)):  # topics are numbered as they come
            await world.publish(more)
            told += more
            while len(entries) < len(told):
                message = await hear(socket)
                entries += [message] if message["kind"] == "entry" else []
    begin = entries[0]["position"]
    async with opened(live.url, world.token, after="deadbeef.3", topics="studio.documents") as socket:
        hello, snapshot, now = await until(socket, "live")
        assert (hello["position"], snapshot["reason"], snapshot["more"]) == ("deadbeef.3", "other_log", False)
        assert [(s["subject"], s["version"]) for s in snapshot["subjects"]] == [("two", 1), ("one", 2)] or [
            (s["subject"], s["version"]) for s in snapshot["subjects"]
        ] == [("one", 2), ("two", 1)]
        assert snapshot["position"] == now["position"] and number(now) == len(told)
    async with pool(world.backbone.settings.postgres_dsn, "prune", 2) as engine:
        feeding = named("feed")
        assert feeding.numbered is not None
        assert await numbers.prune(engine, feeding.schema, feeding.numbered, 10) >= len(told) - 10
        async with opened(live.url, world.token, after=begin, subject="one") as socket:
            _, snapshot, now = await until(socket, "live")
            assert (snapshot["reason"], snapshot["subjects"]) == ("too_old", [])
        async with opened(live.url, world.token, after="begin") as socket:
            found = await until(socket, "live")
            assert [number(m) for m in found if m["kind"] == "entry"] == list(range(len(told) - 9, len(told) + 1))


async def test_watchers_of_a_feed_that_is_built_anew_are_told_and_go_on(world: World, live: Feed) -> None:
    await world.publish(steps(world.tenant, "a", 1, 20))
    async with opened(live.url, world.token, after="begin") as socket:
        seen = 0
        while seen < 20:
            seen += (await hear(socket))["kind"] == "entry"
        async with pool(world.backbone.settings.postgres_dsn, "anew", 3) as engine:
            await comparison.replace(world.backbone.settings, engine, named("feed"))
        snapshot = (await until(socket, "snapshot"))[-1]
        assert (snapshot["reason"], snapshot["subjects"]) == ("other_log", []) and number(snapshot) == 20
        await world.publish(steps(world.tenant, "a", 21, 25))
        found = list[int]()
        while len(found) < 5:
            message = await hear(socket)
            found += [message["seq"]] if message["kind"] == "entry" else []
        assert found == [21, 22, 23, 24, 25]


async def test_a_watcher_that_does_not_read_is_sent_back_and_then_misses_nothing(world: World, live: Feed) -> None:
    """Some 20 MB for one that has stopped reading: it is served from the table again instead of from memory."""
    many, each = 2000, 10_000
    before, memory = live.metric("studio_feed_sent_back_total"), resident(live)
    slow = sockets.socket()
    slow.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 8192)
    slow.connect(("127.0.0.1", live.port))
    key = base64.b64encode(os.urandom(16)).decode()
    slow.sendall(
        f"GET /api/v1/feed?after=begin HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer {world.token}\r\n\r\n".encode()
    )
    async with opened(live.url, world.token, after="begin") as quick:
        await until(quick, "live")
        for first in range(1, many, 200):
            await world.publish(steps(world.tenant, "big", first, first + 199, reward_parts="x" * each))
        seen = 0
        while seen < many:
            seen += (await hear(quick))["kind"] == "entry"
    assert live.metric("studio_feed_sent_back_total") > before
    assert resident(live) - memory < 30 * 2**20
    assert await asyncio.to_thread(read_entries, slow, many) == list(range(1, many + 1))


def resident(live: Feed) -> int:
    text = Path(f"/proc/{live.process.pid}/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0]) * 1024


def read_entries(slow: sockets.socket, many: int) -> list[int]:
    """Numbers of the entries on a raw socket after the handshake."""
    slow.settimeout(30)
    with slow.makefile("rb") as stream:
        while stream.readline().strip():
            pass
        found: list[int] = []
        while len(found) < many:
            head = stream.read(2)
            size = head[1]
            if size >= 126:
                size = int.from_bytes(stream.read(2 if size == 126 else 8), "big")
            body = stream.read(size)
            if head[0] == 0x81 and (message := json.loads(body))["kind"] == "entry":
                found.append(number(message))
    slow.close()
    return found
