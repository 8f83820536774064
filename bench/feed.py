"""The live feed: what one process hands out, what an idle watcher costs, and whether anything is lost under kills.

The peer is a FastAPI WebSocket endpoint under uvicorn that sends texts which are encoded already. Ours does more: its
entries are written to Postgres first, and read from there by the process that is measured.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psutil
from studio.contract import Event
from studio.contract.records import StepRecorded
from studio.feed import follow_feed
from studio.place import Place
from studio.session import Session as Client

from api.feed.frames import compact, websocket
from api.tokens import issue
from bench.figure import figure
from ops.local.home import is_free
from ops.local.session import Session, session
from projections import numbers
from projections.catalogue import named
from projections.writer import statements
from streams.database import pool
from streams.sink import LogSink

HERE = Path(__file__).parent
REPEATS = 3
WATCHERS = 200
OURS, SINGLE, THEIRS = 5_000, 500, 1_000  # messages; the peer's rate does not depend on their number
IDLE = 1000
KILLS, EVENTS = 20, 8000
VICTIMS = ("feed", "core", "postgres")


def run() -> Iterator[dict[str, Any]]:
    """Figures of a fresh backbone on loopback."""
    with tempfile.TemporaryDirectory(prefix="studio-bench-") as folder:
        with session(Path(folder), "create", "feed") as running:
            pid = running.pids["feed"]
            ours = [_ours(running, pid, OURS, 100) for _ in range(REPEATS)]
            single = [_ours(running, pid, SINGLE, 1) for _ in range(REPEATS)]
            idle = _idle(pid, running.environment["STUDIO_FEED_URL"], _header(running, "idle"))
            with _peer() as (port, other):
                theirs = [_theirs(port, other) for _ in range(REPEATS)]
                other_idle = _idle(other, f"ws://127.0.0.1:{port}/feed", "")
            about: dict[str, Any] = {"watchers": WATCHERS, "bytes": len(_frame(_text("t", 1)))}
            clock, cpu = [one[0] for one in theirs], [one[1] for one in theirs]
            name = "fan-out of one process"
            yield figure(name, [one[0] for one in ours], "messages/s", clock, **about)
            yield figure(f"{name}, by its CPU", [one[1] for one in ours], "messages/CPU s", cpu, **about)
            alone = f"{name}, each message committed and told alone, by its CPU"
            yield figure(alone, [one[1] for one in single], "messages/CPU s", cpu, **about)
            yield figure("memory of an idle watcher", [idle], "KiB", [other_idle], watchers=IDLE)
        with session(Path(folder), "core", "feed") as running:
            yield asyncio.run(_resume(running))


def _text(tenant: str, number: int) -> str:
    """What a message of ours holds, for the peer: as long as the real one."""
    event = _event(tenant, "r", number)
    told = {
        "kind": "entry", "position": f"0123abcd.{number}", "type": event.type, "topic": event.topic,
        "subject": event.subject, "time": event.time, "version": 0, "epoch": 1, "seq": number, "correlation_id": None,
        "causation_id": None, "traceparent": event.traceparent, "source": event.source, "id": str(event.id),
    }  # fmt: skip
    (row,) = named("feed").rows([event])
    return compact({**told, "data": row.values["data"]}).decode()


def _event(tenant: str, run: str, number: int) -> Event:
    step = StepRecorded(run_id=run, phase="grpo", step=number, steps_total=1000, loss=0.1, reward=0.5, tokens=100)
    return Event(data=step, tenant=tenant, subject=run, epoch=1, seq=number)


def _frame(text: str) -> bytes:
    return websocket("entry", "", text.encode())


def _header(running: Session, tenant: str) -> str:
    return f"Authorization: Bearer {issue(running.settings.jwt_secret, 'u', 'u@b', tenant, 'viewer', 3600)}"


@contextlib.contextmanager
def _crowd(url: str, count: int, header: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-P", str(HERE / "feed_crowd.py"), url, str(count), header]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as crowd:
        assert crowd.stdout is not None and crowd.stdin is not None
        try:
            if crowd.stdout.readline() != "ready\n":
                raise RuntimeError("the watchers did not connect")
            yield crowd
        finally:
            crowd.kill()


def _timed(
    pid: int, crowd: subprocess.Popen[str], many: int, least: int, publish: Callable[[], object]
) -> tuple[float, float]:
    """Messages handed out per second of the clock and of the server's CPU, until every watcher has `least` bytes."""
    assert crowd.stdout is not None and crowd.stdin is not None
    server = psutil.Process(pid)
    before = sum(server.cpu_times()[:2])
    crowd.stdin.write(f"{least}\n")
    crowd.stdin.flush()
    publish()
    seconds = float(crowd.stdout.readline())
    return WATCHERS * many / seconds, WATCHERS * many / (sum(server.cpu_times()[:2]) - before)


def _ours(running: Session, pid: int, many: int, batch: int) -> tuple[float, float]:
    tenant = f"t{uuid4().hex[:8]}"
    events = [_event(tenant, "r", number) for number in range(1, many + 1)]
    # An id or a time is some bytes longer or shorter than the next; a little less than all is enough to have them all.
    least = sum(len(_frame(_text(tenant, number))) for number in range(1, many + 1)) - 200
    with _crowd(running.environment["STUDIO_FEED_URL"], WATCHERS, _header(running, tenant)) as crowd:
        return _timed(pid, crowd, many, least, lambda: asyncio.run(_insert(running, events, batch)))


async def _insert(running: Session, events: list[Event], batch: int) -> None:
    """What the projection does with what it reads from the log. Single ones are spaced, so that nobody joins them."""
    feed = named("feed")
    async with pool(running.settings.postgres_dsn, "bench", 1) as engine, engine.connection() as conn:
        for start in range(0, len(events), batch):
            async with conn.transaction():
                for query, columns in statements(feed.tables, feed.schema, feed.rows(events[start : start + batch])):
                    await numbers.tell(conn, await (await conn.execute(query, columns)).fetchall())
            if batch == 1:
                await asyncio.sleep(0.01)


def _theirs(port: int, pid: int) -> tuple[float, float]:
    texts = [_text("t01234567", number) for number in range(1, THEIRS + 1)]
    least = sum(len(_frame(text)) for text in texts)
    with _crowd(f"ws://127.0.0.1:{port}/feed", WATCHERS, "") as crowd:
        return _timed(
            pid, crowd, THEIRS, least, lambda: httpx.post(f"http://127.0.0.1:{port}/publish", json=texts, timeout=300)
        )


@contextlib.contextmanager
def _peer(implementation: str = "websockets-sansio") -> Iterator[tuple[int, int]]:
    port = next(port for port in range(33_000, 34_000) if is_free(port))
    command = [sys.executable, "-P", str(HERE / "feed_peer.py"), str(port), implementation]
    with subprocess.Popen(command) as server:
        try:
            for _ in range(200):
                with contextlib.suppress(httpx.HTTPError):
                    if httpx.get(f"http://127.0.0.1:{port}/health").is_success:
                        break
                time.sleep(0.1)
            yield port, server.pid
        finally:
            server.kill()


def _idle(pid: int, url: str, header: str) -> float:
    """KiB of the server for each watcher that gets nothing."""
    server = psutil.Process(pid)
    with _crowd(url, 50, header):  # what is loaded once does not count
        before = server.memory_info().rss
        with _crowd(url, IDLE, header):
            return float(server.memory_info().rss - before) / IDLE / 1024


async def _resume(running: Session) -> dict[str, Any]:
    """Clients that follow a writer while the feed, the projections and Postgres are killed in turn."""
    tenant = f"t{uuid4().hex[:8]}"
    events = [_event(tenant, "run", number) for number in range(1, EVENTS + 1)]
    token = issue(running.settings.jwt_secret, "u", "u@b", tenant, "viewer", 3600)
    place = Place("http://127.0.0.1:9", access_token=token, feed_url=running.environment["STUDIO_FEED_URL"])
    seen: list[list[str]] = [[], [], []]
    dead: list[str] = []

    async def watch(found: list[str]) -> None:
        client = Client(place)
        async for event in follow_feed(client, after="begin", patience=300):
            found.append(str(event.id))
            if len(set(found)) == EVENTS:
                await asyncio.sleep(2)  # for what might come twice
                return

    async def write() -> None:
        async with LogSink(running.settings) as sink:
            start = 0
            while start < EVENTS:
                await sink.publish(events[start : start + 20])
                start += 20
                share = start / EVENTS  # the last event comes after the last kill
                while len(dead) < share * KILLS - 1:  # noqa: ASYNC110
                    await asyncio.sleep(0.1)

    async def kill() -> None:
        for number in range(KILLS):
            name = VICTIMS[number % len(VICTIMS)]
            old = running.kill(name)
            await asyncio.to_thread(running.wait_healthy, name, other_than=old, seconds=120)
            dead.append(name)
            await asyncio.sleep(0.3)

    begun = time.monotonic()
    async with asyncio.timeout(600), asyncio.TaskGroup() as group:
        for found in seen:
            group.create_task(watch(found))
        group.create_task(write())
        group.create_task(kill())
    expected = {str(event.id) for event in events}
    lost = sum(len(expected - set(found)) for found in seen)
    doubled = sum(len(found) - len(set(found)) for found in seen)
    strange = sum(found != [str(event.id) for event in events] for found in seen)
    about: dict[str, Any] = {
        "events": EVENTS,
        "watchers": len(seen),
        "kills": len(dead),
        "seconds": round(time.monotonic() - begun, 1),
    }
    return figure("lost or doubled after kills", [lost + doubled], "events", lost=lost, doubled=doubled,
                  out_of_order=strange, **about)  # fmt: skip
