"""The Faust app on the real broker: killed three times, it counts every record once, and garbage does not stop it."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from studio.contract import Event
from studio.contract.records import CallServed, DocumentRegistered, OutcomeReported, OutcomeWindow, StageWindow

from ops.local.session import Session
from streams.kafka import producer
from streams.sink import LogSink
from streams.source import LogSource
from tests.roles import role

RECORDS, KILLS = 20_000, 3


class Windows:
    """What a reader makes of `studio.metrics.windows`: the last word on each window of one tenant."""

    def __init__(self, backbone: Session, tenant: str) -> None:
        self._backbone, self._tenant = backbone, tenant
        self.outcomes: dict[tuple[str, str, str, float], OutcomeWindow] = {}
        self.stages: dict[tuple[str, float], StageWindow] = {}

    async def follow(self) -> None:
        async with LogSource(self._backbone.settings, ["studio.metrics.windows"]) as source:
            async for event in source.events(0.1):
                match event.data if event is not None and event.tenant == self._tenant else None:
                    case OutcomeWindow() as data:
                        self.outcomes[data.deployment, data.version, data.role, data.start] = data
                    case StageWindow() as data:
                        self.stages[data.stage, data.start] = data

    @property
    def calls(self) -> int:
        return sum(window.calls for window in self.outcomes.values())

    async def until(self, calls: int, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.calls < calls:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)


@asynccontextmanager
async def windows(backbone: Session, tenant: str) -> AsyncIterator[Windows]:
    found = Windows(backbone, tenant)
    following = asyncio.create_task(found.follow())
    try:
        yield found
    finally:
        following.cancel()


def call(tenant: str, number: int) -> Event:
    deployment = f"answers-{number % 8}"
    data = CallServed(
        call_id=str(number),
        deployment=deployment,
        model="qa",
        version="0.1.1",
        role="canary" if number % 5 == 0 else "baseline",
        status=503 if number % 100 == 0 else 200,
        latency_ms=1.0,
    )
    return Event(data=data, tenant=tenant, subject=deployment)


async def test_twenty_thousand_records_and_three_kills(backbone: Session, tmp_path: Path) -> None:
    tenant, log = f"t{uuid4().hex[:8]}", tmp_path / "metrics.log"

    async def feed() -> None:
        async with LogSink(backbone.settings) as sink:
            for first in range(0, RECORDS, 500):
                await sink.publish([call(tenant, number) for number in range(first, first + 500)])
                await asyncio.sleep(0.1)

    async with windows(backbone, tenant) as found:
        feeding = asyncio.create_task(feed())
        for kill in range(1, KILLS + 1):
            with role(backbone, "processor metrics", log) as running:
                await found.until(kill * RECORDS // (KILLS + 2), 90)
                assert running.poll() is None, log.read_text()[-3000:]
        assert 0 < found.calls < RECORDS, "the kills came too late to show anything"
        with role(backbone, "processor metrics", log):
            await feeding
            await found.until(RECORDS, 120)
            await asyncio.sleep(2)  # a record counted twice would come now
    assert found.calls == RECORDS
    assert sum(window.errors for window in found.outcomes.values()) == RECORDS // 100
    assert sum(window.latency_ms_sum for window in found.outcomes.values()) == float(RECORDS)
    assert sum(w.calls for (_, _, arm, _), w in found.outcomes.items() if arm == "canary") == RECORDS // 5
    assert sum(window.events for window in found.stages.values()) == RECORDS


async def test_garbage_stops_nothing_and_every_stage_is_seen(backbone: Session, tmp_path: Path) -> None:
    tenant = f"t{uuid4().hex[:8]}"
    raw = producer(backbone.settings)
    await raw.start()
    for topic in ("studio.serving.calls", "studio.documents"):
        for body in (b"", b"\xc3\x01garbage", b"\xff" * 1000, None):
            await raw.send_and_wait(topic, body, key=f"{tenant}/answers-0".encode())
    await raw.stop()
    reported = OutcomeReported(call_id="1", deployment="answers-0", version="0.1.1", role="canary", score=0.75)
    async with LogSink(backbone.settings) as sink:
        told = Event(data=reported, tenant=tenant, subject="answers-0")
        await sink.publish([call(tenant, 0), call(tenant, 8), told])
        # Reported again, to the next router, a little later: it counts as one.
        again = told.at(epoch=told.epoch + 1, seq=1)
        await sink.publish([replace(again, time=told.time + timedelta(seconds=15), subject="answers-0/next")])
        await sink.publish([Event(data=DocumentRegistered(name="a"), tenant=tenant, subject="d1", version=1)])
    log = tmp_path / "metrics.log"
    async with windows(backbone, tenant) as found:
        with role(backbone, "processor metrics", log) as running:
            async with asyncio.timeout(90):
                while len(found.stages) < 3 or found.calls < 2:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            assert isinstance(running, subprocess.Popen) and running.poll() is None
    assert {
        stage: sum(w.events for (name, _), w in found.stages.items() if name == stage) for stage, _ in found.stages
    } == {"serving.calls": 4, "documents": 1}
    assert sum(window.score_sum for window in found.outcomes.values()) == 0.75
