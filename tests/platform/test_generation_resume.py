"""The generation room is stopped in the middle of a batch and started again: nothing is lost, doubled or paid twice."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from endpoint import scripted
from press import press
from studio.contract import Event
from studio.contract.records import BatchFailed, BatchFinished, ItemFinished, ReplyReceived, SampleGenerated

from processors.extraction import engine as extraction
from processors.generation.decide import RequestBatch
from processors.generation.throttle import FIRST
from streams.intake import Verdict, judge
from tests.roles import role

POLICY = Path(__file__).resolve().parents[2] / "demo" / "documents" / "policy.md"


async def test_a_batch_goes_on_where_it_was(backbone: Any) -> None:
    settings = backbone.settings.model_copy(update={"allow_private_endpoints": True})
    async with scripted() as server:
        server.pause = 0.1
        async with press(settings) as before:
            policy = await before.upload(POLICY.read_bytes(), "policy.md")
            batch = await before.request(RequestBatch((policy,), 90, "endpoint", endpoint=server.url, model="tiny"))
            async with asyncio.timeout(60), before.news:
                await before.news.wait_for(lambda: bool(before.facts(batch, ItemFinished)))
        assert 0 < server.requests
        async with press(settings) as after:
            after.tenant = before.tenant
            done = await after.outcome(batch, BatchFinished, BatchFailed, seconds=90)
            assert isinstance(done, BatchFinished), done
            assert (done.asked, done.delivered) == (90, 90)
            kinds = (SampleGenerated, ItemFinished, ReplyReceived)
            events = [event for kind in kinds for event, _ in after.facts(batch, kind)]
        # What had been answered when the room stopped, but for the requests that were under way, was not asked again.
        assert server.repeated <= FIRST
        assert len(taken(events)) == len({str(event.id) for event in events})
        samples = [event for event in taken(events) if isinstance(event.data, SampleGenerated)]
        assert len(samples) == 90


async def test_kills_and_no_finished_request_is_paid_twice(backbone: Any, tmp_path: Path) -> None:
    """SIGKILL to the room's process; the server charges what it began to answer, heard or not, and honours keys."""
    settings = backbone.settings.model_copy(update={"allow_private_endpoints": True})
    log = tmp_path / "generation.log"
    async with scripted() as server, press(settings, (extraction.ROOM,)) as world:
        server.pause, server.honours = 0.2, True
        text = "\n\n".join(
            f"# Part {n}\n\n" + f"Station {n} keeps the pumps of lock {n} ready. " * 40 for n in range(60)
        )
        document = await world.upload(text.encode(), "stations.md")
        batch = await world.request(RequestBatch((document,), 240, "endpoint", endpoint=server.url, model="tiny"))
        unheard = 0
        for target in (25, 60, 95):
            with role(backbone, "processor generation", log, STUDIO_ALLOW_PRIVATE_ENDPOINTS="true") as room:
                async with asyncio.timeout(90):
                    while server.requests < target:
                        assert room.poll() is None, log.read_text()[-3000:]
                        await asyncio.sleep(0.02)
            # Killed. Nobody writes any more: what stands here is finished.
            async with world.run.pool.connection() as conn:
                rows = await (
                    await conn.execute("select request_sha256 from generation.reply where batch = %s", [batch])
                ).fetchall()
            finished, asked = {row[0] for row in rows}, len(server.names)
            unheard += len(set(server.names) - finished)
            with role(backbone, "processor generation", log, STUDIO_ALLOW_PRIVATE_ENDPOINTS="true"):
                async with asyncio.timeout(90):
                    while server.requests < asked + 5:  # noqa: ASYNC110 - nobody tells how often it was asked
                        await asyncio.sleep(0.02)
            assert finished and not finished & set(server.names[asked:])
        with role(backbone, "processor generation", log, STUDIO_ALLOW_PRIVATE_ENDPOINTS="true"):
            done = await world.outcome(batch, BatchFinished, BatchFailed, seconds=120)
        assert isinstance(done, BatchFinished), done
        assert (done.asked, done.delivered) == (240, 240)
        assert server.repeated == 0 and server.requests > len(set(server.names)) and unheard
        samples = [event for event, _ in world.facts(batch, SampleGenerated)]
        assert len({event.id for event in samples}) == 240


def taken(events: list[Event]) -> list[Event]:
    """The facts that a reader takes, per item in order."""
    found: list[Event] = []
    last: dict[str, tuple[int, int]] = {}
    for event in sorted(events, key=lambda event: event.order):
        verdict, why = judge(event.order, last.get(event.subject))
        assert verdict in (Verdict.TAKE, Verdict.REPEAT), why
        if verdict is Verdict.TAKE:
            last[event.subject] = event.order
            found.append(event)
    return found
