"""What is done with each record a consumer reads."""

from hypothesis import given
from hypothesis import strategies as st
from studio.contract import Event, Undecodable, encode
from studio.contract.records import StepRecorded

from streams.intake import Raw, Verdict, judge, open_record, sort_out


def test_the_next_one_is_taken_and_the_same_one_is_a_repeat() -> None:
    assert judge((0, 1), None)[0] is Verdict.TAKE
    assert judge((0, 2), (0, 1))[0] is Verdict.TAKE
    assert judge((0, 2), (0, 2))[0] is Verdict.REPEAT


def test_an_older_epoch_is_stale_and_a_newer_one_begins_again() -> None:
    assert judge((1, 9), (2, 1))[0] is Verdict.STALE
    assert judge((3, 1), (2, 7))[0] is Verdict.TAKE


def test_a_gap_is_poison() -> None:
    assert judge((0, 4), (0, 2))[0] is Verdict.POISON
    assert judge((3, 2), (2, 7))[0] is Verdict.POISON
    assert judge((0, 2), None)[0] is Verdict.POISON


def test_events_without_an_order_are_always_taken() -> None:
    assert judge((0, 0), (4, 4))[0] is Verdict.TAKE


def record(seq: int, epoch: int = 1) -> Event:
    return Event(data=StepRecorded(run_id="r", step=seq), tenant="t", subject="r", epoch=epoch, seq=seq)


def raw(event: Event, offset: int = 0) -> Raw:
    out = encode(event)
    return Raw(out.topic, 0, offset, out.key.decode(), tuple(out.headers), out.body)


@given(st.integers(0, 30), st.lists(st.integers(0, 29), max_size=30), st.lists(st.integers(1, 7), max_size=20))
def test_any_repeats_in_any_batching_apply_each_event_once(count: int, again: list[int], cuts: list[int]) -> None:
    sent = [record(n + 1) for n in range(count)]
    for place in sorted(again, reverse=True):
        if place < len(sent):
            sent.insert(place + 1, sent[place])  # a producer that repeats what it sent before
    seen: dict[str, tuple[int, int]] = {}
    taken, start = [], 0
    for size in [*cuts, len(sent)]:
        batch = [(raw(event), event) for event in sent[start : start + size]]
        start += size
        verdicts, moved = sort_out(batch, seen)
        seen |= moved
        taken += [v.event.seq for v in verdicts if v.verdict is Verdict.TAKE and v.event]
    assert taken == list(range(1, count + 1))


def test_what_cannot_be_read_is_poison_and_says_why() -> None:
    good = raw(record(1))
    broken = {
        "NOT_SINGLE_OBJECT": Raw("studio.training.steps", 0, 0, "t/r", good.headers, b"hello, this is text"),
        "UNKNOWN_SCHEMA": Raw("studio.training.steps", 0, 0, "t/r", good.headers, b"\xc3\x01" + b"\x07" * 12),
        "BROKEN_BODY": Raw("studio.training.steps", 0, 0, "t/r", good.headers, (good.body or b"")[:14]),
        "BROKEN_HEADERS": Raw("studio.training.steps", 0, 0, "t/r", (), good.body),
        "WRONG_TOPIC": Raw("studio.documents", 0, 0, "t/r", good.headers, good.body),
        "NO_BODY": Raw("studio.training.steps", 0, 0, "t/r", good.headers, None),
    }
    for code, bad in broken.items():
        opened = open_record(bad)
        assert isinstance(opened, Undecodable)
        verdicts, moved = sort_out([(bad, opened)], {})
        assert (verdicts[0].verdict, verdicts[0].code, moved) == (Verdict.POISON, code, {})
