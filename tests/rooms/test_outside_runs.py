"""Runs of loops outside: decided like others, left alone by trainers, and kept under one epoch by one process."""

from __future__ import annotations

import json

import pytest
from studio.contract import Event
from studio.contract.records import LeaseLost, Record, RunClaimed, RunHeartbeat, RunRequested

from processors.training.allocation import Announced, Device
from processors.training.board import Board
from processors.training.claims import Report, next_move
from processors.training.commands import AdjustRun, CancelRun, ClaimRun, CompleteRun, PauseRun, ReportLeaseLost
from processors.training.decide import RUN, Run
from processors.training.outside import ContinueOutside, StartOutside
from streams.decider import Refused

START = StartOutside("bot", "lab", 60.0, config='{"learning_rate": 1e-05}')


def after(*commands: object) -> Run:
    state: Run = RUN.initial
    for command in commands:
        state = RUN.fold(state, RUN.decide(state, command))
    return state


def code(state: Run, command: object) -> str:
    with pytest.raises(Refused) as refused:
        RUN.decide(state, command)
    return refused.value.code


def test_a_loop_starts_its_run_and_holds_it_at_once() -> None:
    requested, claimed = RUN.decide(RUN.initial, START)
    assert isinstance(requested, RunRequested) and isinstance(claimed, RunClaimed)
    assert (requested.model_name, requested.config, json.loads(requested.needs)) == (
        "bot",
        '{"learning_rate": 1e-05}',
        {"device": "outside"},
    )
    assert (claimed.trainer, claimed.epoch, claimed.lease_seconds) == ("lab", 1, 60.0)
    assert after(START).status == "claimed"
    assert code(after(START), START) == "ALREADY_REQUESTED"
    assert code(RUN.initial, StartOutside("", "lab", 60.0)) == "INVALID"


def test_a_silent_loop_goes_on_under_its_epoch_and_a_new_process_under_the_next() -> None:
    lost = after(START, ReportLeaseLost(1, "silent"))
    assert lost.status == "pending"
    assert RUN.decide(lost, ContinueOutside("lab", 60.0, 1)) == [RunClaimed(trainer="lab", epoch=1, lease_seconds=60.0)]
    assert RUN.decide(after(START), ContinueOutside("lab", 60.0, 1)) == []
    again = RUN.decide(after(START), ContinueOutside("lab", 60.0))
    assert [type(record) for record in again] == [LeaseLost, RunClaimed]
    taken = after(START, ContinueOutside("lab", 60.0))
    assert (taken.status, taken.epoch) == ("claimed", 2)
    assert code(taken, ContinueOutside("lab", 60.0, 1)) == "LEASE_LOST"
    assert code(taken, CompleteRun(1, 3, "", "")) == "LEASE_LOST"


def test_what_only_trainers_can_do_is_refused() -> None:
    lost = after(START, ReportLeaseLost(1, "silent"))
    for command in (ClaimRun("t0"), PauseRun(), AdjustRun('{"learning_rate": 1}')):
        assert code(lost, command) == "OUTSIDE"
    ended = after(START, CancelRun("enough"))
    assert code(ended, ContinueOutside("lab", 60.0, 1)) == "NOT_RUNNING"


def test_a_run_of_the_studio_is_not_taken_by_a_loop_outside() -> None:
    state = RUN.fold(RUN.initial, [RunRequested(dataset_id="d", needs='{"device": "cpu"}')])
    assert code(state, ContinueOutside("lab", 60.0)) == "NOT_OUTSIDE"


def test_no_trainer_is_given_such_a_run_but_its_silence_is_noticed() -> None:
    board = Board()
    records: list[Record] = [*RUN.decide(RUN.initial, START)]
    for version, record in enumerate(records, start=1):
        board.take(Event(data=record, tenant="t", subject="r", version=version), 0.0)
    view = board.runs["t", "r"]
    assert (view.state.outside, view.state.status) == (True, "claimed")
    board.take(Event(data=RunHeartbeat(run_id="r"), tenant="t", subject="r", epoch=1, seq=1), 50.0)
    free = Announced("t0", (Device("cpu", "cpu", 2**40, 2**40),), 500.0)

    def move(now: float) -> object:
        return next_move(board.runs.values(), [free], "t0", None, now)

    assert move(100.0) is None and move(111.0) == Report(("t", "r"), 1, "no heartbeat for 60 s")
    board.take(Event(data=LeaseLost(epoch=1), tenant="t", subject="r", version=3), 120.0)
    assert view.state.status == "pending" and move(500.0) is None
