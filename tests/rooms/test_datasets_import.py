"""Rows that were brought along: every usual form is read, every fault is told by row and column, and no side leaks."""

from __future__ import annotations

import io
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from processors.datasets import imported
from processors.datasets.child import Limits, opened
from processors.datasets.decide import DATASET, ImportDataset
from processors.datasets.foreign import Asked, Unreadable, columns_of, read
from processors.datasets.freeze import Unfreezable
from processors.datasets.opening import rows_of
from processors.datasets.shapes import line
from streams.decider import Refused

TEXT = {"prompt": "How deep is the lock?", "answer": "three metres"}
CHAT = {
    "prompt": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "How deep is the lock?"}],
    "solution": "three metres",
}


def asked(*rows: dict[str, Any], **wanted: str) -> list[Asked]:
    return read(rows, columns_of(wanted, rows))


def fault(*rows: dict[str, Any], **wanted: str) -> tuple[str, str, str]:
    with pytest.raises(Unreadable) as raised:
        asked(*rows, **wanted)
    return raised.value.code, raised.value.field, raised.value.reason


def lines(*rows: Any) -> bytes:
    return b"\n".join(json.dumps(row).encode() for row in rows)


def parquet(rows: list[dict[str, Any]]) -> bytes:
    target = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("row", "wanted", "lead", "question", "answer"),
    [
        (TEXT, {}, "", "How deep is the lock?", "three metres"),
        (CHAT, {}, "Be brief.", "How deep is the lock?", "three metres"),
        ({"question": "2+2?", "ground_truth": 4}, {}, "", "2+2?", "4"),
        ({"prompt": "2+2?", "ground_truth": 4.0}, {}, "", "2+2?", "4"),
        ({"prompt": "2+2?", "answer": ["4"]}, {}, "", "2+2?", "4"),
        ({"prompt": "2+2?", "reward_model": {"ground_truth": "4"}}, {}, "", "2+2?", "4"),
        ({"prompt": "2+2?", "answer": "no", "extra": {"gold": True}}, {"answer": "extra.gold"}, "", "2+2?", "true"),
        ({"prompt": "2+2?", "completion": [{"role": "assistant", "content": "4"}]}, {}, "", "2+2?", "4"),
        (
            {"messages": [{"role": "user", "content": "2+2?"}, {"role": "assistant", "content": "4"}]},
            {},
            "",
            "2+2?",
            "4",
        ),
        (
            {
                "messages": [
                    {"role": "user", "content": "Hi"},
                    {"role": "assistant", "content": "Hello"},
                    {"role": "user", "content": [{"type": "text", "text": "2+2?"}]},
                ],
                "answer": "4",
            },
            {},
            "user: Hi\n\nassistant: Hello",
            "2+2?",
            "4",
        ),
    ],
)
def test_every_usual_form_is_read(
    row: dict[str, Any], wanted: dict[str, str], lead: str, question: str, answer: str
) -> None:
    assert asked(row, **wanted) == [Asked(1, "", lead, question, answer)]


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        ({"prompt": "", "answer": "4"}, "rows[2].prompt", "row 2, column `prompt`: is empty"),
        ({"prompt": 7, "answer": "4"}, "rows[2].prompt", "expected a text or chat messages, got a number"),
        ({"prompt": "a", "answer": None}, "rows[2].answer", "expected a text or a number, got nothing"),
        ({"prompt": "a"}, "rows[2].answer", "is missing"),
        ({"prompt": [], "answer": "4"}, "rows[2].prompt", "got a list"),
        ({"prompt": ["x"], "answer": "4"}, "rows[2].prompt[0]", "an object with role and content, got a text"),
        ({"prompt": [{"role": "boss", "content": "x"}], "answer": "4"}, "rows[2].prompt[0].role", "'boss'"),
        ({"prompt": [{"role": "user", "content": None}], "answer": "4"}, "rows[2].prompt[0].content", "got nothing"),
        ({"prompt": [{"role": "system", "content": "x"}], "answer": "4"}, "rows[2].prompt", "ends with the user"),
        ({"prompt": [{"role": "user", "content": [{"type": "image"}]}], "answer": "4"}, "rows[2].prompt[0].content",
         "something other than text"),
        ({"prompt": "a\0b", "answer": "4"}, "rows[2].prompt", "no text (NUL"),
        ({"prompt": "x" * 200_001, "answer": "4"}, "rows[2].prompt", "200001 characters"),
    ],
)  # fmt: skip
def test_a_fault_is_told_by_row_and_column(row: dict[str, Any], field: str, reason: str) -> None:
    code, where, why = fault(TEXT, row)
    assert (code, where) == ("ROW_INVALID", field) and reason in why


def test_the_first_fault_is_told_with_how_many_there_are() -> None:
    assert "(2 of 3 rows are at fault)" in fault({**TEXT, "answer": ""}, TEXT, {**TEXT, "prompt": 1})[2]


def test_a_missing_column_is_told_with_what_the_file_has() -> None:
    assert fault({"prompt": "a", "label": "b"})[:2] == ("COLUMN_MISSING", "columns.answer")
    code, field, reason = fault(TEXT, answer="gold")
    assert (code, field) == ("COLUMN_MISSING", "columns.answer") and "`gold`" in reason and "`prompt`" in reason
    assert fault(TEXT, context="passage")[1] == "columns.context"


def test_parquet_json_lines_and_a_json_list_hold_the_same_rows() -> None:
    rows = [TEXT, {**TEXT, "prompt": "Und wie tief ist das Wehr? é"}]
    for data in (parquet(rows), lines(*rows), b"\xef\xbb\xbf" + lines(*rows) + b"\n\n", json.dumps(rows).encode()):
        assert rows_of(data) == rows
    assert rows_of(parquet([CHAT])) == [CHAT]


@pytest.mark.parametrize(
    ("data", "code", "field"),
    [
        (b" \n", "EMPTY", "file"),
        (b"[]", "EMPTY", "file"),
        (b"PAR1 and then nothing", "NOT_PARQUET", "file"),
        (b"\xff\xfe\x00", "NOT_JSON", "file"),
        (b'{"prompt": "a"}\n{"prompt": ', "NOT_JSON", "rows[2]"),
        (b'{"prompt": "a"}\n\n7', "NOT_JSON", "rows[3]"),
        (b"[" * 100_000, "NOT_JSON", "file"),
    ],
)
async def test_a_file_that_is_none_is_told_so(data: bytes, code: str, field: str, tmp_path: Path) -> None:
    path = tmp_path / "rows"
    path.write_bytes(data)
    with pytest.raises(Unreadable) as raised:
        await opened(path, {})
    assert (raised.value.code, raised.value.field) == (code, field)


async def test_the_child_reads_within_its_limits(tmp_path: Path) -> None:
    path = tmp_path / "rows"
    path.write_bytes(parquet([CHAT]))
    assert await opened(path, {}) == [Asked(1, "", "Be brief.", "How deep is the lock?", "three metres")]
    path.write_bytes(lines({"prompt": "x" * 1000, "answer": "y"}))
    for limits, code in ((Limits(output=100), "TOO_LARGE"), (Limits(wall_seconds=0.01), "TIMEOUT")):
        with pytest.raises(Unreadable) as raised:
            await opened(path, {}, limits)
        assert raised.value.code == code


def questions(count: int, **more: str) -> list[Asked]:
    return [
        Asked(number, "", "Be brief.", f"What stands on sign {number * 7919} by lock {number}?", f"word{number}")
        for number in range(1, count + 1)
    ]


def test_rows_are_split_by_question_although_all_share_a_system_prompt() -> None:
    built = imported.build(questions(20), "f" * 64, "signs.jsonl", 0.3, "", 0)
    assert (len(built.train), len(built.heldout), built.dropped) == (14, 6, ())
    row = built.train[0]
    assert (row.prompt_passage, row.kind, row.document_name) == ("Be brief.", "imported", "signs.jsonl")
    assert not {one.section_id for one in built.train} & {one.section_id for one in built.heldout}
    assert json.loads(row.reward)["answer"] == row.answer and json.loads(built.reward)["objectives"][0]["weight"] == 1.0
    assert built.corpus.startswith("Be brief.\n\nWhat stands") and built.corpus.count("Be brief.") == 1
    again = imported.build(list(reversed(questions(20))), "f" * 64, "signs.jsonl", 0.3, "", 0)
    assert again.merkle_root == built.merkle_root


def test_rows_of_one_context_stand_on_one_side() -> None:
    rows = [replace(one, context=f"The lock {one.number % 4} is old.", number=one.number) for one in questions(20)]
    built = imported.build(rows, "f" * 64, "signs.jsonl", 0.25, "", 0)
    assert len({row.prompt_passage for row in built.heldout}) == 1
    assert not {row.prompt_passage for row in built.train} & {row.prompt_passage for row in built.heldout}


def test_what_cannot_teach_is_dropped_with_its_reason() -> None:
    rows = [*questions(10), Asked(11, "", "", "What stands there?", "???"), questions(1)[0]]
    built = imported.build(rows, "f" * 64, "signs.jsonl", 0.3, "", 0)
    assert {(one.reason, one.count) for one in built.dropped} == {
        ("gold answer earns less than 1 under its own reward", 1),
        ("the same question and answer stood there before", 1),
    }
    words = [replace(one, answer="a word") for one in questions(3)]
    with pytest.raises(Unfreezable) as raised:
        imported.build(words, "f" * 64, "signs.jsonl", 0.3, '{"objectives":[{"name":"number","weight":1}]}', 0)
    assert (raised.value.code, raised.value.field) == ("DATASET_EMPTY", "reward")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "a b"}, "name"),
        ({"heldout_fraction": 1.0}, "heldout_fraction"),
        ({"columns": "[]"}, "columns"),
        ({"columns": "{"}, "columns"),
        ({"columns": '{"colour": "red"}'}, "columns.colour"),
        ({"columns": '{"answer": 7}'}, "columns.answer"),
        ({"reward": '{"objectives":[{"name":"speed","weight":1}]}'}, "reward.objectives[0].name"),
    ],
)
def test_an_impossible_import_is_refused_with_its_field(changes: dict[str, Any], field: str) -> None:
    command = ImportDataset("qa", "t/1", "rows.jsonl")
    (requested,) = DATASET.decide(DATASET.initial, command)
    assert (requested.source_blob, requested.curation_id, requested.columns) == ("t/1", "", "{}")  # type: ignore[union-attr]
    with pytest.raises(Refused) as refused:
        DATASET.decide(DATASET.initial, replace(command, **changes))
    assert refused.value.field == field


def test_a_prompt_without_a_passage_is_asked_as_it_stands() -> None:
    from grpo.prompt import content

    assert content("", " How deep is the lock? ") == "How deep is the lock?"
    assert content("The lock is old.", "How deep?") == "The lock is old.\n\nquestion: How deep?"


@pytest.mark.parametrize("shape", ["jsonl", "chat", "trl"])
def test_what_the_studio_exports_can_be_brought_along_again(shape: str) -> None:
    built = imported.build([replace(one, lead="") for one in questions(4)], "f" * 64, "signs.jsonl", 0.0, "", 0)
    rows = [json.loads(line(shape, asdict(row), "train")) for row in built.train]
    found = asked(*rows)
    assert [(one.question, one.answer) for one in found] == [(row.question, row.answer) for row in built.train]
