"""Judgement, its file, and how a curation is cut into pieces."""

import json
from dataclasses import replace
from io import BytesIO
from uuid import uuid4

import pyarrow.parquet as pq
from studio.contract.records import SampleGenerated, Shortfall
from studio.rule import parse

from processors.curation import pieces, result, scorers
from processors.curation.tables import Document, Job, Judgement

SAMPLE = SampleGenerated(sample_id="s1", batch_id="b1", question="How hot?", answer="40 °C", quality=0.7)
HERE = Document("pump.md", "t/text", False)
RULE = parse("grounding >= 0.8 and quality > 0.5")
GOOD = {"grounding": 1.0}


def test_the_rule_sees_scores_and_the_generator_s_own_quality() -> None:
    judged = result.judge(SAMPLE, "It is 40 °C.", HERE, GOOD, RULE, None)
    assert (judged.kept, judged.reason) == (True, "")
    poor = result.judge(replace(SAMPLE, quality=0.1), "It is 40 °C.", HERE, GOOD, RULE, None)
    assert (poor.kept, poor.reason) == (False, "quality > 0.5")


def test_a_person_comes_before_the_rule_and_a_withdrawal_before_both() -> None:
    keep, drop = Judgement("keep", "ann", ""), Judgement("drop", "bob", "wrong unit")
    kept = result.judge(SAMPLE, "", HERE, {}, RULE, keep)
    assert (kept.kept, kept.reason) == (True, "kept by ann")
    dropped = result.judge(SAMPLE, "", HERE, GOOD, RULE, drop)
    assert (dropped.kept, dropped.reason) == (False, "dropped by bob")
    gone = result.judge(SAMPLE, "", replace(HERE, withdrawn=True), GOOD, RULE, keep)
    assert (gone.kept, gone.reason) == (False, "document withdrawn")


def test_reasons_are_counted_most_frequent_first() -> None:
    judged = [
        *(result.judge(SAMPLE, "", HERE, {"grounding": 0.1}, RULE, None) for _ in range(2)),
        result.judge(SAMPLE, "", HERE, {}, RULE, None),
        result.judge(SAMPLE, "", HERE, GOOD, RULE, None),
    ]
    assert result.reasons(judged) == (
        Shortfall(reason="grounding >= 0.8", count=2),
        Shortfall(reason="grounding >= 0.8: no score grounding", count=1),
    )


def test_the_file_holds_every_field_and_is_reproducible() -> None:
    judged = [result.judge(SAMPLE, "It is 40 °C.", HERE, GOOD, RULE, None)]
    data = result.write(judged)
    assert data == result.write(judged)
    (row,) = pq.read_table(BytesIO(data)).to_pylist()
    assert row["question"] == "How hot?" and row["passage"] == "It is 40 °C." and row["text_blob"] == "t/text"
    assert json.loads(row["scores"]) == {"grounding": 1.0, "quality": 0.7}
    assert row["kept"] is True
    assert pq.read_table(BytesIO(result.write([]))).num_rows == 0


def job(*batches: str) -> Job:
    return Job("t", "c1", batches, "", "planned", uuid4(), uuid4(), "", 0, {})


def sample(number: int, batch: str) -> SampleGenerated:
    return replace(SAMPLE, sample_id=f"{batch}-{number}", batch_id=batch)


def test_pieces_cover_every_missing_score_once_and_nothing_else() -> None:
    samples = [sample(n, "b1") for n in range(pieces.SLICE + 1)] + [sample(n, "b2") for n in range(3)]
    done = {(one.sample_id, "grounding") for one in samples if one.batch_id == "b2"}
    items = pieces.pieces(job("b1", "b2"), samples, scorers.DEFAULT_SCORERS, done)
    assert [item.payload["item"] for item in items] == ["0001", "0002", "0003", "0004"]
    assert items[0].payload["scorers"] == ["duplicate", "near_duplicate"]
    own = len(scorers.DEFAULTS) - 2
    each = [(id, name) for item in items[1:] for id, names in item.payload["samples"] for name in names]
    assert len(each) == len(set(each)) == own * (pieces.SLICE + 1) + (own - 1) * 3
    assert not set(each) & done


def test_nothing_is_scored_again() -> None:
    samples = [sample(n, "b1") for n in range(4)]
    done = {(s.sample_id, n) for s in samples for n in scorers.NAMES}
    assert pieces.pieces(job("b1"), samples, scorers.DEFAULT_SCORERS, done) == []
