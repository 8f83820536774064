"""Every process of the platform is killed once in the middle of a run; nothing acknowledged is lost or doubled.

The run is the whole flow through the client. Beside it an outside producer publishes facts all the time. What happens
is decided by events in the log, not by clocks: each kill waits for its event. Afterwards every view and every head of
the gate is compared with a replay from zero.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.console import Console
from studio import AsyncStudio, EventProducer, Receipt
from studio.cli.progress import Bars
from studio.contract import Undecodable, decode
from studio.contract.records import StepRecorded
from studio.place import Place

from ops.demo.findings import Findings
from ops.demo.flow import Demo
from ops.demo.options import Options, documents_in
from ops.local.session import Session
from ops.rebuild import names, rebuild
from streams.catalogue import TOPICS
from streams.database import pool
from streams.intake import Raw
from streams.source import LogSource

KILLS: Sequence[tuple[str, str, int]] = (
    ("SampleGenerated", "core", 1),
    ("SampleGenerated", "postgres", 60),
    ("SampleScored", "s3", 1),
    ("CurationFinished", "kafka", 1),
    ("StepRecorded", "trainer", 6),
    ("StepRecorded", "feed", 12),
    ("EvaluationRecorded", "api", 1),
    ("RoutingTable", "serving", 1),
    ("CallServed", "router", 5),
    ("CallServed", "metrics", 12),
)
"""After so many events of a type in the demo's tenant, this process gets SIGKILL."""
TENANT, OUTSIDE = "demo", "outside-run"


async def killer(platform: Session) -> list[str]:
    """Follows the log and kills when it is time; returns the names in the order of their deaths."""
    seen: Counter[str] = Counter()
    left, dead = list(KILLS), list[str]()
    places: dict[tuple[str, int], int] = {}
    while left:
        try:
            async with LogSource(platform.settings, [topic.name for topic in TOPICS], places) as source:
                while left:
                    for record in await source.poll():
                        places[record.topic, record.partition] = record.offset + 1
                        count(record, seen)
                    for kill in [kill for kill in left if seen[kill[0]] >= kill[2]]:
                        left.remove(kill)
                        old = platform.kill(kill[1])
                        dead.append(kill[1])
                        await asyncio.to_thread(platform.wait_healthy, kill[1], other_than=old, seconds=90)
        except (OSError, RuntimeError, LookupError, ConnectionError):
            await asyncio.sleep(0.5)  # the broker itself is among the dead
    return dead


def count(record: Raw, seen: Counter[str]) -> None:
    try:
        event = decode(record.topic, record.headers, record.body)
    except Undecodable:
        return
    if event.tenant == TENANT and event.subject.split("/")[0] != OUTSIDE:
        seen[event.type] += 1


async def outside(platform: Session, stop: asyncio.Event) -> list[Receipt]:
    """A team's own trainer that publishes steps through all of it; returns what was acknowledged."""
    receipts: list[Receipt] = []
    async with EventProducer(platform.settings.kafka_bootstrap, tenant=TENANT, source="crash-test") as producer:
        while not stop.is_set():
            number = len(receipts) + 1
            record = StepRecorded(run_id=OUTSIDE, phase="grpo", step=number, reward=0.5)
            receipts.append(await producer.send(record, subject=OUTSIDE))
            await asyncio.sleep(0.05)
    return receipts


async def flow(platform: Session) -> Findings:
    email, password = platform.login
    place = Place(url=platform.api_url, router_url=platform.router_url, email=email, password=password)
    # With so wide a margin the first windows decide: two versions that are alike would be asked 1,200 questions.
    options = Options(
        documents_in(Path("demo/documents")), name="crashed", samples=200, config=QUICK, minimum_calls=20, margin=0.9
    )
    async with AsyncStudio(place=place, patience=120) as studio:
        return await Demo(studio, options, Bars(Console(stderr=True))).run()


async def log_of(platform: Session) -> tuple[Counter[str], dict[str, list[tuple[int, int]]]]:
    """How often each id is in the log, and the orders of each stream with repeats left out.

    An id may come under two numbers: an outcome that was reported to a router, which died, and again to the next.
    """
    ids: Counter[str] = Counter()
    streams: dict[str, dict[tuple[int, int], str]] = {}
    async with LogSource(platform.settings, [topic.name for topic in TOPICS]) as source:
        while not source.caught_up:
            for record in await source.poll():
                event = decode(record.topic, record.headers, record.body)
                ids[str(event.id)] += 1
                if event.order != (0, 0):
                    first = streams.setdefault(event.stream, {}).setdefault(event.order, str(event.id))
                    assert first == str(event.id), f"{event.stream}: two events have the number {event.order}"
    return ids, {stream: list(orders) for stream, orders in streams.items()}


QUICK = {"warm_start": {"steps": 60, "minimum_reward": 0.0}, "grpo": {"steps": 10}}


@pytest.mark.timeout(900)
async def test_each_process_dies_once_and_every_view_equals_a_replay(platform: Session) -> None:
    stop = asyncio.Event()
    killing = asyncio.create_task(killer(platform))
    producing = asyncio.create_task(outside(platform, stop))
    try:
        findings = await asyncio.wait_for(flow(platform), 600)
        dead = await asyncio.wait_for(killing, 120)
    finally:
        stop.set()
        killing.cancel()
    receipts = await asyncio.wait_for(producing, 60)
    platform.wait_healthy()

    assert sorted(dead) == sorted(name for _, name, _ in KILLS)
    assert findings.counts["generated"] >= 200 and findings.trial is not None

    ids, streams = await log_of(platform)
    lost = [receipt for receipt in receipts if not ids[str(receipt.id)]]
    assert not lost, f"acknowledged and not in the log: {lost[:3]}"
    for stream, orders in streams.items():
        for epoch in {epoch for epoch, _ in orders}:
            numbers = [seq for e, seq in orders if e == epoch]
            assert numbers == list(range(1, len(numbers) + 1)), f"{stream} in epoch {epoch}: {numbers}"

    async with asyncio.timeout(60):
        shared = pool(platform.settings.postgres_dsn, "crash", 2)
        await shared.open()
        while True:
            async with shared.connection() as conn:
                query = "select count(*) from read.run_step where tenant_id = %s and run_id = %s"
                row = await (await conn.execute(query, [TENANT, OUTSIDE])).fetchone()
                outbox = await (await conn.execute("select count(*) from gate.outbox")).fetchone()
            if row == (len(receipts),) and outbox == (0,):
                break
            await asyncio.sleep(0.2)
        async with shared.connection() as conn:
            letters = await (await conn.execute("select consumer, code, message from streams.dead_letter")).fetchall()
            work = await (await conn.execute("select room, id, error from streams.work")).fetchall()
        await shared.close()
    assert letters == [] and work == []

    reports = [report async for report in rebuild(platform.settings, names(), True)]
    assert {report["name"] for report in reports} == set(names())
    assert [report for report in reports if not report["equal"]] == []
