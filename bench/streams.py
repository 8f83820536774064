"""How fast the log becomes a view, and how soon a write is visible; beside the package eventsourcing.

Both keep one row per training step and one per run, in the same Postgres, position and rows in one transaction. Ours
comes through Kafka, gate and relay; the peer's log is a table there, its runner takes one event per transaction.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import psycopg
from studio.contract import Event
from studio.contract.records import DocumentRegistered, StepRecorded

from bench.figure import figure
from bench.peer import environment
from ops.local.session import Session, session
from projections import comparison, schema
from projections.catalogue import PROJECTIONS, Projection, named
from projections.engine import follow
from projections.wait import wait_for
from streams import positions
from streams.database import Pool, pool
from streams.decider import Decider
from streams.gate import Do, Gate
from streams.relay import run as relay
from streams.settings import Settings
from streams.sink import LogSink
from streams.source import LogSource
from streams.token import Token

PEER = ("eventsourcing[postgres]==9.5.6",)
REPEATS = 3
RUNS = 8
OURS, THEIRS = 20_000, 2_000  # events; the peer's rate does not depend on their number
WRITES = 100
PEER_DATABASE = "peer"


@dataclass(frozen=True)
class Timing:
    """Seconds of the clock and of this process's CPU for so many events."""

    seconds: float
    cpu_seconds: float
    events: int

    @property
    def rate(self) -> float:
        return self.events / self.seconds

    @property
    def cpu_rate(self) -> float:
        return self.events / self.cpu_seconds


def run() -> Iterator[dict[str, Any]]:
    """Figures of a fresh backbone; nothing else consumes there."""
    python = environment("eventsourcing", PEER)
    with tempfile.TemporaryDirectory(prefix="studio-bench-") as folder, session(Path(folder), "create") as running:
        one = [asyncio.run(_view(running, ["runs"])) for _ in range(REPEATS)]
        theirs = [Timing(**_peer(python, running, "view", RUNS, THEIRS)) for _ in range(REPEATS)]
        sizes = {"events": {"ours": OURS, "peer": THEIRS}}
        rate, cpu = [t.rate for t in theirs], [t.cpu_rate for t in theirs]
        yield figure("topic to view", [t.rate for t in one], "events/s", rate, **sizes)
        yield figure("topic to view, by CPU of the projector", [t.cpu_rate for t in one], "events/CPU s", cpu, **sizes)
        readers = [p.name for p in PROJECTIONS if "studio.training.steps" in p.topics]
        every = [asyncio.run(_view(running, readers)) for _ in range(REPEATS)]
        yield figure("topic to all views of it", [t.rate for t in every], "events/s", views=readers)
        rebuilt = [asyncio.run(_rebuild(running)) for _ in range(REPEATS)]
        yield figure("rebuild and compare", [t.rate for t in rebuilt], "events/s", events=rebuilt[0].events)
        mine = asyncio.run(_visible(running))
        other: list[float] = _peer(python, running, "visible", 1, WRITES)["milliseconds"]
        for name, share in (("p50", 0.5), ("p95", 0.95)):
            yield figure(f"write to visible, {name}", [_quantile(mine, share)], "ms", [_quantile(other, share)])


def _quantile(values: Sequence[float], share: float) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[round(share * 100) - 1]


@contextlib.asynccontextmanager
async def _connected(session: Session) -> AsyncIterator[tuple[Settings, Pool, LogSink]]:
    settings = session.settings
    async with pool(settings.postgres_dsn, "bench", 8) as shared, LogSink(settings) as sink:
        yield settings, shared, sink


async def _copies(shared: Pool, names: Sequence[str]) -> list[Projection]:
    version = uuid4().int % 10**8
    found = [replace(named(name), version=version) for name in names]
    async with shared.connection() as conn:
        for projection in found:
            await schema.build(conn, projection, projection.schema)
    return found


def _steps(tenant: str) -> list[Event]:
    found = []
    for number in range(OURS // RUNS):
        for run in range(RUNS):
            step = StepRecorded(
                run_id=f"run-{run}", phase="grpo", step=number, steps_total=1000, loss=0.1, reward=0.5,
                reward_parts='{"exact": 0.5, "format": 1.0}', groups_blob="t/" + "a" * 64,
            )  # fmt: skip
            found.append(Event(data=step, tenant=tenant, subject=f"run-{run}", epoch=1, seq=number + 1))
    return found


async def _view(running: Session, names: Sequence[str]) -> Timing:
    """Publish all events, then time new projections from their start until their views are complete."""
    async with _connected(running) as (settings, shared, sink):
        copies = await _copies(shared, names)
        await _skip_what_is_there(settings, shared, copies)
        events = _steps(f"t{uuid4().hex[:8]}")
        token = Token()
        for start in range(0, len(events), 2000):
            token = token.joined(await sink.publish(events[start : start + 2000]))
        begun, cpu = time.monotonic(), time.process_time()
        async with _background(follow(settings, shared, copies)):
            await _complete(shared, copies, token)
        return Timing(time.monotonic() - begun, time.process_time() - cpu, len(events))


async def _rebuild(running: Session) -> Timing:
    """All steps of the earlier figures, from offset zero into a copy, and the comparison row by row."""
    async with _connected(running) as (settings, shared, sink):
        copies = await _copies(shared, ["runs"])
        token = await sink.publish(_steps(f"t{uuid4().hex[:8]}")[:RUNS])
        async with _background(follow(settings, shared, copies)):
            await _complete(shared, copies, token)
        cpu = time.process_time()
        report = await comparison.compare(settings, shared, copies[0])
        assert report["equal"], report
        return Timing(report["seconds"], time.process_time() - cpu, report["events"])


async def _visible(running: Session) -> list[float]:
    """One command at a time through gate, relay, Kafka and all projections, until its view has it; milliseconds."""
    took = []
    decider = Decider(
        "document", "studio.documents", None, lambda _, name: [DocumentRegistered(name=name)], lambda *_: {}
    )
    async with _connected(running) as (settings, shared, sink):
        gate = Gate(shared, [replace(decider, initial={})])
        async with _background(follow(settings, shared), relay(settings)):
            for number in range(WRITES + 20):
                begun = time.perf_counter()
                answer = await gate.handle("bench", Do("document", f"doc-{uuid4().hex}", "handbook.pdf"))
                if not await wait_for(shared, Token.parse(answer.token), ["documents"], 60):
                    raise TimeoutError("a write did not become visible")
                if number >= 20:  # the first ones wait for Kafka's group to form
                    took.append((time.perf_counter() - begun) * 1000)
    return took


async def _skip_what_is_there(settings: Settings, shared: Pool, copies: Sequence[Projection]) -> None:
    topics = sorted({topic for copy in copies for topic in copy.topics})
    async with LogSource(settings, topics) as source, shared.connection() as conn:
        for copy in copies:
            for (topic, partition), end in source.ends.items():
                if topic in copy.topics:
                    await conn.execute(
                        "insert into streams.position (consumer, topic, partition, next) values (%s, %s, %s, %s)",
                        [copy.consumer, topic, partition, end],
                    )


async def _complete(shared: Pool, copies: Sequence[Projection], token: Token) -> None:
    """Wait until every copy has passed every offset of `token`."""
    wanted = {tuple(place.rpartition("-")[::2]): offset for place, offset in token.offsets.items()}
    async with asyncio.timeout(600):
        while True:
            done = True
            async with shared.connection() as conn:
                for copy in copies:
                    stored = await positions.load(conn, copy.consumer)
                    done &= all(stored.get((topic, int(part)), 0) > offset for (topic, part), offset in wanted.items())
            if done:
                return
            await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def _background(*tasks: Awaitable[None]) -> AsyncIterator[None]:
    running = [asyncio.ensure_future(task) for task in tasks]
    try:
        yield
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def _peer(python: Path, running: Session, what: str, runs: int, events: int) -> dict[str, Any]:
    """The peer's answer, from a database of its own in our Postgres."""
    admin = urlsplit(running.settings.postgres_admin_dsn)
    with psycopg.connect(running.settings.postgres_admin_dsn, autocommit=True) as conn:
        conn.execute(f"drop database if exists {PEER_DATABASE} with (force)".encode())
        conn.execute(f"create database {PEER_DATABASE}".encode())
    place = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": PEER_DATABASE,
        "POSTGRES_HOST": admin.hostname or "",
        "POSTGRES_PORT": str(admin.port),
        "POSTGRES_USER": unquote(admin.username or ""),
        "POSTGRES_PASSWORD": unquote(admin.password or ""),
    }
    script = str(Path(__file__).with_name("eventsourcing_peer.py"))
    # -P: the folder of the script, with our platform.py, must not come before the standard library
    command = [str(python), "-P", script, what, str(runs), str(events)]
    done = subprocess.run(command, env={**os.environ, **place}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the peer ended with {done.returncode}:\n{done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found
