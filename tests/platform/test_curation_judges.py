"""Scorers that ask servers, on the real platform: judges, embeddings, and what happens where nobody answers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pyarrow.parquet as pq
import pytest
import pytest_asyncio
from aiohttp import web
from lake import Lake, lake, samples
from studio.contract.records import CurationFailed, CurationFinished

from processors.curation.decide import RequestCuration
from streams.gate import Do

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def chat(request: web.Request) -> web.Response:
    """A judge that gives 5 where the answer stands in the source that it was shown, else 1; `harsh` always gives 2."""
    body = await request.json()
    asked = json.loads(body["messages"][-1]["content"])
    score = 2 if body["model"] == "harsh" else 5 if asked["answer"] in asked["source"] else 1
    text = f'Sure: {{"reason": "because", "score": {score}}}'
    return web.json_response({"choices": [{"message": {"content": text}, "finish_reason": "stop"}]})


async def embed(request: web.Request) -> web.Response:
    """A vector of letter counts for each text."""
    texts = (await request.json())["input"]
    rows = [
        {"index": n, "embedding": [float(text.count(letter)) for letter in "abcdefgh"]} for n, text in enumerate(texts)
    ]
    return web.json_response({"data": rows})


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def server() -> AsyncIterator[str]:
    app = web.Application()
    app.add_routes([web.post("/v1/chat/completions", chat), web.post("/v1/embeddings", embed)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    yield f"http://{host}:{port}/v1"
    await runner.cleanup()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def world(backbone: Any) -> AsyncIterator[Lake]:
    async with lake(backbone.settings.model_copy(update={"allow_private_endpoints": True})) as found:
        yield found


async def ask(here: Lake, batch: str, id: str, scorers: tuple[str, ...], settings: dict[str, Any], rule: str) -> Any:
    command = RequestCuration((batch,), rule, scorers=scorers, settings=json.dumps(settings))
    await here.gate.handle(here.tenant, Do("curation", id, command))
    return await here.curated(id)


async def test_judges_see_the_source_and_may_disagree(world: Lake, server: str) -> None:
    here = world.other()
    document = await here.document("lock")

    def made(batch: str) -> list[Any]:
        first, *rest = samples(batch, document, "lock")[:4]
        return [replace(first, answer="90 bar", quote="90 bar"), *rest]

    batch = await here.batch(made)
    settings = {
        "judge": {
            "endpoint": server, "model": "fair", "criteria": {"faithful": "5: it is there. 1: it is not."},
            "others": [{"name": "harsh", "endpoint": server, "model": "harsh"}],
        },
        "diversity": {"endpoint": server, "model": "letters"},
    }  # fmt: skip
    done = await ask(here, batch, f"judged-{here.tenant}", ("judge", "diversity"), settings, "judge_faithful >= 3")
    assert isinstance(done, CurationFinished)
    assert (done.samples, done.kept) == (4, 3)
    rows = pq.read_table(BytesIO(await here.run.blobs.get(done.result_blob))).to_pylist()
    scores = {row["sample_id"]: json.loads(row["scores"]) for row in rows}
    assert [one["judge_faithful"] for one in scores.values()] == [1.0, 5.0, 5.0, 5.0]
    assert {one["judge_faithful_harsh"] for one in scores.values()} == {2.0}
    assert all(0 <= one["diversity"] <= 1 for one in scores.values())
    assert all(row["score.judge_faithful"] == scores[row["sample_id"]]["judge_faithful"] for row in rows)
    taken, _ = await here.scores(f"judged-{here.tenant}")
    assert len(taken) == 4 * 3
    # The same judges again are not paid again.
    again = await ask(here, batch, f"again-{here.tenant}", ("judge", "diversity"), settings, "judge_faithful < 3")
    assert again.kept == 1 and await here.scores(f"again-{here.tenant}") == ([], [])


async def test_a_judge_that_nobody_runs_fails_the_curation_with_the_way_out(world: Lake) -> None:
    here = world.other()
    _, batch = await here.sound("mole")
    settings = {"judge": {"endpoint": "http://127.0.0.1:9/v1", "model": "none"}}
    failed = await ask(here, batch, f"nobody-{here.tenant}", ("judge",), settings, "judge_faithful >= 3")
    assert isinstance(failed, CurationFailed)
    assert failed.code == "SCORER_MISSING" and "127.0.0.1:9" in failed.reason and failed.remedy


async def test_personal_data_is_replaced_in_what_datasets_take(world: Lake) -> None:
    here = world.other()
    document = await here.document("gate")

    def made(batch: str) -> list[Any]:
        return [
            replace(s, question=f"{s.question} (ann@mail.example.org)") for s in samples(batch, document, "gate")[:2]
        ]

    batch = await here.batch(made)
    done = await ask(here, batch, f"pii-{here.tenant}", ("pii",), {"pii": {"mode": "replace"}}, "pii <= 1")
    rows = pq.read_table(BytesIO(await here.run.blobs.get(done.result_blob))).to_pylist()
    assert done.kept == 2 and all("[EMAIL]" in row["question"] and "ann@" not in row["question"] for row in rows)
