"""Budgets on the real platform, with many requests side by side; and kept replies that are read again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from endpoint import scripted
from press import press
from studio.contract.records import BatchFailed, BatchFinished, ReplyReceived, SampleGenerated

from processors.generation.decide import RequestBatch

POLICY = Path(__file__).resolve().parents[2] / "demo" / "documents" / "policy.md"


async def test_a_budget_is_never_exceeded_and_replies_are_read_again_for_nothing(backbone: Any) -> None:
    settings = backbone.settings.model_copy(update={"allow_private_endpoints": True})
    async with scripted() as server, press(settings) as here:
        server.pause = 0.02
        policy = await here.upload(POLICY.read_bytes(), "policy.md")
        budget = 6000
        order = RequestBatch(
            (policy,), 200, "endpoint", endpoint=server.url, model="tiny", max_tokens=500, budget_tokens=budget
        )
        batch = await here.request(order)
        done = await here.outcome(batch, BatchFinished, BatchFailed, seconds=90)
        assert isinstance(done, BatchFinished), done
        assert 0 < done.tokens_in + done.tokens_out <= budget
        assert 0 < done.delivered < 200 and "budget_tokens_spent" in {item.reason for item in done.shortfall}
        assert done.delivered + sum(item.count for item in done.shortfall) == 200
        paid, requests = here.facts(batch, ReplyReceived), server.requests
        assert paid and sum(reply.tokens_in + reply.tokens_out for _, reply in paid) == done.tokens_in + done.tokens_out
        again = await here.request(RequestBatch(
            (policy,), 200, "endpoint", endpoint=server.url, model="tiny", replies_of=batch
        ))  # fmt: skip
        reread = await here.outcome(again, BatchFinished, BatchFailed, seconds=90)
        assert isinstance(reread, BatchFinished), reread
        assert (reread.delivered, reread.tokens_in, server.requests) == (done.delivered, 0, requests)
        texts = {(sample.question, sample.answer_start) for _, sample in here.facts(batch, SampleGenerated)}
        assert texts == {(sample.question, sample.answer_start) for _, sample in here.facts(again, SampleGenerated)}
