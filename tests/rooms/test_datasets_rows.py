"""Rows: their hashes, their Parquet bytes, their split, and the version that they make."""

import hashlib
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.datasets import merkle, parquet, rows, split, version
from processors.datasets.rows import Row
from processors.datasets.version import Frozen


def row(number: int, document: str = "d1", section: str = "s1", **changes: object) -> Row:
    start = number * 100
    made = Row(
        sample_id=f"sample-{number:04d}", prompt_passage=f"Passage number {number} tells of valve {number} at length.",
        question=f"What does passage number {number} of {section} in {document} tell about its valve?",
        answer=f"valve {number}", document_id=document, document_name=f"{document}.md", section_id=section,
        chunk_id=f"c{number}", kind="cloze", answer_start=start + 20, answer_end=start + 27, passage_start=start,
        passage_end=start + 50, quote=f"valve {number}", reward="{}",
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


tables = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from(["d1", "d2", "d3"]), st.integers(0, 6)),
    max_size=60,
    unique_by=lambda t: t[0],
).map(lambda items: [row(number, document, f"s{section}") for number, document, section in items])


@settings(max_examples=60, deadline=None)
@given(tables, st.randoms(use_true_random=False))
def test_the_same_rows_are_the_same_bytes_and_the_same_root(table: list[Row], rng: random.Random) -> None:
    shuffled = list(table)
    rng.shuffle(shuffled)
    one, two = rows.sealed(table, "train"), rows.sealed(shuffled, "train")
    assert parquet.write(one) == parquet.write(two)
    assert rows.merkle_root(one) == rows.merkle_root(two)
    assert parquet.read(parquet.write(one)) == one


def test_the_root_is_that_of_yesterday() -> None:
    sealed = rows.sealed([row(number) for number in range(50)], "train")
    assert rows.merkle_root(sealed) == "cb383d6075c821635e4810bbda9ebddcf5e0a146f5b7556c3d8658e712f0fd35"


def test_another_process_writes_the_same_bytes() -> None:
    program = (
        "import sys, hashlib; sys.path.insert(0, 'tests/rooms')\n"
        "from test_datasets_rows import row; from processors.datasets import parquet, rows\n"
        "print(hashlib.sha256(parquet.write(rows.sealed([row(n) for n in range(50)], 'train'))).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONHASHSEED": "7", "PYTHONPATH": ".", "TZ": "Asia/Tokyo"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    here = parquet.write(rows.sealed([row(n) for n in range(50)], "train"))
    assert done.stdout.strip() == hashlib.sha256(here).hexdigest()


@pytest.mark.parametrize("field", ["answer", "question", "reward", "passage_start", "document_name"])
def test_every_field_is_in_the_leaf(field: str) -> None:
    changed = replace(row(1), **{field: 77 if field == "passage_start" else "other"})  # type: ignore[arg-type]
    assert rows.leaf(changed, "train") != rows.leaf(row(1), "train")
    assert rows.leaf(row(1), "train") != rows.leaf(row(1), "heldout")


def test_a_row_can_be_proved() -> None:
    train = rows.sealed([row(n) for n in range(9)], "train")
    heldout = rows.sealed([row(n) for n in range(9, 12)], "heldout")
    leaves = [bytes.fromhex(r.leaf_sha256) for r in (*train, *heldout)]
    index, path = merkle.proof(leaves, rows.leaf(heldout[1], "heldout"))
    root = bytes.fromhex(rows.merkle_root(train, heldout))
    assert merkle.verify(rows.leaf(heldout[1], "heldout"), index, 12, path, root)
    assert not merkle.verify(rows.leaf(heldout[1], "train"), index, 12, path, root)


def sections(of: Sequence[Row]) -> set[tuple[str, str]]:
    return {(r.document_id, r.section_id) for r in of}


@settings(max_examples=150, deadline=None)
@given(tables, st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.9]), st.integers(0, 5))
def test_nothing_of_a_held_out_row_is_in_a_train_row(table: list[Row], fraction: float, seed: int) -> None:
    made = split.divide(table, fraction, seed)
    assert not sections(made.train) & sections(made.heldout)
    assert not {r.prompt_passage for r in made.train} & {r.prompt_passage for r in made.heldout}
    assert not split.leaking(made.train, made.heldout)
    assert len(made.train) + len(made.heldout) + len(made.leaked) == len(table)
    assert made == split.divide(list(table), fraction, seed)
    if fraction == 0:
        assert not made.heldout


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text("abc ", max_size=14), max_size=12), st.lists(st.text("abc ", max_size=14), max_size=12))
def test_near_identical_questions_are_found_as_by_comparing_all_pairs(left: list[str], right: list[str]) -> None:
    train = [row(n, section="a", question=text) for n, text in enumerate(left)]
    heldout = [row(n + 500, section="b", question=text) for n, text in enumerate(right)]
    kept = [split._shingles(r.question) for r in heldout]
    expected = {
        r.sample_id
        for r in train
        for other in kept
        if len(split._shingles(r.question) & other) >= 0.8 * len(split._shingles(r.question) | other) - 1e-9
    }
    assert set(split.leaking([*train, *heldout], heldout)) == expected


def test_leaks_are_named() -> None:
    held = row(1, section="held")
    train = [
        row(2, section="t", question=held.question),
        row(3, section="t", prompt_passage=held.prompt_passage.upper()),
        row(4, section="t", passage_start=held.passage_end - 1, passage_end=held.passage_end + 40),
        row(5, section="t", passage_start=held.passage_end, passage_end=held.passage_end + 40),
        row(6, document="d2", section="t", passage_start=held.passage_start, passage_end=held.passage_end),
    ]
    assert split.leaking([held, *train], [held]) == {
        "sample-0002": "leak: near-identical question in held-out rows",
        "sample-0003": "leak: same passage in held-out rows",
        "sample-0004": "leak: passage overlaps a held-out passage",
    }


def test_each_document_gives_its_share_and_small_ones_are_pooled() -> None:
    pairs = [("big", f"s{n}") for n in range(10)] + [("two", "a"), ("two", "b")] + [(f"one{n}", "x") for n in range(4)]
    held = split.heldout_sections(pairs, 0.3, 1)
    count = lambda name: sum(document.startswith(name) for document, _ in held)  # noqa: E731
    assert (count("big"), count("two"), count("one")) == (3, 1, 1)
    assert held != split.heldout_sections(pairs, 0.3, 2)
    more = split.heldout_sections([*pairs, ("new", "a"), ("new", "b")], 0.3, 1)
    assert {pair for pair in more if pair[0] != "new"} == held
    assert split.heldout_sections([("only", "one")], 0.3, 1) == set()


def test_versions_of_a_name() -> None:
    first = Frozen("1.0.0", "aa", "r1")
    second = Frozen("1.1.0", "bb", "r1")
    third = Frozen("2.0.0", "cc", "r2")
    assert version.next_version([], "aa", "r1") == "1.0.0"
    assert version.next_version([first], "bb", "r1") == "1.1.0"
    assert version.next_version([second, first], "aa", "r1") == "1.0.0"
    assert version.next_version([first, second], "cc", "r2") == "2.0.0"
    assert version.next_version([third, first, second], "dd", "r2") == "2.1.0"
    assert version.next_version([Frozen("1.9.0", "a", "r"), Frozen("1.10.0", "b", "r")], "c", "r") == "1.11.0"


def test_a_later_field_is_in_the_leaf_only_where_it_says_something() -> None:
    plain = row(1)
    for field in rows.LATER:
        assert rows.leaf(replace(plain, **{field: "x"}), "train") != rows.leaf(plain, "train")  # type: ignore[arg-type]
    assert set(rows.LATER) == {"language", "messages", "reasoning", "rejected", "choices", "spans", "edited"}


def test_a_file_of_form_1_is_still_read() -> None:
    sealed = rows.sealed([row(n) for n in range(3)], "train")
    table = parquet.pq.read_table(parquet.io.BytesIO(parquet.write(sealed))).drop_columns(list(rows.LATER))
    target = parquet.io.BytesIO()
    parquet.pq.write_table(table, target)
    assert parquet.read(target.getvalue()) == sealed


def test_a_quote_around_its_answer_is_found_where_the_answer_stands() -> None:
    passage = "It is 4 bar. At noon it is 4 bar. Done."
    at = 100 + passage.index("4 bar", 14)
    twice = row(1, prompt_passage=passage, passage_start=100, answer_start=at, answer_end=at + 5, quote="it is 4 bar.")
    ((document, start, end, quote),) = rows.quoted(twice)
    assert (document, passage[start - 100 : end - 100]) == ("d1", quote)
    assert start > 110
    own = replace(twice, quote="4 bar")
    assert rows.quoted(own) == [("d1", at, at + 5, "4 bar")]
