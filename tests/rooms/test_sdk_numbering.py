"""Numbers of a producer's facts: no gap within an epoch, whatever is refused or given up."""

from __future__ import annotations

from studio.contract import Event
from studio.contract.records import StepRecorded
from studio.numbering import Numbering


def fact(subject: str = "r/us") -> Event:
    return Event(data=StepRecorded(run_id="r"), tenant="acme", subject=subject, source="us")


def place(event: Event) -> tuple[int, int]:
    return event.epoch, event.seq


def test_each_stream_counts_for_itself() -> None:
    numbers = Numbering(7)
    for expected in (1, 2):
        event = numbers.next(fact())
        numbers.take(event)
        assert place(event) == (7, expected)
    assert place(numbers.next(fact("other/us"))) == (7, 1)


def test_a_fact_that_was_not_taken_leaves_no_gap() -> None:
    numbers = Numbering(7)
    assert place(numbers.next(fact())) == place(numbers.next(fact())) == (7, 1)


def test_after_one_that_was_given_up_the_numbers_begin_anew_later() -> None:
    numbers = Numbering(7)
    event = numbers.next(fact())
    numbers.take(event)
    numbers.renew(event.stream, now=3)  # a clock that went back changes nothing
    assert place(numbers.next(fact())) == (8, 1)
    numbers.renew(event.stream, now=50)
    assert place(numbers.next(fact())) == (50, 1)
