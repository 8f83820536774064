"""Datasets on real Kafka, Postgres and S3: frozen once, the same again after a crash, refused with the counts."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from lake import Lake, lake, text
from studio.contract.records import DatasetFrozen, DatasetRefused, DocumentWithdrawn, Shortfall

from processors.datasets import merkle, parquet, rows
from processors.datasets.engine import Desk
from streams.outcome import WorkItem

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def world(backbone: Any) -> AsyncIterator[Lake]:
    async with lake(backbone.settings) as found:
        yield found


@pytest.fixture
def here(world: Lake) -> Lake:
    """A tenant of its own for each test."""
    return world.other()


async def sides(here: Lake, done: DatasetFrozen) -> tuple[tuple[rows.Row, ...], tuple[rows.Row, ...]]:
    return (
        parquet.read(await here.run.blobs.get(done.train_blob)),
        parquet.read(await here.run.blobs.get(done.heldout_blob)),
    )


async def test_a_dataset_is_frozen_with_everything_that_proves_it(here: Lake) -> None:
    (mill, one), (weir, two) = await here.sound("mill"), await here.sound("weir")
    curation = await here.curate([one, two])
    # Asked for before the curation is done.
    done = await here.frozen(await here.freeze(curation, heldout_fraction=0.25))
    assert isinstance(done, DatasetFrozen)
    assert (done.name, done.version) == ("qa", "1.0.0")
    assert (done.train_rows, done.heldout_rows) == (24, 8)
    assert (done.train_sections, done.heldout_sections) == (12, 4)
    train, heldout = await sides(here, done)
    assert not {(r.document_id, r.section_id) for r in train} & {(r.document_id, r.section_id) for r in heldout}
    assert {r.document_id for r in heldout} == {mill, weir}
    names = {mill: "mill", weir: "weir"}
    for row in (*train, *heldout):
        whole = text(names[row.document_id])
        assert row.document_name == f"{names[row.document_id]}.md"
        assert whole[row.answer_start : row.answer_end] == row.answer == row.quote
        assert whole[row.passage_start : row.passage_end] == row.prompt_passage
        assert json.loads(row.reward)["answer"] == row.answer
    leaves = [bytes.fromhex(r.leaf_sha256) for r in (*train, *heldout)]
    assert [rows.leaf(r, "train").hex() for r in train] == [r.leaf_sha256 for r in train]
    assert merkle.root(leaves).hex() == done.merkle_root
    index, path = merkle.proof(leaves, leaves[3])
    assert merkle.verify(leaves[3], index, len(leaves), path, bytes.fromhex(done.merkle_root))
    corpus = (await here.run.blobs.get(done.corpus_blob)).decode()
    assert corpus == f"{text('mill')}\n\n{text('weir')}"


async def test_versions_follow_the_content(here: Lake) -> None:
    _, batch = await here.sound("lock")
    curation = await here.curate([batch])
    first = await here.frozen(await here.freeze(curation))
    same = await here.frozen(await here.freeze(curation, rule="grounding > 0.5"))
    other = await here.frozen(await here.freeze(curation, seed=1))
    paid = json.dumps({"objectives": [{"name": "exact", "weight": 1}]})
    dearer = await here.frozen(await here.freeze(curation, reward=paid))
    elsewhere = await here.frozen(await here.freeze(curation, name="other"))
    assert [one.version for one in (first, same, other, dearer, elsewhere)] == [
        "1.0.0",
        "1.0.0",
        "1.1.0",
        "2.0.0",
        "1.0.0",
    ]
    assert (same.merkle_root, same.train_blob, same.heldout_blob, same.corpus_blob) == (
        first.merkle_root,
        first.train_blob,
        first.heldout_blob,
        first.corpus_blob,
    )
    assert other.merkle_root != first.merkle_root


async def test_a_review_after_the_curation_counts(here: Lake) -> None:
    _, batch = await here.sound("pier")
    curation = await here.curate([batch])
    assert (await here.curated(curation)).kept == 16
    await here.review(f"{batch}-2-cloze", "drop")
    await here.until("select 1 from datasets.review where tenant = %s", here.tenant)
    done = await here.frozen(await here.freeze(curation))
    assert done.train_rows + done.heldout_rows == 15
    assert done.dropped == (Shortfall(reason="dropped by ann", count=1),)


async def test_a_withdrawal_after_the_curation_counts(here: Lake) -> None:
    (_, one), (mole, two) = await here.sound("berth"), await here.sound("mole")
    curation = await here.curate([one, two])
    assert (await here.curated(curation)).kept == 32
    await here.say(mole, DocumentWithdrawn(reason="asked"), first=3)
    await here.until("select 1 from datasets.withdrawn where tenant = %s", here.tenant)
    done = await here.frozen(await here.freeze(curation))
    assert done.dropped == (Shortfall(reason="document withdrawn", count=16),)
    assert (await here.run.blobs.get(done.corpus_blob)).decode() == text("berth")


async def test_a_repeat_after_a_crash_is_the_same_to_the_byte(here: Lake) -> None:
    _, batch = await here.sound("reed")
    id = await here.freeze(await here.curate([batch]))
    done = await here.frozen(id)
    await here.until(
        "select 1 from datasets.request where tenant = %s and id = %s and state = 'ended'", here.tenant, id
    )
    async with here.run.pool.connection() as conn:
        await conn.execute(
            "update datasets.request set state = 'building' where tenant = %s and id = %s", [here.tenant, id]
        )
    item = WorkItem("datasets", f"{here.tenant}/{id}/freeze", here.tenant, {"step": "freeze", "id": id})
    (again,) = (await Desk(here.run).work(item)).commands
    for field in ("version", "merkle_root", "train_blob", "heldout_blob", "corpus_blob", "train_rows", "dropped"):
        assert getattr(again.command, field) == getattr(done, field)
    # The gate takes the repeat for what it is.
    decision = await here.gate.handle(here.tenant, again)
    assert decision.events == ()


async def test_nothing_left_is_refused_with_the_rule_and_the_counts(here: Lake) -> None:
    _, batch = await here.sound("moor")
    refused = await here.frozen(await here.freeze(await here.curate([batch]), rule="grounding > 2"))
    assert isinstance(refused, DatasetRefused)
    assert (refused.code, refused.field) == ("DATASET_EMPTY", "rule")
    assert "16 x grounding > 2" in refused.reason and refused.remedy


async def test_a_curation_that_failed_or_never_was_is_refused(here: Lake) -> None:
    failed = await here.frozen(await here.freeze(await here.curate([await here.failed_batch()])))
    assert (failed.code, failed.field) == ("CURATION_FAILED", "curation_id")
    assert "the endpoint is down" in failed.reason and failed.remedy
    unknown = await here.frozen(await here.freeze("nobody-made-this"))
    assert (unknown.code, unknown.field) == ("CURATION_UNKNOWN", "curation_id")
