"""What a trainer makes of the log: the board's fold and the next move."""

from datetime import UTC, datetime, timedelta

from studio.contract import Event, Record
from studio.contract.records import (
    CheckpointSaved,
    DatasetFrozen,
    LeaseLost,
    RunCancelled,
    RunClaimed,
    RunHeartbeat,
    RunRequested,
    StepRecorded,
)

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
    return next_move(made.runs.values(), me, busy, now)


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
