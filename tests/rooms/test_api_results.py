"""A rule over a whole result at once answers what it answers sample by sample."""

from __future__ import annotations

import io
import json
from collections import Counter

import pyarrow as arrow
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyarrow import parquet
from studio.rule import parse

from api import judging
from api.decided import Columns, decode
from api.mix import flips, tokens, topics
from api.results import masks, what_if
from api.selection import histogram, spread

NAMES = ("a", "b", "c")
NUMBERS = st.sampled_from([0.0, 0.25, 0.5, 1.0])
SCORES = st.lists(st.dictionaries(st.sampled_from(NAMES), NUMBERS, max_size=3), max_size=12)
SIDES = st.one_of(st.sampled_from((*NAMES, "nobody")), st.sampled_from(["0", "0.5", "-1"]))
COMPARISONS = st.builds("{} {} {}".format, SIDES, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), SIDES)
CHAINS = st.builds("{} < {} <= {}".format, SIDES, SIDES, SIDES)
RULES = st.recursive(
    st.one_of(COMPARISONS, CHAINS),
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not ({})".format, inner),
    ),
    max_leaves=6,
)


def result(scores: list[dict[str, float]], kept: list[bool] | None = None) -> Columns:
    count = len(scores)
    text = {name: ["x"] * count for name in ("batch_id", "kind", "question", "answer", "reason")}
    table = {
        **text,
        "sample_id": [f"s{n}" for n in range(count)],
        "document_id": [f"d{n % 3}" for n in range(count)],
        "scores": [json.dumps(one) for one in scores],
    }
    columns = {name: arrow.array(values, arrow.string()) for name, values in table.items()}
    sink = io.BytesIO()
    held = arrow.array(kept or [True] * count, arrow.bool_())
    parquet.write_table(arrow.table({**columns, "kept": held}), sink)
    return decode(sink.getvalue())


@settings(max_examples=200, deadline=None)
@given(SCORES, RULES)
def test_all_at_once_is_one_by_one(scores: list[dict[str, float]], expression: str) -> None:
    rule, columns = parse(expression), result(scores)
    one_by_one = [rule.judge(one) for one in scores]
    assert judging.judge(columns, rule).to_pylist() == [kept for kept, _ in one_by_one]
    everybody = arrow.array([True] * len(scores), arrow.bool_())
    assert judging.reasons(columns, rule, everybody) == Counter(reason for kept, reason in one_by_one if not kept)


def test_people_come_before_the_rule_and_a_withdrawal_before_everything() -> None:
    columns = result([{"a": 1.0}, {"a": 1.0}, {"a": 0.0}, {"a": 0.0}, {}], [True, False, False, False, False])
    reviews = {"s0": ("drop", "ann"), "s2": ("keep", "ann"), "s3": ("keep", "bob"), "elsewhere": ("drop", "bob")}
    found = what_if(columns, parse("a > 0.5"), reviews, {"d0"})  # samples 0 and 3
    assert (found.kept, found.dropped, found.moved) == (2, 3, 3)
    assert {one.reason: one.count for one in found.reasons} == {"document withdrawn": 2, "a > 0.5: no score a": 1}
    found = what_if(columns, parse(""), {"s0": ("drop", "ann")}, set())
    assert (found.kept, [(one.reason, one.count) for one in found.reasons]) == (4, [("dropped by ann", 1)])
    empty = what_if(result([]), parse("a > 0.5"), {}, set())
    assert (empty.kept, empty.dropped, empty.unknown_scores) == (0, 0, ["a"])


@settings(deadline=None)
@example([0.0, -0.0], 1)
@given(st.lists(st.one_of(st.none(), st.floats(-5, 5, width=32)), max_size=30), st.integers(1, 12))
def test_a_histogram_counts_each_score_once(values: list[float | None], bins: int) -> None:
    score = arrow.array(values, arrow.float64())
    made = histogram(score, arrow.array([True] * len(values), arrow.bool_()), bins)
    known = [value for value in values if value is not None]
    assert sum(one.count for one in made) == len(known) == spread(score).count
    if known:
        assert len(made) == bins and made[0].low <= min(known) and max(known) <= made[-1].high


def test_flips_are_named_up_to_a_number_and_none_is_an_answer() -> None:
    columns = result([{"a": n / 10} for n in range(10)], [False] * 10)
    rule, other = parse("a > 0.5"), parse("a > 0.7")
    now, before = (masks(columns, one, {}, set())[0] for one in (rule, other))
    assert [one.sample_id for one in flips(columns, now, before, rule, other, 5)] == ["s6", "s7"]
    assert [one.sample_id for one in flips(columns, now, before, rule, other, 1)] == ["s6"]
    assert flips(columns, now, before, rule, other, 0) == flips(columns, now, now, rule, rule, 5) == []
    assert tokens(columns, now) == (4, 10)
    assert [(one.samples, one.kept) for one in topics(columns, now)["kind"]] == [(10, 4)]


def test_rows_are_found_by_the_samples_ids_whatever_was_asked_before() -> None:
    columns = result([{"a": 0.0}] * 5)
    for asked, rows in (
        (["s4", "none", "s0"], [4, -1, 0]),
        (["s4", "none", "s0"], [4, -1, 0]),
        (["s1"], [1]),
        ([], []),
    ):
        assert columns.rows_of(asked).tolist() == rows
    assert result([]).rows_of(["s1"]).tolist() == [-1]
