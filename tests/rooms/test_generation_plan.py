"""Items of a batch, second rounds, and a reason for every missing sample."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from studio.contract.records import Shortfall

from processors.generation.decide import FailBatch, FinishBatch
from processors.generation.ledger import Tally
from processors.generation.passage import Candidate, Missing, Passage
from processors.generation.plan import Group, Item, first_round, groups, next_round, shares
from processors.generation.progress import follow
from processors.generation.ranking import ranked, shortfall

GROUPS = [Group("a", 0, 12, 300), Group("a", 12, 15, 100), Group("b", 0, 12, 200)]


@given(st.integers(0, 10_000), st.lists(st.integers(0, 1000), min_size=1, max_size=40))
def test_shares_add_up_and_follow_the_weights(count: int, weights: list[int]) -> None:
    given = shares(count, weights)
    assert sum(given) == (count if sum(weights) else 0)
    for share, weight in zip(given, weights, strict=True):
        assert sum(weights) == 0 or abs(share - count * weight / sum(weights)) < 1


def test_a_document_is_cut_into_groups() -> None:
    chunks = [(n * 10, n * 10 + 7) for n in range(30)]
    assert [(g.first, g.last, g.weight) for g in groups("d", chunks, "extractive")] == [
        (0, 12, 84),
        (12, 24, 84),
        (24, 30, 42),
    ]


def test_items_that_are_asked_for_nothing_are_done() -> None:
    items = first_round(GROUPS, 2)
    assert [(item.name, item.asked, item.delivered) for item in items] == [
        ("0001", 1, None),
        ("0002", 0, 0),
        ("0003", 1, None),
    ]


def done(items: list[Item], *delivered: int) -> list[Item]:
    return [replace(item, delivered=count) for item, count in zip(items, delivered, strict=True)]


def test_a_second_round_turns_to_groups_that_gave_all() -> None:
    items = done(first_round(GROUPS, 60), 30, 4, 20)
    (first, second) = next_round(items, 60, "extractive")
    assert [(i.name, i.group, i.asked, i.skip, i.round) for i in (first, second)] == [
        ("0004", GROUPS[0], 4, 30, 2),
        ("0005", GROUPS[2], 2, 20, 2),
    ]
    after = [*items, *done([first, second], 1, 1)]
    assert next_round(after, 60, "extractive") == []


@given(st.lists(st.integers(0, 50), min_size=1, max_size=6), st.integers(1, 200))
def test_rounds_end_with_all_that_the_text_holds_or_all_that_was_asked(holds: list[int], count: int) -> None:
    """Whatever each group holds: rounds take prefixes of it, never more, and stop."""
    every = [Group("d", n, n + 1, 10) for n in range(len(holds))]
    items: list[Item] = []
    new = first_round(every, count)
    while new:
        for item in new:
            left = holds[item.group.first] - item.skip
            items.append(replace(item, delivered=min(item.asked, max(0, left))))
        new = next_round(items, count, "extractive")
    delivered = sum(item.delivered or 0 for item in items)
    assert delivered <= min(count, sum(holds))
    taken = {group: sum(i.delivered or 0 for i in items if i.group == group) for group in every}
    assert all(taken[group] <= held for group, held in zip(every, holds, strict=True))
    willing = [g for g in every if all((i.delivered or 0) >= i.asked for i in items if i.group == g)]
    assert delivered == count or not willing or max(item.round for item in items) == 4


@given(
    st.integers(0, 100),
    st.integers(0, 100),
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 60)), max_size=4),
)
def test_every_missing_sample_has_one_reason(asked: int, delivered: int, aside: list[tuple[str, int]]) -> None:
    told = shortfall(asked, delivered, [Missing(reason, count) for reason, count in aside])
    assert sum(item.count for item in told) == max(0, asked - delivered)
    assert all(item.count > 0 for item in told)


def tally(*items: Item, count: int = 10, aside: tuple[Missing, ...] = ()) -> Tally:
    return Tally({"count": count, "method": "extractive"}, items, aside, 7, 8)


def item(asked: int, delivered: int | None, number: int = 1) -> Item:
    return Item(f"{number:04}", GROUPS[0], 1, asked, delivered=delivered)


def test_what_follows_a_finished_item() -> None:
    assert follow(tally(item(5, 5), item(5, None, 2))) == ()
    assert follow(tally(item(10, 10))) == FinishBatch(10, 10, (), 7, 8)
    (more,) = follow(tally(item(5, 5), count=10))  # type: ignore[misc]
    assert (more.name, more.asked, more.skip) == ("0002", 5, 5)
    end = follow(tally(item(10, 8), aside=(Missing("below_quality_threshold", 1),)))
    shortfalls = (
        Shortfall(reason="below_quality_threshold", count=1),
        Shortfall(reason="no_further_candidate_in_text", count=1),
    )
    assert end == FinishBatch(10, 8, shortfalls, 7, 8)


def test_nothing_delivered_is_a_failure_with_the_way_out() -> None:
    failed = follow(tally(item(10, 0), aside=(Missing("endpoint_rate_limited", 10),)))
    assert isinstance(failed, FailBatch)
    assert failed.code == "ENDPOINT_RATE_LIMITED" and "quota" in failed.remedy


def candidate(chunk: str, start: int, end: int, quality: float, question: str = "") -> Candidate:
    passage = Passage("d", "s", "t", chunk, 0, "word " * 40)
    return Candidate("cloze", passage, question or f"{chunk}{start}", start, end, 0, 100, quality=quality)


def test_ranking_puts_aside_with_reasons_and_spreads_over_passages() -> None:
    found = ranked(
        [
            candidate("a", 0, 4, 0.9),
            candidate("a", 2, 6, 0.8),
            candidate("a", 10, 14, 0.88),
            candidate("b", 0, 4, 0.85),
            candidate("b", 5, 9, 0.2),
            candidate("c", 0, 4, 0.84, "a0"),
        ],
        threshold=0.5,
        seed=0,
    )
    assert [(c.passage.chunk_id, c.start) for c in found.order] == [("a", 0), ("b", 0), ("a", 10)]
    assert found.aside == (
        Missing("answer_overlaps_a_better_one", 1),
        Missing("below_quality_threshold", 1),
        Missing("question_repeated", 1),
    )


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_ties_are_broken_by_the_seed_and_nothing_else(seed: int) -> None:
    equal = [candidate("a", n * 5, n * 5 + 4, 0.9) for n in range(6)]
    assert ranked(equal, 0, seed) == ranked(equal[::-1], 0, seed)
