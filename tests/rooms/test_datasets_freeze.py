"""Freezing: what a curation's result becomes, and what is said when nothing is left."""

import json
import random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from studio.contract.records import Shortfall

from processors.datasets import freeze, parquet, rows
from processors.datasets.freeze import Unfreezable
from processors.datasets.sample import Review


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
    return freeze.build(table, rule, reviews or {}, {gone: "document withdrawn"}, fraction, "", 0)


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
    built = build(table, reviews={"sample-0050": Review("keep", "ann"), "sample-0000": Review("drop", "bob")})
    ids = {row.sample_id for row in (*built.train, *built.heldout)}
    assert "sample-0050" in ids and "sample-0000" not in ids
    assert built.dropped == (Shortfall(reason="dropped by bob", count=1),)


def test_a_withdrawn_document_stays_out() -> None:
    table = [*TABLE, sample(50, document_id="d2", text_blob="t/gone")]
    built = build(table, reviews={"sample-0050": Review("keep", "ann")}, gone="d2")
    assert built.texts == ("t/text",)
    assert built.dropped == (Shortfall(reason="document withdrawn", count=1),)


def test_a_row_that_cannot_earn_its_reward_is_left_out() -> None:
    built = build([*TABLE, sample(50, answer="half as much", quote="half as much")])
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


def test_an_edit_gives_the_row_its_words_and_says_by_which_event() -> None:
    edit = Review("edit", "ann", "How hard must valve 3 be pushed?", "as hard as three bar", "event-7")
    built = build(TABLE, reviews={"sample-0003": edit})
    (row,) = (row for row in (*built.train, *built.heldout) if row.sample_id == "sample-0003")
    assert (row.question, row.answer, row.edited) == (edit.question, edit.answer, "event-7")
    assert (row.quote, row.passage_start) == ("3 bar", 300)
    assert built.edited == 1
    assert json.loads(row.reward)["objectives"] == [{"name": "token_f1", "weight": 1.0}]


def test_what_is_flagged_waits_outside() -> None:
    built = build(TABLE, reviews={"sample-0003": Review("flag", "ann")})
    assert built.dropped == (Shortfall(reason="flagged by ann", count=1),)


def test_a_question_over_two_documents_goes_with_either() -> None:
    spans = [
        {"document_id": "d1", "start": 5030, "end": 5036, "quote": "50 bar"},
        {"document_id": "d2", "start": 4, "end": 9, "quote": "valve"},
    ]
    table = [*TABLE, sample(50, spans=json.dumps(spans))]
    kept = next(row for row in build(table).train + build(table).heldout if row.sample_id == "sample-0050")
    assert [place[0] for place in rows.quoted(kept)] == ["d1", "d2"]
    assert build(table, gone="d2").dropped == (Shortfall(reason="document withdrawn", count=1),)


def test_a_choice_is_paid_exactly_and_other_words_by_what_they_share() -> None:
    choices = json.dumps(["50 bar", "51 bar", "none"])
    table = [*TABLE, sample(50, choices=choices), sample(51, answer="fifty-one", quote="51 bar")]
    built = build(table)
    paid = {row.sample_id: json.loads(row.reward)["objectives"][0]["name"] for row in built.train + built.heldout}
    assert (paid["sample-0050"], paid["sample-0051"], paid["sample-0001"]) == ("exact", "token_f1", "token_f1")
    assert built.dropped == ()


def test_a_reward_that_pays_a_wrong_answer_in_full_freezes_nothing_of_it() -> None:
    table = [*TABLE, sample(50, choices=json.dumps(["50 bar", "50 bars"]))]
    paid = json.dumps({"objectives": [{"name": "number", "weight": 1.0}]})
    built = freeze.build(table, RULE, {}, {}, 0.2, paid, 0)
    assert built.dropped == (Shortfall(reason="a wrong answer earns 1 under this reward", count=1),)


def test_a_prompt_that_is_too_long_is_left_out() -> None:
    table = [*TABLE, sample(50, passage="Valve 50 opens at 50 bar. " + "x" * 300)]
    built = freeze.build(table, RULE, {}, {}, 0.2, "", 0, 200)
    assert built.dropped == (Shortfall(reason="the prompt has more than 200 characters", count=1),)


def test_what_was_said_before_stands_in_the_question() -> None:
    turns = [
        {"role": "user", "content": "Which valve is in bay 50?"},
        {"role": "assistant", "content": "Valve 50."},
        {"role": "user", "content": "At which pressure does it open?"},
        {"role": "assistant", "content": "50 bar"},
    ]
    table = [*TABLE, sample(50, question="At which pressure does it open?", messages=json.dumps(turns))]
    row = next(row for row in build(table).train + build(table).heldout if row.sample_id == "sample-0050")
    assert row.question.endswith("assistant: Valve 50.\n\nAt which pressure does it open?")
    assert json.loads(row.messages) == turns


def test_every_sample_is_accounted_for_by_its_chunk() -> None:
    table = [*TABLE, sample(99, "s1", grounding=0.1, chunk_id="c1")]
    told = json.loads(build(table).coverage)
    (document,) = told["documents"]
    assert (document["id"], document["name"], document["text_blob"]) == ("d1", "valves.md", "t/text")
    chunks = {chunk["id"]: chunk for chunk in document["chunks"]}
    assert len(chunks) == 20 and chunks["c1"]["dropped"] == {"grounding >= 0.8": 1}
    assert (chunks["c1"]["start"], chunks["c1"]["end"], chunks["c1"]["section_id"]) == (100, 9945, "s1")
    assert sum(chunk["train"] for chunk in chunks.values()) == len(build(table).train)
    assert build(list(reversed(table))).coverage == build(table).coverage
