"""What a trainer makes of the log: the board's fold and the next move."""

import json
from datetime import UTC, datetime, timedelta

from studio.contract import Event, Record
from studio.contract.records import (
    AdjustmentApplied,
    CheckpointSaved,
    DatasetFrozen,
    LeaseLost,
    RunAdjusted,
    RunCancelled,
    RunClaimed,
    RunHeartbeat,
    RunPaused,
    RunRequested,
    RunResumed,
    StepRecorded,
    TrainerAnnounced,
)

from processors.training.allocation import GRACE, SILENCE, Announced, Device
from processors.training.board import Board
from processors.training.claims import Claim, Report, next_move

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def decision(data: Record, version: int, run: str = "run-1", minute: int = 0) -> Event:
    return Event(data=data, tenant="t", subject=run, version=version, time=BEGIN + timedelta(minutes=minute))


def fact(data: Record, epoch: int, seq: int, run: str = "run-1") -> Event:
    return Event(data=data, tenant="t", subject=run, epoch=epoch, seq=seq)


def board(*events: tuple[Event, float]) -> Board:
    made = Board()
    for event, now in events:
        made.take(event, now)
    return made


REQUESTED = decision(RunRequested(dataset_id="d"), 1)
CLAIMED = decision(RunClaimed(trainer="t1", epoch=1, lease_seconds=10), 2)
KEY = ("t", "run-1")


def move(made: Board, me: str, now: float, busy: tuple[str, str] | None = None) -> object:
    """What ``me`` does next on a board that heard from ``me`` just now, and from nobody else."""
    alone = [Announced(me, (Device("cpu", "cpu", 100, 80),), now)]
    return next_move(made.runs.values(), alone, me, busy, now)


def test_the_oldest_pending_run_is_claimed_at_the_version_seen() -> None:
    later = decision(RunRequested(dataset_id="d"), 1, "run-0", minute=5)
    made = board((later, 0.0), (REQUESTED, 0.0))
    assert move(made, "t1", 1.0) == Claim(KEY, 1)
    assert move(made, "t1", 1.0, busy=("t", "run-9")) is None


def test_a_silent_holder_is_reported_after_its_lease() -> None:
    made = board((REQUESTED, 0.0), (CLAIMED, 1.0))
    assert move(made, "t2", 10.9) is None
    report = move(made, "t2", 11.1)
    assert report == Report(KEY, 1, "no heartbeat for 10 s")
    made.take(fact(RunHeartbeat(run_id="run-1"), 1, 1), 11.0)
    assert move(made, "t2", 20.0) is None
    assert isinstance(move(made, "t2", 21.1), Report)


def test_busy_or_not_silence_is_reported_but_never_ones_own_job() -> None:
    made = board((REQUESTED, 0.0), (CLAIMED, 1.0))
    assert isinstance(move(made, "t2", 60.0, busy=("t", "other")), Report)
    assert move(made, "t1", 60.0, busy=KEY) is None


def test_a_claim_of_an_earlier_life_is_given_up_sooner() -> None:
    made = board((REQUESTED, 0.0), (CLAIMED, 0.0))
    assert move(made, "t1", 4.9) is None
    assert move(made, "t1", 5.1) == Report(KEY, 1, "the trainer was restarted")


def test_a_lost_run_is_pending_again_and_a_cancelled_one_is_not() -> None:
    lost = decision(LeaseLost(epoch=1, trainer="t1"), 3)
    made = board((REQUESTED, 0.0), (CLAIMED, 1.0), (lost, 2.0))
    assert move(made, "t2", 2.0) == Claim(KEY, 3)
    made.take(decision(RunCancelled(), 4), 3.0)
    assert move(made, "t2", 3.0) is None


def test_the_board_knows_where_to_go_on() -> None:
    step = StepRecorded(run_id="run-1", phase="grpo", step=1, groups_blob="t/g1")
    made = board(
        (REQUESTED, 0.0),
        (CLAIMED, 1.0),
        (fact(CheckpointSaved(phase="warm_start", step=10, manifest_blob="t/a"), 1, 1), 2.0),
        (fact(CheckpointSaved(phase="grpo", step=0, manifest_blob="t/b"), 1, 2), 3.0),
        (fact(step, 1, 3), 4.0),
        (fact(step, 1, 3), 5.0),
    )
    view = made.runs[KEY]
    assert view.progress.checkpoints == [("warm_start", 10, "t/a"), ("grpo", 0, "t/b")]
    assert view.progress.groups == {1: "t/g1"}
    assert view.progress.recorded == {"grpo": 1}
    assert view.heard == 4.0, "a repeat is no sign of life"


def test_facts_of_an_epoch_that_is_over_are_not_taken() -> None:
    made = board((REQUESTED, 0.0), (CLAIMED, 1.0))
    made.take(decision(LeaseLost(epoch=1, trainer="t1"), 3), 2.0)
    made.take(decision(RunClaimed(trainer="t2", epoch=2), 4), 3.0)
    view = made.runs[KEY]
    made.take(fact(RunHeartbeat(), 1, 7), 4.0)
    assert view.heard == 3.0, "the former holder is no sign of life of this one"
    made.take(fact(StepRecorded(phase="grpo", step=1), 2, 1), 5.0)
    made.take(fact(StepRecorded(phase="grpo", step=9, groups_blob="t/late"), 1, 8), 6.0)
    assert (view.progress.recorded, view.progress.groups, view.heard) == ({"grpo": 1}, {}, 5.0)


def test_the_topics_may_be_read_in_any_order() -> None:
    decisions = [
        (REQUESTED, 0.0),
        (CLAIMED, 0.0),
        (decision(LeaseLost(epoch=1, trainer="t1"), 3), 0.0),
        (decision(RunClaimed(trainer="t2", epoch=2), 4), 0.0),
    ]
    facts = [
        (fact(CheckpointSaved(phase="grpo", step=0, manifest_blob="t/b"), 1, 1), 0.0),
        (fact(StepRecorded(phase="grpo", step=1, groups_blob="t/g"), 1, 2), 0.0),
        (fact(StepRecorded(phase="grpo", step=2, groups_blob="t/h"), 2, 1), 0.0),
    ]
    one, other = board(*decisions, *facts), board(*facts, *decisions)
    assert one.runs[KEY].progress == other.runs[KEY].progress
    assert one.runs[KEY].progress.groups == {1: "t/g", 2: "t/h"}


def test_repeated_decisions_change_nothing() -> None:
    made = board((REQUESTED, 0.0), (CLAIMED, 1.0), (REQUESTED, 2.0), (CLAIMED, 3.0))
    assert (made.runs[KEY].version, made.runs[KEY].state.status, made.runs[KEY].heard) == (2, "claimed", 1.0)


def test_datasets_are_known_by_tenant() -> None:
    made = board((decision(DatasetFrozen(name="a"), 1, "d"), 0.0))
    assert made.datasets[("t", "d")].name == "a"
    assert ("other", "d") not in made.datasets


def test_a_paused_run_is_left_alone_until_it_is_resumed() -> None:
    made = board((REQUESTED, 0.0), (CLAIMED, 1.0), (decision(RunPaused(), 3), 2.0))
    assert move(made, "t2", 60.0) is None
    made.take(decision(RunResumed(), 4), 60.0)
    assert move(made, "t2", 60.0) == Claim(KEY, 4)


def test_the_board_knows_changes_and_where_they_were_made() -> None:
    made = board((REQUESTED, 0.0), (CLAIMED, 1.0))
    made.take(decision(RunAdjusted(revision=1, changes='{"learning_rate": 0.1}'), 3), 2.0)
    view = made.runs[KEY]
    assert (view.changes, view.progress.changes, view.version) == ({1: {"learning_rate": 0.1}}, {}, 3)
    assert view.heard == 1.0, "a change is no sign of life of the holder"
    made.take(fact(AdjustmentApplied(revision=1, step=7), 1, 1), 3.0)
    made.take(fact(AdjustmentApplied(revision=1, step=9), 2, 1), 4.0)
    made.take(fact(AdjustmentApplied(revision=1, step=8), 1, 2), 5.0)
    assert view.progress.changes == {1: 9}, "the last holder's word counts"


def cpu(name: str, free: int, heard: float = 0.0) -> Announced:
    return Announced(name, (Device("cpu", "cpu", 1000, free),), heard)


def card(name: str, free: int) -> Announced:
    return Announced(name, (Device("cpu", "cpu", 100, 10), Device("card", "cuda", 1000, free)), 0.0)


def asked(run: str, minute: int, needs: str = "{}") -> tuple[Event, float]:
    return decision(RunRequested(dataset_id="d", needs=needs), 1, run, minute), 0.0


def moves(made: Board, trainers: list[Announced], now: float = 1.0) -> dict[str, str]:
    found = {one.name: next_move(made.runs.values(), trainers, one.name, None, now) for one in trainers}
    return {name: move.key[1] for name, move in found.items() if isinstance(move, Claim)}


def test_every_trainer_takes_another_run_and_the_tightest_fit_first() -> None:
    made = board(asked("second", 2), asked("first", 1), asked("third", 3))
    assert moves(made, [cpu("a", 500), cpu("b", 200)]) == {"b": "first", "a": "second"}
    assert moves(made, [cpu("b", 200), cpu("a", 200)]) == {"a": "first", "b": "second"}


def test_a_run_gets_what_it_needs_and_holds_up_nobody_behind_it() -> None:
    made = board(
        asked("huge", 1, '{"memory": 5000}'), asked("card", 2, '{"device": "cuda", "memory": 400}'), asked("small", 3)
    )
    assert moves(made, [cpu("a", 900)]) == {"a": "small"}
    assert moves(made, [cpu("a", 900), card("g", 500)]) == {"g": "card", "a": "small"}
    assert moves(made, [card("g", 300)]) == {"g": "small"}, "its card has too little free"
    assert moves(board(asked("only", 1, '{"device": "cpu", "memory": 50}')), [card("g", 500)]) == {}


def test_silent_and_busy_trainers_are_not_counted_on() -> None:
    made = board(asked("run", 1))
    assert moves(made, [cpu("a", 100), cpu("b", 500, heard=2.0)], now=SILENCE + 1) == {"b": "run", "a": "run"}
    assert moves(made, [cpu("a", 100), cpu("b", 500)], now=GRACE - 1) == {"a": "run"}
    held = decision(RunClaimed(trainer="a", epoch=1, lease_seconds=60), 2, "other")
    made = board(asked("run", 5), asked("other", 1), (held, 0.0))
    waiting = next_move(made.runs.values(), [cpu("a", 100), cpu("b", 500)], "b", None, 1.0)
    assert waiting == Claim(("t", "run"), 1)


def test_a_run_that_lies_is_anybodys() -> None:
    made = board(asked("run", 1))
    both = [cpu("a", 100), cpu("b", 500)]
    assert moves(made, both, now=GRACE - 0.1) == {"a": "run"}
    assert moves(made, both, now=GRACE + 0.1) == {"a": "run", "b": "run"}
    assert moves(board(asked("run", 1, '{"memory": 700}')), both, now=GRACE + 0.1) == {}


def test_a_trainer_nobody_heard_of_takes_nothing() -> None:
    made = board(asked("run", 1))
    assert next_move(made.runs.values(), [], "me", None, 60.0) is None


def test_the_board_knows_trainers_by_their_last_word() -> None:
    def told(free: int, epoch: int, seq: int, tenant: str = "t") -> Event:
        devices = json.dumps([{"name": "cpu", "kind": "cpu", "memory": 9, "free": free}])
        data = TrainerAnnounced(trainer="a", devices=devices)
        return Event(data=data, tenant=tenant, subject="a", epoch=epoch, seq=seq)

    made = board((told(1, 5, 1), 1.0), (told(2, 5, 2), 2.0), (told(1, 5, 1), 3.0), (told(9, 4, 7), 4.0))
    assert (made.trainers["a"].devices[0].free, made.trainers["a"].heard) == (2, 2.0)
    made.take(told(3, 5, 1, "other"), 5.0)
    assert (made.trainers["a"].devices[0].free, made.tenants) == (3, {"t", "other"})
    broken = Event(data=TrainerAnnounced(trainer="a", devices="[1]"), tenant="t", subject="a", epoch=6, seq=1)
    made.take(broken, 6.0)
    assert made.trainers["a"].devices == ()
