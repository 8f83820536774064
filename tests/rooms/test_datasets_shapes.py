"""Exports: the shapes that other trainers read, the hub's layout, the card, and what two versions differ in."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from pyarrow import parquet as pq

from processors.datasets import card, difference, hub, parquet, rows, shapes
from processors.datasets.rows import Row

TURNS = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Which valve?"},
    {"role": "assistant", "content": "Valve 2."},
    {"role": "user", "content": "How far?"},
    {"role": "assistant", "content": "valve 2"},
]
SPANS = [
    {"document_id": "d1", "start": 4, "end": 9, "quote": "one"},
    {"document_id": "d2", "start": 1, "end": 3, "quote": "to"},
]


def row(number: int, **changes: Any) -> Row:
    made = Row(
        sample_id=f"s{number:03}", prompt_passage=f"Valve {number} opens.", question=f"Which valve is number {number}?",
        answer=f"valve {number}", document_id="d1", document_name="valves.md", section_id=f"x{number}",
        chunk_id=f"c{number}", kind="cloze", answer_start=number * 100, answer_end=number * 100 + 7,
        passage_start=number * 100, passage_end=number * 100 + 14, quote=f"Valve {number}",
        reward='{"answer":"valve","objectives":[{"name":"exact","weight":1.0}]}',
    )  # fmt: skip
    return replace(made, **changes)


RICH = [
    row(1),
    row(2, messages=json.dumps(TURNS), question="user: Which valve?\n\nHow far?"),
    row(3, rejected="valve 9", spans=json.dumps(SPANS), language="en", edited="event-1"),
]


def made(shape: str, one: Row) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shapes.line(shape, asdict(one), "train"))
    return found


def test_every_shape_says_its_quote_and_span() -> None:
    for shape in shapes.SHAPES:
        for one in RICH:
            if line := shapes.line(shape, asdict(one), "train"):
                told = json.loads(line)
                source = told.get("metadata", told)["source"]
                assert (source["quote"], source["start"], source["end"]) == (
                    one.quote,
                    one.answer_start,
                    one.answer_end,
                )
                assert source["spans"] == (SPANS if one.spans else [])


def test_plain_rows_in_each_shape() -> None:
    prompt = "Valve 1 opens.\n\nquestion: Which valve is number 1?"
    said = [{"role": "user", "content": prompt}, {"role": "assistant", "content": "valve 1"}]
    assert (made("jsonl", RICH[0])["prompt"], made("jsonl", RICH[0])["completion"]) == (prompt, "valve 1")
    assert made("chat", RICH[0])["messages"] == made("openai", RICH[0])["messages"] == said
    assert set(made("openai", RICH[0])) == {"messages", "metadata"}
    alpaca = made("alpaca", RICH[0])
    assert (alpaca["instruction"], alpaca["input"]) == (RICH[0].question, RICH[0].prompt_passage)
    assert (alpaca["output"], alpaca["history"], alpaca["system"]) == ("valve 1", [], "")
    assert [turn["from"] for turn in made("sharegpt", RICH[0])["conversations"]] == ["human", "gpt"]
    trl = made("trl", RICH[0])
    assert trl["prompt"] == said[:1] and json.loads(trl["reward_spec"])["objectives"][0]["name"] == "exact"


def test_a_conversation_keeps_its_turns_and_has_its_passage_first() -> None:
    messages = made("conversations", RICH[1])["messages"]
    assert [turn["role"] for turn in messages] == [turn["role"] for turn in TURNS]
    assert messages[1]["content"] == "Valve 2 opens.\n\nquestion: Which valve?"
    assert messages[2:] == TURNS[2:]
    alpaca = made("alpaca", RICH[1])
    assert (alpaca["system"], alpaca["history"]) == ("Be brief.", [["Which valve?", "Valve 2."]])
    assert alpaca["instruction"] == "How far?"
    assert shapes.line("conversations", asdict(RICH[0]), "train") == b""


def test_a_preference_names_the_better_and_the_worse_answer() -> None:
    told = made("preference", RICH[2])
    assert told["chosen"] == [{"role": "assistant", "content": "valve 3"}]
    assert told["rejected"] == [{"role": "assistant", "content": "valve 9"}]
    assert [turn["role"] for turn in told["prompt"]] == ["user"]
    assert shapes.line("preference", asdict(RICH[0]), "train") == b""


def stored(folder: Path, **sides: list[Row]) -> dict[str, Path]:
    files = {}
    folder.mkdir(exist_ok=True)
    for split, content in sides.items():
        files[split] = folder / split
        files[split].write_bytes(parquet.write(rows.sealed(content, split)))
    return files


def layout(folder: Path) -> bytes:
    files = stored(folder, train=[*RICH, *(row(n) for n in range(10, 60))], heldout=[row(n) for n in range(70, 75)])
    hub.packed("---\n---\n", hub.shards(files, folder), folder / "zip")
    return (folder / "zip").read_bytes()


def test_the_layout_of_the_hub_is_read_by_arrow(tmp_path: Path) -> None:
    archive = zipfile.ZipFile(io.BytesIO(layout(tmp_path)))
    names = ["README.md", "data/train-00000-of-00001.parquet", "data/test-00000-of-00001.parquet"]
    assert archive.namelist() == names
    table = pq.read_table(io.BytesIO(archive.read(names[1])))
    assert table.schema.equals(hub.SCHEMA) and table.num_rows == 53
    found = {one["sample_id"]: one for one in table.to_pylist()}
    assert found["s002"]["turns"] == TURNS and found["s003"]["spans"] == SPANS
    assert found["s001"]["prompt"].startswith("Valve 1 opens.") and found["s001"]["quote"] == "Valve 1"
    assert pq.read_table(io.BytesIO(archive.read(names[2]))).num_rows == 5


def test_many_rows_are_cut_into_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "SHARD", 20)
    monkeypatch.setattr(hub, "BATCH", 10)
    found = hub.shards(stored(tmp_path, train=[row(n) for n in range(45)]), tmp_path)
    assert [name for name, _ in found] == [f"data/train-0000{n}-of-00003.parquet" for n in range(3)]
    ids = [id for _, path in found for id in pq.read_table(path).column("sample_id").to_pylist()]
    assert ids == [f"s{n:03}" for n in range(45)]


def test_another_process_packs_the_same_bytes(tmp_path: Path) -> None:
    program = (
        "import sys, hashlib, pathlib; sys.path.insert(0, 'tests/rooms')\n"
        "from test_datasets_shapes import layout\n"
        "print(hashlib.sha256(layout(pathlib.Path(sys.argv[1]))).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "other")],
        env={"PYTHONHASHSEED": "7", "PYTHONPATH": ".", "TZ": "Asia/Tokyo"},
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == hashlib.sha256(layout(tmp_path / "one")).hexdigest()


CARD = card.Card(
    id="d", name="valves", version="1.0.0", merkle_root="ab" * 32, train=3, heldout=1, train_sections=2,
    heldout_sections=1, heldout_fraction=0.3, seed=0, rule="grounding >= 0.8", reward="{}",
    sources=[
        card.Source("d1", "a|b\n# [evil](x).md", 2, 1, "CC-BY-4.0", "https://example.com"),
        card.Source("d2", "plain.md", 1, 0),
        card.Source("d3", "own.md", 0, 0, "ours alone"),
    ],
    kinds={"cloze": 4}, languages={"en": 3, "": 1}, dropped=[("duplicate == 0", 7)], makers=["By rules."],
)  # fmt: skip


def test_a_card_has_a_front_matter_and_every_licence() -> None:
    text = card.markdown(CARD)
    _, front, body = text.split("---\n", 2)
    head = yaml.safe_load(front)
    assert head["license"] == ["cc-by-4.0", "other", "unknown"] and head["language"] == ["en"]
    assert head["size_categories"] == ["n<1K"]
    files = head["configs"][0]["data_files"]
    assert files == [{"split": s, "path": f"data/{s}-*"} for s in ("train", "test")]
    assert card.licences(CARD.sources) == {"": 1, "CC-BY-4.0": 3, "ours alone": 0}
    for said in ("CC-BY-4.0", "ours alone", "not stated", CARD.merkle_root, "duplicate == 0", "grounding >= 0.8"):
        assert said in body, said
    assert "a\\|b \\# \\[evil\\](x).md" in body  # a name is no table, no heading and no link


def test_versions_differ_by_rows(tmp_path: Path) -> None:
    before = stored(tmp_path / "a", train=[row(1), row(2), row(3), row(4)], heldout=[row(5), row(6)])
    after = stored(
        tmp_path / "b", train=[row(1), row(2, answer="valve II"), row(5), row(7)], heldout=[row(3, answer="x"), row(6)]
    )
    found = difference.compare(before, after)
    assert dict(found.counts) == {"added": 1, "removed": 1, "changed": 2, "moved": 2, "same": 2}
    assert list(found.order.items()) == [
        ("s007", "added"), ("s004", "removed"), ("s002", "changed"), ("s003", "changed"), ("s005", "moved"),
    ]  # fmt: skip
    shown = {one.sample_id: one for one in difference.shown(before, after, found.order)}
    assert (shown["s002"].before, shown["s002"].after) == ({"answer": "valve 2"}, {"answer": "valve II"})
    assert (shown["s005"].before, shown["s005"].after) == ({"split": "heldout"}, {"split": "train"})
    assert shown["s003"].after == {"split": "heldout", "answer": "x"}
    assert shown["s007"].after["question"] == row(7).question and shown["s007"].before == {}
    same = difference.compare(before, before)
    assert same.counts["same"] == 6 and not same.order
