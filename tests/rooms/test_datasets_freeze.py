"""Freezing: what a curation's result becomes, and what is said when nothing is left."""

import json
import random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from studio.contract.records import Shortfall

from processors.datasets import freeze, parquet
from processors.datasets.freeze import Unfreezable


def sample(number: int, section: str = "s1", grounding: float = 1.0, **changes: Any) -> dict[str, Any]:
    start = number * 100
    return {
        "sample_id": f"sample-{number:04d}",
        "passage": f"Valve {number} of bay {number} opens at {number} bar.",
        "question": f"At which pressure opens the valve {number} of bay {number} in {section}?",
        "answer": f"{number} bar",
        "document_id": "d1",
        "document_name": "valves.md",
        "section_id": section,
        "chunk_id": f"c{number}",
        "kind": "number",
        "answer_start": start + 30,
        "answer_end": start + 36,
        "passage_start": start,
        "passage_end": start + 45,
        "quote": f"{number} bar",
        "text_blob": "t/text",
        "scores": json.dumps({"grounding": grounding, "duplicate": 0.0}),
    } | changes


RULE = "grounding >= 0.8"
TABLE = [sample(number, f"s{number % 5}") for number in range(20)]


def build(
    table: list[dict[str, Any]], rule: str = RULE, reviews: Any = None, fraction: float = 0.2, gone: str = ""
) -> freeze.Built:
    return freeze.build(table, rule, reviews or {}, {gone}, fraction, "", 0)


def test_every_kept_sample_is_on_one_side_with_its_reward() -> None:
    built = build([*TABLE, sample(99, "s9", grounding=0.1)])
    assert len(built.train) + len(built.heldout) == 20
    assert (freeze.sections(built.train), freeze.sections(built.heldout)) == (4, 1)
    assert built.dropped == (Shortfall(reason="grounding >= 0.8", count=1),)
    assert built.texts == ("t/text",)
    row = built.train[0]
    assert json.loads(row.reward)["answer"] == row.answer
    assert row.prompt_passage.startswith("Valve")


def test_the_order_of_the_result_does_not_matter() -> None:
    shuffled = list(TABLE)
    random.Random(3).shuffle(shuffled)
    one, two = build(TABLE), build(shuffled)
    assert one == two
    assert parquet.write(one.train) == parquet.write(two.train)
    assert build(TABLE[:-1]).merkle_root != one.merkle_root


def test_a_person_overrides_the_rule_both_ways() -> None:
    table = [*TABLE, sample(50, "s1", grounding=0.1)]
    built = build(table, reviews={"sample-0050": ("keep", "ann"), "sample-0000": ("drop", "bob")})
    ids = {row.sample_id for row in (*built.train, *built.heldout)}
    assert "sample-0050" in ids and "sample-0000" not in ids
    assert built.dropped == (Shortfall(reason="dropped by bob", count=1),)


def test_a_withdrawn_document_stays_out() -> None:
    table = [*TABLE, sample(50, document_id="d2", text_blob="t/gone")]
    built = build(table, reviews={"sample-0050": ("keep", "ann")}, gone="d2")
    assert built.texts == ("t/text",)
    assert built.dropped == (Shortfall(reason="document withdrawn", count=1),)


def test_a_row_that_cannot_earn_its_reward_is_left_out() -> None:
    built = build([*TABLE, sample(50, answer="half as much")])
    assert built.dropped == (Shortfall(reason="gold answer earns less than 1 under its own reward", count=1),)


def test_nothing_left_names_the_rule_and_the_counts() -> None:
    table = [sample(n, grounding=0.1) for n in range(7)] + [sample(n, grounding=0.9) for n in range(7, 9)]
    with pytest.raises(Unfreezable) as error:
        build(table, "grounding >= 0.8 and duplicate > 0")
    assert (error.value.code, error.value.field) == ("DATASET_EMPTY", "rule")
    assert "grounding >= 0.8 and duplicate > 0" in error.value.reason
    assert "7 x grounding >= 0.8; 2 x duplicate > 0" in error.value.reason
    assert error.value.remedy


def test_one_section_cannot_be_split() -> None:
    table = [sample(n) for n in range(5)]
    with pytest.raises(Unfreezable) as error:
        build(table)
    assert error.value.code == "DATASET_UNSPLIT"
    assert len(build(table, fraction=0.0).train) == 5


def test_the_result_is_read_from_its_columns() -> None:
    target = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist([{**one, "kept": True, "model": ""} for one in TABLE]), target)
    assert freeze.read(target.getvalue().to_pybytes()) == TABLE
