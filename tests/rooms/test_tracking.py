"""What a loop logs becomes facts: in order, bounded, repeated until acknowledged, and never a trouble for the loop."""

from __future__ import annotations

import json
import logging
import math
import os
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from studio.errors import Conflict, StudioError, Unreachable
from studio.tracking_run import TrackedRun
from studio.tracking_sender import Claim
from studio.tracking_step import Step, plain


class Wire:
    """A platform in memory. `away`: calls that get no answer; `lost`: answers that get lost after the effect."""

    def __init__(self, recorded: Mapping[str, int] | None = None, away: int = 0, lost: int = 0) -> None:
        self.recorded, self.away, self.lost = recorded or {}, away, lost
        self.got: list[dict[str, Any]] = []
        self.ended: tuple[Any, ...] = ()
        self.refusal: StudioError | None = None
        self.hold = threading.Event()
        self.hold.set()

    def open(self) -> Claim:
        self._reach()
        return Claim("r1", 1, 60.0, self.recorded, "acme/defs")

    def send(self, claim: Claim, facts: list[dict[str, Any]]) -> None:
        self._reach()
        self.got += facts
        if self.lost:
            self.lost -= 1
            raise Unreachable("the answer was lost")

    def end(self, claim: Claim, outcome: str, reason: str, step: int, metrics: Mapping[str, Any]) -> None:
        self._reach()
        self.ended = (outcome, reason, step, dict(metrics))

    def close(self) -> None:
        pass

    def _reach(self) -> None:
        self.hold.wait(10)
        if self.refusal is not None:
            raise self.refusal
        if self.away:
            self.away -= 1
            raise Unreachable("no answer")

    def taken(self) -> list[dict[str, Any]]:
        """What readers take: each number once."""
        return [fact["data"] for fact in {fact["seq"]: fact for fact in self.got}.values()]


def tracked(wire: Wire, capacity: int = 100, linger: float = 60.0) -> TrackedRun:
    return TrackedRun(lambda: wire, steps_total=10, capacity=capacity, linger=linger)


def until(condition: Callable[[], object]) -> None:
    ends = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.01)


class Odd:
    """Something that a loop may hand over by mistake."""

    def __float__(self) -> float:
        raise RuntimeError("odd")


def test_names_find_their_fields_and_the_rest_keeps_its_name() -> None:
    step = Step("train", 3)
    step.add({"loss": 1, "reward": 0.5, "tokens": 7.0, "lr/group": 2e-5, "reward_parts": {"exact": 0.25}, "text": "x"})
    step.add({"loss": 0.75, "grad_norm": math.nan, "odd": Odd(), "nothing": None, "big": 10**400})
    fact = step.record("r", "acme/defs")
    assert (fact.run_id, fact.phase, fact.step, fact.loss, fact.reward, fact.tokens) == ("r", "train", 3, 0.75, 0.5, 7)
    assert (json.loads(fact.reward_parts), json.loads(fact.metrics)) == ({"exact": 0.25}, {"lr/group": 2e-5})
    assert [alarm["message"] for alarm in json.loads(fact.alarms)] == ["grad_norm was nan"]
    assert sorted(step.refused) == ["big", "odd", "text"]
    assert fact.definitions_blob == "acme/defs"


def test_a_configuration_becomes_json_whatever_it_holds() -> None:
    found = plain({"rate": 1e-5, "inf": math.inf, 3: (1, {2}), "deep": {"odd": Odd}, "huge": 2**70, "nul": "a\0b"})
    assert json.loads(json.dumps(found))["3"] == [1, [2]]
    assert (found["inf"], found["huge"], found["nul"]) == ("inf", str(2**70), "ab")


def test_steps_arrive_in_order_and_once_although_answers_are_lost() -> None:
    wire = Wire(away=1, lost=2)
    run = tracked(wire)
    for step in range(1, 6):
        run.log({"loss": step})
        run.log({"reward": step / 10}, step)
    assert run.finish(metrics={"best": 0.5}, seconds=20)
    assert [(fact["step"], fact["loss"], fact["reward"]) for fact in wire.taken()] == [
        (step, float(step), step / 10) for step in range(1, 6)
    ]
    numbers = [fact["seq"] for fact in wire.got]
    assert sorted(set(numbers)) == [1, 2, 3, 4, 5] and len(numbers) > 5
    assert wire.taken()[0]["definitions_blob"] == "acme/defs" and wire.taken()[0]["steps_total"] == 10
    assert wire.ended == ("completed", "", 5, {"best": 0.5})
    assert run.id == "r1" and run.finish("failed")


def test_logging_never_waits_and_the_buffer_is_bounded(caplog: pytest.LogCaptureFixture) -> None:
    wire = Wire()
    wire.hold.clear()  # a platform that accepts the connection and never answers
    run = tracked(wire, capacity=3)
    with caplog.at_level(logging.WARNING):
        for step in range(1, 11):
            run.log({"loss": step}, step)
    assert wire.got == [] and run.dropped == 6  # the newest step is still open
    assert sum("dropped until it answers" in text for text in caplog.messages) == 1
    wire.hold.set()
    assert run.finish(seconds=20)
    assert [fact["step"] for fact in wire.taken()][:3] == [1, 2, 3]
    assert [fact["seq"] for fact in wire.got] == list(range(1, len(wire.got) + 1))


def test_steps_that_come_too_late_or_twice_are_left_out_and_counted() -> None:
    wire = Wire()
    run = tracked(wire)
    run.log({"loss": 1}, 5)
    run.log({"loss": 2}, 4)
    run.log({"loss": 3}, 6)
    run.log({"loss": 4}, 5)
    run.log({"loss": 5}, 1, phase="other")
    assert run.finish(seconds=20) and run.dropped == 2
    assert [(fact["phase"], fact["step"]) for fact in wire.taken()] == [("train", 5), ("train", 6), ("other", 1)]


def test_a_loop_that_goes_on_does_not_tell_recorded_steps_again() -> None:
    wire = Wire(recorded={"train": 3})
    run = tracked(wire)
    for step in range(2, 6):
        run.log({"loss": step}, step)
    assert run.finish(seconds=20)
    assert [(fact["seq"], fact["data"]["step"]) for fact in wire.got] == [(1, 4), (2, 5)]


def test_the_newest_step_is_told_when_it_lingers() -> None:
    wire = Wire()
    run = tracked(wire, linger=0.0)
    run.log({"loss": 1}, 1)
    until(lambda: wire.got)
    run.log({"late": 1}, 1)
    assert run.dropped == 1
    assert run.finish(seconds=20)


@pytest.mark.parametrize(("code", "stopped"), [("RUN_ENDED", True), ("LEASE_LOST", True), ("CONFLICT", False)])
def test_a_cancelled_run_tells_the_loop_and_nothing_more(code: str, stopped: bool) -> None:
    wire = Wire()
    run = tracked(wire, linger=0.0)
    run.log({"loss": 1}, 1)
    until(lambda: wire.got)
    wire.refusal = Conflict(409, code, "the run is cancelled", {})
    run.log({"loss": 1}, 2)
    until(lambda: run.sender and run.sender.done.is_set())
    run.log({"loss": 1}, 3)
    assert run.stopped is stopped and not run.finish(seconds=5)
    assert wire.ended == ()


def test_a_platform_that_stays_away_delays_the_end_by_no_more_than_was_asked() -> None:
    wire = Wire(away=10**9)
    run = tracked(wire)
    run.log({"loss": 1}, 1)
    assert not run.finish(seconds=0.2)
    assert not run.stopped and run.id == ""


def test_an_exception_in_the_loop_fails_the_run() -> None:
    wire = Wire()
    with pytest.raises(ZeroDivisionError), tracked(wire) as run:
        run.log({"loss": 1}, 1)
        raise ZeroDivisionError("oh")
    assert wire.ended == ("failed", "ZeroDivisionError: oh", 1, {})


def test_a_copy_of_the_process_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Wire()
    run = tracked(wire)
    run.log({"loss": 1}, 1)
    with monkeypatch.context() as copy:
        copy.setattr(os, "getpid", lambda: 0)  # a worker of a data loader
        run.log({"loss": 2}, 2)
        assert run.finish()
    assert wire.ended == ()
    assert run.finish(seconds=20) and [fact["step"] for fact in wire.taken()] == [1]


def test_other_ranks_tell_nobody() -> None:
    run = TrackedRun(None, steps_total=0, capacity=1, linger=0)
    run.log({"loss": 1})
    run.flush()
    assert run.finish() and run.id == "" and not run.stopped and run.dropped == 0
