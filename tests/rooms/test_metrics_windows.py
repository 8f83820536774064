"""Windows as folds: each event once, whatever is read again, and nothing final is started anew."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from studio.contract import Event, Record
from studio.contract.records import CallServed, DocumentRegistered, OutcomeReported, OutcomeWindow, StageWindow

from processors.metrics.board import Board
from processors.metrics.topics import CHANGELOG, READ_TOPICS, WRITTEN
from processors.metrics.windows import KEEP, Place, Value, Window, add, key_of, parse_key, published, windows_of
from streams.catalogue import TOPICS

T0 = 1_700_000_000.0
CALLS = "studio.serving.calls"


def at(second: float, data: Record, tenant: str = "acme") -> Event:
    return Event(data=data, tenant=tenant, subject="answers", time=datetime.fromtimestamp(T0 + second, UTC))


def call(second: float, role: str = "canary", status: int = 200) -> Event:
    return at(second, CallServed(deployment="answers", version="0.1.1", role=role, status=status, latency_ms=10.0))


def outcome(second: float, score: float, role: str = "canary") -> Event:
    return at(second, OutcomeReported(deployment="answers", version="0.1.1", role=role, score=score))


def count(log: list[tuple[int, Event]], table: dict[str, Value] | None = None) -> dict[str, Value]:
    """The table after (offset, event) pairs of one partition, read in this order."""
    table = {} if table is None else table
    for offset, event in log:
        place = Place(event.topic, 0, offset)
        for window in windows_of(event, 2.0):
            key = key_of(place, window)
            value = add(table.get(key), window, event, place, T0 + 100)
            if value is not None:
                table[key] = value
    return table


def outcomes_of(table: dict[str, Value]) -> dict[float, OutcomeWindow]:
    found = {}
    for key, value in table.items():
        window = parse_key(key)[1]
        if window.kind == "outcome":
            data = published(window, [value], 2.0).data
            assert isinstance(data, OutcomeWindow)
            found[data.start - T0] = data
    return found


def test_an_event_is_in_the_window_of_its_own_time() -> None:
    table = count([(0, call(0.0)), (1, call(1.9, status=503)), (2, outcome(1.99, 0.7)), (3, call(2.0))])
    windows = outcomes_of(table)
    first = windows[0.0]
    assert (first.calls, first.errors, first.latency_ms_sum) == (2, 1, 20.0)
    assert (first.outcomes, first.successes, first.score_sum) == (1, 1, 0.7)
    assert (windows[2.0].calls, windows[2.0].outcomes) == (1, 0)


def test_a_stage_counts_every_event_and_tells_its_lag() -> None:
    table = count([(0, call(0.0)), (1, outcome(1.0, 0.0))])
    (key,) = [key for key in table if '"stage"' in key]
    data = published(parse_key(key)[1], [table[key]], 2.0).data
    assert isinstance(data, StageWindow)
    assert (data.stage, data.start, data.seconds, data.events, data.rate) == ("serving.calls", T0, 2.0, 2, 1.0)
    assert data.lag_seconds == pytest.approx(100.0)


def test_calls_to_a_pinned_version_are_no_outcome_of_a_deployment() -> None:
    pinned = at(0.0, CallServed(deployment="", model="qa", version="0.1.1", role="pinned", status=200))
    assert [window.kind for window in windows_of(pinned, 2.0)] == ["stage"]


def test_tenants_are_apart() -> None:
    ours, theirs = (windows_of(at(0.0, DocumentRegistered(), tenant), 2.0)[0] for tenant in ("acme", "other"))
    assert key_of(Place("studio.documents", 0, 0), ours) != key_of(Place("studio.documents", 0, 0), theirs)


def test_a_window_published_again_has_the_same_id() -> None:
    window = Window("outcome", "acme", ("answers", "0.1.1", "canary"), T0)
    one, two = published(window, [{"calls": 1}], 2.0), published(window, [{"calls": 2}], 2.0)
    assert one.id == two.id and one.data != two.data
    assert published(Window("outcome", "acme", ("answers", "0.1.1", "canary"), T0 + 2), [], 2.0).id != one.id


def test_a_stage_is_the_sum_over_its_partitions() -> None:
    window = Window("stage", "acme", ("documents",), T0)
    data = published(window, [{"events": 3, "lag": 1.0}, {"events": 5, "lag": 4.0}], 2.0).data
    assert isinstance(data, StageWindow) and (data.events, data.lag_seconds) == (8, 4.0)


EVENTS = st.lists(
    st.one_of(
        st.builds(call, st.floats(0, 20), st.sampled_from(["canary", "baseline"]), st.sampled_from([200, 503])),
        st.builds(outcome, st.floats(0, 20), st.floats(0, 1)),
    ),
    max_size=40,
)


@given(EVENTS, st.data())
def test_reading_from_an_earlier_offset_again_changes_nothing(events: list[Event], data: st.DataObject) -> None:
    """A crash: the table kept any prefix of what was read, the committed offset is at or before its end."""
    log = list(enumerate(events))
    once = count(log)
    kept = data.draw(st.integers(0, len(log)))
    committed = data.draw(st.integers(0, kept))
    again = count(log[committed:], count(log[:kept]))
    assert again == once


@given(EVENTS)
def test_every_call_is_in_one_window(events: list[Event]) -> None:
    table = count(list(enumerate(events)))
    totals = [value for key, value in table.items() if '"outcome"' in key]
    assert sum(value.get("calls", 0) for value in totals) == sum(isinstance(e.data, CallServed) for e in events)
    assert sum(value.get("outcomes", 0) for value in totals) == sum(isinstance(e.data, OutcomeReported) for e in events)


@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_a_key_reads_back(tenant: str, deployment: str) -> None:
    window = Window("outcome", tenant, (deployment, "0.1.1", "canary"), T0)
    assert parse_key(key_of(Place(CALLS, 3, 17), window)) == ((CALLS, 3), window)


def board_with(*starts: float) -> Board:
    board = Board(2.0)
    for start in starts:
        window = Window("outcome", "acme", ("answers", "0.1.1", "canary"), T0 + start)
        board.touch((CALLS, 0), window, key_of(Place(CALLS, 0, 0), window))
    return board


def test_outcomes_are_due_at_once_and_stages_when_their_time_is_over() -> None:
    board = board_with(0)
    stage = Window("stage", "acme", ("documents",), T0)
    board.touch(("studio.documents", 0), stage, key_of(Place("studio.documents", 0, 0), stage))
    assert [window.kind for window in board.due(T0 + 1)] == ["outcome"]
    assert {window.kind for window in board.due(T0 + 2)} == {"outcome", "stage"}


def test_a_final_window_is_forgotten_only_after_it_was_published() -> None:
    keep = KEEP["outcome"]
    board = board_with(0, keep + 10)
    assert list(board.expired((CALLS, 0))) == []
    board.news.clear()
    (gone,) = board.expired((CALLS, 0))
    assert parse_key(gone)[1].start == T0
    assert list(board.expired((CALLS, 0))) == []


def test_a_late_event_does_not_start_a_forgotten_window_again() -> None:
    board = board_with(0, KEEP["outcome"] + 10)
    old = Window("outcome", "acme", ("answers", "0.1.1", "canary"), T0)
    assert board.late((CALLS, 0), old) and not board.late((CALLS, 1), old)


def test_after_a_restart_everything_is_news() -> None:
    board, other = board_with(0, 2), Board(2.0)
    other.fill({key: b"{}" for keys in board.keys.values() for key in keys})
    assert other.keys == board.keys and other.news == set(board.keys) and other.newest == board.newest


def test_topics_are_those_of_the_catalogue() -> None:
    assert {topic.name for topic in READ_TOPICS} == {t.name for t in TOPICS if t.kind in ("decisions", "facts")}
    assert WRITTEN in TOPICS and CHANGELOG.kind == "compacted"
