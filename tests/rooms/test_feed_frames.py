"""The pure parts of the live feed: positions, frames, filters, the ring, who may open a connection."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame as WireFrame
from websockets.frames import Opcode

from api.errors import Problem
from api.feed import frames
from api.feed.admission import origins, question, welcome
from api.feed.filter import MOST_SUBJECTS, NAMES, Filter, parse, words
from api.feed.frames import Frame, frame, server_sent, websocket
from api.feed.position import Position, start
from api.feed.ring import LARGEST, MOST, Ring
from api.feed.routes import address
from api.settings import ApiSettings
from projections.feed import TOPICS
from streams.settings import Settings

ID = UUID(int=7)
TIME = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
ROW = (12, ID, "StepRecorded", "studio.training.steps", "run/1", TIME, 0, 1, 9, None, ID, "", "lab", '{"step": 9}')


def test_a_position_survives_its_text() -> None:
    assert start(Position("0123abcd", 12).text(), False) == Position("0123abcd", 12)
    assert (start("", True), start("", False), start("end", True)) == ("begin", "end", "end")


@pytest.mark.parametrize("text", ["x", "0123abcd.", "0123abcd.-1", "0123abcd.01", "0123ABCD.1", "0123abcd." + "9" * 19])
def test_what_is_no_position_is_refused(text: str) -> None:
    with pytest.raises(Problem) as refused:
        start(text, False)
    assert refused.value.field == "after"


def test_a_row_becomes_the_message_of_the_contract() -> None:
    found = frame("0123abcd", ROW)
    assert (found.number, found.topic, found.type, found.subject) == (12, ROW[3], ROW[2], ROW[4])
    assert json.loads(found.body) == {
        "kind": "entry", "position": "0123abcd.12", "id": str(ID), "type": "StepRecorded",
        "topic": "studio.training.steps", "subject": "run/1", "time": "2025-01-02T03:04:05+00:00", "version": 0,
        "epoch": 1, "seq": 9, "correlation_id": None, "causation_id": str(ID), "traceparent": "", "source": "lab",
        "data": {"step": 9},
    }  # fmt: skip


@given(st.text(max_size=200) | st.sampled_from([125, 126, 65_535, 65_536]).map("x".__mul__))
def test_a_frame_is_what_the_library_would_send(text: str) -> None:
    body = frames.compact({"t": text})
    assert websocket("entry", "", body) == WireFrame(Opcode.TEXT, body).serialize(mask=False)


@given(st.text(max_size=200))
def test_a_server_sent_event_is_one_block(text: str) -> None:
    block = server_sent("entry", "0123abcd.1", frames.compact({"t": text})).decode()
    head, event, data, *rest = block.split("\n")
    assert (head, event, rest) == ("id: 0123abcd.1", "event: entry", ["", ""])
    assert json.loads(data.removeprefix("data: ")) == {"t": text}


def test_a_snapshot_holds_its_entries() -> None:
    told = json.loads(frames.snapshot("0123abcd.12", "too_old", [frame("0123abcd", ROW)], True))
    assert told["subjects"][0]["data"] == {"step": 9} and told["more"] is True and told["position"] == "0123abcd.12"


def test_a_filter_means_all_of_its_parts() -> None:
    wanted = parse(["studio.training.steps"], ["StepRecorded"], ["run"])
    assert wanted.wants("studio.training.steps", "StepRecorded", "run/1")
    assert wanted.wants("studio.training.steps", "StepRecorded", "run")
    assert not wanted.wants("studio.training.steps", "StepRecorded", "run2")
    assert not wanted.wants("studio.training.steps", "CheckpointSaved", "run")
    assert not wanted.wants("studio.training", "StepRecorded", "run")
    assert Filter().wants("any", "thing", "at all")


def test_every_topic_of_the_projection_may_be_asked_for() -> None:
    assert set(NAMES) == set(TOPICS)


@pytest.mark.parametrize(
    ("topics", "types", "subjects", "field"),
    [
        (["studio.routing"], [], [], "topics"),
        ([], ["RoutingTable"], [], "types"),
        ([], ["Nothing"], [], "types"),
        ([], [], ["x"] * (MOST_SUBJECTS + 1), "subjects"),
        ([], [], ["a\0"], "subject"),
        ([], [], [""], "subject"),
    ],
)
def test_a_filter_that_nothing_fits_is_refused(
    topics: list[str], types: list[str], subjects: list[str], field: str
) -> None:
    with pytest.raises(Problem) as refused:
        parse(topics, types, subjects)
    assert refused.value.field == field


def test_words_are_names() -> None:
    assert words(" a.b, C-1 ,", "topics") == ["a.b", "C-1"]
    with pytest.raises(Problem):
        words("a b", "topics")


def numbered(number: int, size: int = 1) -> Frame:
    return Frame(number, "t", "T", "s", TIME, f"f.{number}", b"x" * size)


@given(st.integers(0, 50), st.lists(st.integers(1, 400), max_size=12), st.integers(-5, 3000))
def test_a_ring_gives_what_follows_or_nothing(since: int, sizes: list[int], asked: int) -> None:
    ring, told = Ring(since), list[int]()
    for size in sizes:
        batch = range(ring.last + 1, ring.last + 1 + size)
        ring.add([numbered(number) for number in batch])
        told += batch
    last = since + len(told)
    found = ring.after(asked)
    if max(since, last - MOST) <= asked <= last:
        assert found is not None and [one.number for one in found] == [n for n in told if n > asked]
    else:
        assert found is None


def test_a_ring_is_bounded_in_bytes_and_has_no_gaps() -> None:
    ring = Ring()
    ring.add([numbered(number, LARGEST // 4) for number in range(1, 7)])
    assert (ring.since, ring.last) == (2, 6)
    with pytest.raises(AssertionError):
        ring.add([numbered(8)])


def test_pages_of_strangers_may_not_connect() -> None:
    settings = Settings(api_url="https://studio.example", api_port=81)
    known = origins(settings, ApiSettings(origins="https://a.example/, https://b.example:444"))
    for good in (
        None, "https://studio.example", "https://a.example", "https://b.example:444", "http://localhost:81",
        "http://feed:9",
    ):  # fmt: skip
        assert welcome(good, "feed:9", known), good
    for bad in ("https://studio.example.evil", "null", "http://localhost:82", "https://b.example", ""):
        assert not welcome(bad, "feed:9", known), bad


def test_the_query_asks() -> None:
    asked = question("after=end&topics=studio.dead&types=DeadLettered&subject=a&subject=b%2F1&ticket=t")
    assert asked.filter == Filter(frozenset({"studio.dead"}), frozenset({"DeadLettered"}), frozenset({"a", "b/1"}))
    assert asked.start == "end" and question("subject=a").start == "begin"


@pytest.mark.parametrize(
    ("url", "base", "expected"),
    [
        ("", "http://lab:8080/", "ws://lab:8092/api/v1/feed"),
        ("", "https://[::1]/", "wss://[::1]:8092/api/v1/feed"),
        ("wss://feed.example", "http://lab/", "wss://feed.example/api/v1/feed"),
        ("ws://a:1/other", "http://lab/", "ws://a:1/other"),
    ],
)
def test_where_the_feed_is(url: str, base: str, expected: str) -> None:
    assert address(Settings(feed_url=url, feed_port=8092), base) == expected
