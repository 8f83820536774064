"""Generation on real Kafka, Postgres and S3: extractive from the demo documents, and through a loopback endpoint."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from endpoint import Scripted, scripted
from press import Press, press
from studio.contract.records import (
    BatchCancelled,
    BatchFailed,
    BatchFinished,
    DocumentExtracted,
    ItemFinished,
    SampleGenerated,
)

from processors.extraction.decide import WithdrawDocument
from processors.generation.decide import CancelBatch, RequestBatch
from streams.intake import Verdict, judge

pytestmark = pytest.mark.asyncio(loop_scope="module")
DOCUMENTS = Path(__file__).resolve().parents[2] / "demo" / "documents"
ENDS = (BatchFinished, BatchFailed)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def world(backbone: Any) -> AsyncIterator[Press]:
    settings = backbone.settings.model_copy(update={"allow_private_endpoints": True})
    async with press(settings) as found:
        yield found


@pytest.fixture
def here(world: Press) -> Press:
    return world.other()


@pytest_asyncio.fixture(loop_scope="module")
async def server() -> AsyncIterator[Scripted]:
    async with scripted() as found:
        yield found


def told(done: BatchFinished) -> int:
    return sum(item.count for item in done.shortfall)


async def text_of(here: Press, document: str) -> str:
    done = await here.outcome(document, DocumentExtracted)
    return (await here.run.blobs.get(done.text_blob)).decode()


async def test_asked_for_600_it_delivers_600_grounded_samples(here: Press) -> None:
    documents = [await here.upload(path.read_bytes(), path.name) for path in sorted(DOCUMENTS.iterdir())]
    # Requested while the documents are still being read: the batch waits for them.
    batch = await here.request(RequestBatch(tuple(documents), 600, seed=7))
    done = await here.outcome(batch, *ENDS)
    assert isinstance(done, BatchFinished), done
    assert (done.asked, done.delivered, done.shortfall) == (600, 600, ())
    facts = here.facts(batch, SampleGenerated)
    assert len({sample.sample_id for _, sample in facts}) == len(facts) == 600
    texts = {document: await text_of(here, document) for document in documents}
    for _, sample in facts:
        text = texts[sample.document_id]
        passage = text[sample.passage_start : sample.passage_end]
        assert text[sample.answer_start : sample.answer_end] == sample.answer
        assert passage.lower().count(sample.answer.lower()) == 1 and sample.quote in passage
        assert sample.passage_start <= sample.answer_start and sample.answer_end <= sample.passage_end
    kinds = Counter(sample.kind for _, sample in facts)
    assert set(kinds) == {"definition", "is_a", "normative", "number", "cloze"}
    last: dict[str, tuple[int, int]] = {}
    for event, _ in [*facts]:
        verdict, why = judge(event.order, last.get(event.subject))
        assert verdict is Verdict.TAKE, why
        last[event.subject] = event.order


async def test_more_than_the_text_holds_gives_a_reason_for_every_missing_sample(here: Press) -> None:
    policy = await here.upload((DOCUMENTS / "policy.md").read_bytes(), "policy.md")
    done = await here.outcome(await here.request(RequestBatch((policy,), 5000, quality_threshold=0.75)), *ENDS)
    assert isinstance(done, BatchFinished)
    assert 100 < done.delivered < 5000 and told(done) == 5000 - done.delivered
    assert {"below_quality_threshold", "no_further_candidate_in_text"} <= {item.reason for item in done.shortfall}


async def test_the_same_seed_gives_the_same_samples(here: Press) -> None:
    policy = await here.upload((DOCUMENTS / "policy.md").read_bytes(), "policy.md")
    made = []
    for seed in (1, 1, 2):
        batch = await here.request(RequestBatch((policy,), 40, seed=seed))
        await here.outcome(batch, *ENDS)
        made.append([(s.question, s.answer_start) for _, s in here.facts(batch, SampleGenerated)])
    assert sorted(made[0]) == sorted(made[1])
    assert len(made[2]) == 40


async def test_a_batch_without_a_usable_document_fails_with_the_way_out(here: Press) -> None:
    unreadable = await here.upload(b"", "empty.txt")
    failed = await here.outcome(await here.request(RequestBatch((unreadable,), 5)), *ENDS)
    assert isinstance(failed, BatchFailed) and failed.code == "NO_DOCUMENT" and failed.remedy
    gone = await here.upload(b"A few words.", "short.txt")
    await here.outcome(gone, DocumentExtracted)
    await here.do("document", gone, WithdrawDocument("licence"))
    failed = await here.outcome(await here.request(RequestBatch((gone,), 5)), *ENDS)
    assert isinstance(failed, BatchFailed) and failed.code in ("NO_DOCUMENT", "NO_FURTHER_CANDIDATE_IN_TEXT")
    unknown = await here.outcome(await here.request(RequestBatch(("no-such-document",), 5)), *ENDS, seconds=90)
    assert isinstance(unknown, BatchFailed) and unknown.code == "DOCUMENT_UNKNOWN"


async def test_an_endpoint_is_asked_and_its_raw_replies_are_kept(here: Press, server: Scripted) -> None:
    policy = await here.upload((DOCUMENTS / "policy.md").read_bytes(), "policy.md")
    text = await text_of(here, policy)
    request = RequestBatch((policy,), 30, "endpoint", endpoint=server.url, model="tiny", seed=3)
    batch = await here.request(request)
    done = await here.outcome(batch, *ENDS)
    assert isinstance(done, BatchFinished), done
    assert (done.delivered, done.shortfall) == (30, ()) and done.tokens_in > 0 < done.tokens_out
    facts = here.facts(batch, SampleGenerated)
    for _, sample in facts:
        assert text[sample.answer_start : sample.answer_end] == sample.answer
        assert (sample.kind, sample.generator, sample.model) == ("llm", "endpoint", "tiny")
        raw = json.loads(await here.run.blobs.get(sample.reply_blob))
        assert sample.answer in raw["choices"][0]["message"]["content"]
    assert len({sample.request_sha256 for _, sample in facts}) > 1
    assert server.repeated == 0


async def test_faults_of_the_endpoint_are_repeated_or_told(here: Press, server: Scripted) -> None:
    server.script = [429, 500, "cut", "nothing", "drop", "ungrounded", 503]
    policy = await here.upload((DOCUMENTS / "policy.md").read_bytes(), "policy.md")
    request = RequestBatch((policy,), 20, "endpoint", endpoint=server.url, model="tiny")
    done = await here.outcome(await here.request(request), *ENDS)
    assert isinstance(done, BatchFinished), done
    assert done.delivered + told(done) == 20 and done.delivered > 10
    assert server.script == []


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (429, "ENDPOINT_RATE_LIMITED"),
        (500, "ENDPOINT_SERVER_ERROR"),
        (401, "ENDPOINT_REFUSED_REQUEST"),
        ("nothing", "REPLY_EMPTY"),
        ("cut", "REPLY_CUT"),
    ],
)
async def test_an_endpoint_that_never_works_fails_the_batch_with_the_way_out(
    here: Press, server: Scripted, fault: int | str, code: str
) -> None:
    server.always = fault
    short = await here.upload(b"# One\n\nThe pump of the mill draws nine litres per second from the pond.", "short.md")
    request = RequestBatch((short,), 2, "endpoint", endpoint=server.url, model="tiny")
    failed = await here.outcome(await here.request(request), *ENDS)
    assert isinstance(failed, BatchFailed)
    assert failed.code == code and failed.remedy and "2" in failed.reason


async def test_cancelling_keeps_what_is_there_and_asks_no_more(here: Press, server: Scripted) -> None:
    server.pause = 0.3
    policy = await here.upload((DOCUMENTS / "policy.md").read_bytes(), "policy.md")
    await here.outcome(policy, DocumentExtracted)
    batch = await here.request(RequestBatch((policy,), 200, "endpoint", endpoint=server.url, model="tiny"))
    await server.asked.wait()
    await here.do("batch", batch, CancelBatch("enough", "ann"))
    await here.outcome(batch, BatchCancelled)
    await asyncio.sleep(2)
    asked = server.requests
    await asyncio.sleep(1)
    assert server.requests == asked < 45
    finished = here.facts(batch, ItemFinished)
    assert sum(item.delivered for _, item in finished) == len(here.facts(batch, SampleGenerated))
