"""Curation on real Kafka, Postgres and S3: whatever arrives last, scored once, judged by rule and by people."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from io import BytesIO
from typing import Any
from uuid import uuid4

import pyarrow.parquet as pq
import pytest
import pytest_asyncio
from lake import Lake, lake, samples, text
from studio.contract.records import (
    BatchFinished,
    BatchRequested,
    CurationFailed,
    CurationFinished,
    DocumentExtracted,
    DocumentRegistered,
    DocumentWithdrawn,
    SampleGenerated,
    Shortfall,
)

from processors.curation.scorers import DEFAULTS
from streams.intake import Verdict

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def world(backbone: Any) -> AsyncIterator[Lake]:
    async with lake(backbone.settings) as found:
        yield found


@pytest.fixture
def here(world: Lake) -> Lake:
    """A tenant of its own for each test."""
    return world.other()


async def rows(here: Lake, done: CurationFinished) -> dict[str, dict[str, Any]]:
    table = pq.read_table(BytesIO(await here.run.blobs.get(done.result_blob)))
    return {row["sample_id"]: row for row in table.to_pylist()}


async def test_it_waits_for_whatever_comes_last_and_judges_every_sample(here: Lake) -> None:
    document, batch = uuid4().hex, uuid4().hex
    made = samples(batch, document, "mill")
    loose = replace(made[0], sample_id="loose", answer="90 bar", quote="90 bar")
    again = replace(made[1], sample_id="again")
    # Asked for before the batch is over, before its samples and the document are known.
    await here.say(batch, BatchRequested())
    id = await here.curate([batch])
    await here.until("select 1 from curation.job where tenant = %s and id = %s and state = 'waiting'", here.tenant, id)
    await here.say(batch, BatchFinished(delivered=len(made) + 2), first=2)
    await here.deliver(batch, [*made, loose, again])
    blob = await here.run.blobs.put(here.tenant, text("mill").encode(), "text/plain")
    await here.say(document, DocumentRegistered(name="mill.md"), DocumentExtracted(text_blob=blob.key))

    done = await here.curated(id)
    assert isinstance(done, CurationFinished)
    assert (done.samples, done.kept, done.dropped) == (18, 16, 2)
    assert set(done.reasons) == {
        Shortfall(reason="duplicate == 0", count=1),
        Shortfall(reason="grounding >= 0.8", count=1),
    }
    result = await rows(here, done)
    assert result["loose"]["reason"] == "grounding >= 0.8" and not result["loose"]["kept"]
    sound = result[made[0].sample_id]
    assert sound["kept"] and sound["document_name"] == "mill.md"
    assert set(json.loads(sound["scores"])) == {*DEFAULTS, "quality"}
    for row in result.values():
        assert text("mill")[row["passage_start"] : row["passage_end"]] == row["passage"]

    taken, verdicts = await here.scores(id)
    assert set(verdicts) == {Verdict.TAKE}
    told = {(event.data.sample_id, event.data.scorer): event.data for event in taken}  # type: ignore[union-attr]
    assert len(told) == len(taken) == 18 * len(DEFAULTS)
    assert json.loads(told["again", "duplicate"].detail) == {"match": made[1].sample_id}


async def test_another_rule_and_another_review_score_nothing_again(here: Lake) -> None:
    _, batch = await here.sound("weir")
    first = await here.curated(await here.curate([batch]))
    await here.score(f"{batch}-0-cloze", "judge", 4.5)
    await here.review(f"{batch}-1-cloze", "keep")
    await here.review(f"{batch}-0-number", "drop")
    await here.until("select 1 from curation.score where tenant = %s and scorer = 'judge'", here.tenant)
    await here.until("select 1 from curation.review where tenant = %s having count(*) = 2", here.tenant)
    id = await here.curate([batch], "judge >= 3 or quality > 1")
    second = await here.curated(id)
    assert (first.kept, second.kept, second.dropped) == (16, 2, 14)
    assert second.reasons == (
        Shortfall(reason="judge >= 3 or quality > 1: no score judge", count=13),
        Shortfall(reason="dropped by ann", count=1),
    )
    result = await rows(here, second)
    assert {name for name, row in result.items() if row["kept"]} == {f"{batch}-0-cloze", f"{batch}-1-cloze"}
    assert await here.scores(id) == ([], [])


async def test_duplicates_are_a_matter_of_all_the_batches_together(here: Lake) -> None:
    document, one = await here.sound("sluice")
    two = await here.batch(
        lambda batch: [replace(s, sample_id=f"{batch}-{s.sample_id}") for s in samples(batch, document, "sluice")]
    )
    alone = await here.curated(await here.curate([two]))
    id = await here.curate([one, two])
    both = await here.curated(id)
    assert (alone.kept, both.samples, both.kept) == (16, 32, 16)
    assert both.reasons == (Shortfall(reason="duplicate == 0", count=16),)
    taken, _ = await here.scores(id)
    scored = [event.data.scorer for event in taken]  # type: ignore[union-attr]
    # The first batch has never been scored, the second one has all but what depends on its company.
    assert len(scored) == 16 * (len(DEFAULTS) - 2) + 32 * 2
    assert set((await rows(here, both))[f"{one}-0-cloze"]) >= set(SampleGenerated.__dataclass_fields__)


async def test_a_lost_answer_in_the_middle_changes_nothing_that_readers_see(here: Lake) -> None:
    _, batch = await here.sound("quay")
    id = uuid4().hex
    here.sink.lose.update({f"{id}/0001", f"{id}/0002"})
    await here.curate([batch], id=id)
    done = await here.curated(id)
    assert not here.sink.lose
    taken, verdicts = await here.scores(id)
    assert verdicts.count(Verdict.REPEAT) == 16 * len(DEFAULTS) == len(taken)
    assert Verdict.POISON not in verdicts
    assert done.kept == 16


async def test_what_cannot_be_curated_fails_with_the_way_out(here: Lake) -> None:
    unknown, empty = await here.curate(["nobody-made-this"]), await here.curate([await here.failed_batch()])
    failed = await here.curated(unknown)
    assert isinstance(failed, CurationFailed)
    assert failed.code == "BATCH_UNKNOWN" and "nobody-made-this" in failed.reason and failed.remedy
    failed = await here.curated(empty)
    assert failed.code == "NO_SAMPLES" and "the endpoint is down" in failed.reason and failed.remedy


async def test_a_withdrawn_document_is_dropped(here: Lake) -> None:
    document, batch = await here.sound("jetty")
    await here.say(document, DocumentWithdrawn(reason="asked"), first=3)
    await here.until("select 1 from curation.document where tenant = %s and withdrawn", here.tenant)
    done = await here.curated(await here.curate([batch]))
    assert (done.kept, done.reasons) == (0, (Shortfall(reason="document withdrawn", count=16),))


async def test_a_score_that_is_no_number_is_a_dead_letter_and_stops_nobody_else(here: Lake) -> None:
    await here.score("sick", "judge", float("nan"), subject="tool-a")
    await here.score("well", "judge", 1.0, subject="tool-b")
    await here.until("select 1 from curation.score where tenant = %s and sample_id = 'well'", here.tenant)
    query = "select message from streams.dead_letter where tenant = %s and consumer = 'curation'"
    assert "judge of sick is nan" in await here.until(query, here.tenant)


async def test_tenants_do_not_see_each_other(here: Lake) -> None:
    there = here.other()
    _, batch = await here.sound("dyke")
    id = await there.curate([batch])
    failed = await there.curated(id)
    assert failed.code == "BATCH_UNKNOWN"
    # The same ids in two tenants are two things.
    await there.say(batch, BatchRequested(), BatchFinished(delivered=0))
    mine, theirs = await here.curate([batch], id="same"), await there.curate([batch], id="same")
    assert (await here.curated(mine)).kept == 16
    assert (await there.curated(theirs)).code == "NO_SAMPLES"
