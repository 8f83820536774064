"""The generation room is stopped in the middle of a batch and started again: nothing is lost, doubled or paid twice."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from endpoint import scripted
from press import press
from studio.contract import Event
from studio.contract.records import BatchFailed, BatchFinished, ItemFinished, ReplyReceived, SampleGenerated

from processors.generation.decide import RequestBatch
from processors.generation.throttle import FIRST
from streams.intake import Verdict, judge

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
