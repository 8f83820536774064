"""The envelope: what is encoded comes back, and what is no event of ours says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from studio.contract import (
    LIMIT,
    RECORDS,
    Event,
    Undecodable,
    child_trace,
    decode,
    derived_id,
    encode,
    from_dict,
    new_trace,
    to_dict,
)
from studio.contract.records import BatchFinished, RunHeartbeat, Shortfall, StepRecorded
from studio.contract.schemas import FIELDS, NESTED, NEWEST

TEXT = st.text(st.characters(blacklist_categories=("Cs",)), max_size=40)
NAMES = TEXT.filter(bool)
NUMBERS = st.integers(0, 2**53)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "string": TEXT,
    "int": st.integers(-(2**31), 2**31 - 1),
    "long": st.integers(-(2**63), 2**63 - 1),
    "double": st.floats(allow_nan=False),
    "boolean": st.booleans(),
    "bytes": st.binary(max_size=40),
}


def values_of(avro: Any) -> st.SearchStrategy[Any]:
    if isinstance(avro, dict) and avro["type"] == "array":
        return st.lists(values_of(avro["items"]), max_size=3)
    if isinstance(avro, dict) and avro["type"] == "record":
        return st.fixed_dictionaries({part["name"]: values_of(part["type"]) for part in avro["fields"]})
    return VALUES[avro["type"] if isinstance(avro, dict) else avro]


@st.composite
def any_record(draw: st.DrawFn) -> Any:
    name = draw(st.sampled_from([cls.__name__ for cls in RECORDS]))
    schema: Any = NEWEST[name][1]
    return from_dict(name, {part["name"]: draw(values_of(part["type"])) for part in schema["fields"]})


EVENTS = st.builds(
    Event,
    data=any_record(),
    tenant=NAMES.filter(lambda text: "/" not in text),
    subject=NAMES,
    id=st.uuids(),
    time=st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)),
    source=TEXT,
    version=NUMBERS,
    epoch=NUMBERS,
    seq=NUMBERS,
    correlation_id=st.none() | st.uuids(),
    causation_id=st.none() | st.uuids(),
    traceparent=st.just("") | st.builds(new_trace),
)


@settings(max_examples=300, deadline=None)
@given(EVENTS)
def test_an_event_comes_back_as_it_was(event: Event) -> None:
    record = encode(event)
    assert decode(record.topic, record.headers, record.body) == event
    assert record.key.decode() == f"{event.tenant}/{event.subject.split('/', 1)[0]}"
    assert dict(record.headers)["ce_specversion"] == b"1.0" and dict(record.headers)["ce_type"] == event.type.encode()


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60), st.lists(st.tuples(TEXT, st.binary(max_size=20)), max_size=4))
def test_foreign_bytes_are_undecodable_and_nothing_else(body: bytes, headers: list[tuple[str, bytes]]) -> None:
    with pytest.raises(Undecodable):
        decode("studio.training.steps", headers, body)


@settings(max_examples=200, deadline=None)
@given(EVENTS, st.data())
def test_cut_or_grown_bodies_are_undecodable(event: Event, data: st.DataObject) -> None:
    topic, _, headers, body = encode(event)
    cut = data.draw(st.integers(0, len(body) - 1))
    for broken in (body[:cut], body + b"\0"):
        with pytest.raises(Undecodable) as caught:
            decode(topic, headers, broken)
        assert caught.value.code in ("NOT_SINGLE_OBJECT", "BROKEN_BODY")


STEP = Event(data=StepRecorded(run_id="r", step=1), tenant="acme", subject="r", epoch=1, seq=1)


def altered(**headers: bytes | None) -> list[tuple[str, bytes]]:
    pairs = dict(encode(STEP).headers) | {name: value for name, value in headers.items() if value is not None}
    return [(name, value) for name, value in pairs.items() if not (name in headers and headers[name] is None)]


@pytest.mark.parametrize(
    ("code", "topic", "headers", "body"),
    [
        ("NO_BODY", STEP.topic, altered(), None),
        ("NOT_SINGLE_OBJECT", STEP.topic, altered(), b""),
        ("NOT_SINGLE_OBJECT", STEP.topic, altered(), b'{"json": true} and more'),
        ("NOT_SINGLE_OBJECT", STEP.topic, altered(), b"\xc3\x01\x00"),
        ("UNKNOWN_SCHEMA", STEP.topic, altered(), b"\xc3\x01" + b"\x11" * 8 + b"body"),
        ("BROKEN_BODY", STEP.topic, altered(), encode(STEP).body[:12]),
        ("BROKEN_HEADERS", STEP.topic, altered(ce_id=b"no uuid"), encode(STEP).body),
        ("BROKEN_HEADERS", STEP.topic, altered(ce_tenant=None), encode(STEP).body),
        ("BROKEN_HEADERS", STEP.topic, altered(ce_tenant=b""), encode(STEP).body),
        ("BROKEN_HEADERS", STEP.topic, altered(ce_subject=b""), encode(STEP).body),
        ("BROKEN_HEADERS", STEP.topic, altered(ce_time=b"2025-01-01T00:00:00"), encode(STEP).body),
        ("BROKEN_HEADERS", STEP.topic, altered(ce_time=b"yesterday"), encode(STEP).body),
        ("BROKEN_HEADERS", STEP.topic, altered(ce_seq=b"one"), encode(STEP).body),
        ("BROKEN_HEADERS", STEP.topic, altered(ce_source=b"\xff\xfe"), encode(STEP).body),
        ("WRONG_TOPIC", "studio.documents", altered(), encode(STEP).body),
    ],
)
def test_what_is_no_event_says_why(code: str, topic: str, headers: list[tuple[str, bytes]], body: bytes | None) -> None:
    with pytest.raises(Undecodable) as caught:
        decode(topic, headers, body)
    assert caught.value.code == code and caught.value.message


@pytest.mark.parametrize(
    ("event", "word"),
    [
        (replace(STEP, tenant=""), "tenant"),
        (replace(STEP, tenant="a/b"), "tenant"),
        (replace(STEP, subject=""), "subject"),
        (replace(STEP, data=StepRecorded(step="one")), "step"),  # type: ignore[arg-type]
        (replace(STEP, data=StepRecorded(reward_parts="x" * LIMIT)), "blob"),
    ],
)
def test_an_event_that_cannot_be_written_names_the_fault(event: Event, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        encode(event)


def test_nested_records_come_back_as_classes() -> None:
    data = BatchFinished(asked=3, delivered=1, shortfall=(Shortfall(reason="too short", count=2),))
    record = encode(Event(data=data, tenant="t", subject="b"))
    assert decode(record.topic, record.headers, record.body).data == data
    assert set(FIELDS) >= set(NESTED.values())


def test_time_keeps_its_zone_and_its_microseconds() -> None:
    from datetime import timedelta

    when = datetime(2025, 3, 30, 2, 30, 0, 1, tzinfo=timezone(timedelta(hours=2)))
    record = encode(replace(STEP, time=when))
    assert decode(record.topic, record.headers, record.body).time == when


def test_what_follows_has_a_reproducible_id_and_the_same_trace() -> None:
    cause = Event(data=RunHeartbeat(run_id="r"), tenant="t", subject="r", traceparent=new_trace())
    one, again, other = (cause.caused(StepRecorded(), step=step) for step in (1, 1, 2))
    assert one.id == again.id == derived_id(cause.id, 1) != other.id
    assert (one.causation_id, one.correlation_id, one.tenant) == (cause.id, cause.id, "t")
    assert one.traceparent.split("-")[1] == cause.traceparent.split("-")[1]
    assert one.traceparent.split("-")[2] != cause.traceparent.split("-")[2]
    assert child_trace("broken").startswith("00-") and isinstance(one.id, UUID)


def test_plain_values_make_the_same_record() -> None:
    data = BatchFinished(asked=3, shortfall=(Shortfall(reason="x", count=2),))
    assert from_dict("BatchFinished", to_dict(data)) == data
    with pytest.raises(TypeError):
        from_dict("BatchFinished", {"unknown": 1})
