"""Given-when-then for runs."""

import json
from dataclasses import asdict, replace
from typing import Any

import pytest
from studio.contract.records import (
    LeaseLost,
    RunAdjusted,
    RunCancelled,
    RunClaimed,
    RunCompleted,
    RunFailed,
    RunPaused,
    RunRequested,
    RunResumed,
)

from processors.training.decide import (
    MOST_CLAIMS,
    RUN,
    AdjustRun,
    CancelRun,
    ClaimRun,
    CompleteRun,
    FailRun,
    PauseRun,
    ReportLeaseLost,
    RequestRun,
    ResumeRun,
    Run,
)
from streams.decider import Refused

REQUEST = RequestRun("dataset-1", "small", '{"seed": 3}', "helper", "ann")
REQUESTED = RunRequested(**asdict(REQUEST))
CLAIMED = RunClaimed(trainer="t1", epoch=1, lease_seconds=10.0)
LOST = LeaseLost(epoch=1, trainer="t1", reason="silent")
COMPLETE = CompleteRun(1, 200, "t/m", "t/b", "{}")
COMPLETED = RunCompleted(
    epoch=1, step=200, manifest_blob="t/m", base_manifest_blob="t/b", metrics="{}", dataset_id="dataset-1",
    model_name="helper",
)  # fmt: skip
FAIL = FailRun(1, "MODEL_NOT_FOUND", "no model", "base_model", "use small")
FAILED = RunFailed(epoch=1, code="MODEL_NOT_FOUND", reason="no model", field="base_model", remedy="use small")
CANCELLED = RunCancelled(reason="enough", author="ann")
PAUSE, PAUSED = PauseRun("lunch", "ann"), RunPaused(reason="lunch", author="ann")
RESUMED = RunResumed(author="bob")


def when(given: list[Any], command: Any) -> list[Any]:
    state = RUN.fold(RUN.initial, given)
    return list(RUN.decide(RUN.load(RUN.dump(state)), command))


def refusal(given: list[Any], command: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        when(given, command)
    return refused.value


def test_the_way_of_a_run() -> None:
    assert when([], REQUEST) == [REQUESTED]
    assert when([REQUESTED], ClaimRun("t1")) == [CLAIMED]
    assert when([REQUESTED, CLAIMED], COMPLETE) == [COMPLETED]
    assert when([REQUESTED, CLAIMED], FAIL) == [FAILED]


def test_one_trainer_wins() -> None:
    assert refusal([REQUESTED, CLAIMED], ClaimRun("t2")).code == "NOT_PENDING"


def test_a_lost_lease_is_claimed_again_under_a_higher_epoch() -> None:
    assert when([REQUESTED, CLAIMED], ReportLeaseLost(1, "silent")) == [LOST]
    again = RunClaimed(trainer="t2", epoch=2, lease_seconds=5.0)
    assert when([REQUESTED, CLAIMED, LOST], ClaimRun("t2", 5.0)) == [again]
    # The second report of the same silence changes nothing.
    assert when([REQUESTED, CLAIMED, LOST], ReportLeaseLost(1)) == []
    assert when([REQUESTED, CLAIMED, LOST, again], ReportLeaseLost(1)) == []


def test_the_former_holder_cannot_end_the_run() -> None:
    given = [REQUESTED, CLAIMED, LOST, replace(CLAIMED, trainer="t2", epoch=2)]
    assert refusal(given, COMPLETE).code == "LEASE_LOST"
    assert refusal(given, FAIL).code == "LEASE_LOST"
    assert refusal([REQUESTED, CLAIMED, LOST], COMPLETE).code == "LEASE_LOST"
    assert when(given, replace(COMPLETE, epoch=2)) == [replace(COMPLETED, epoch=2)]


def test_a_run_that_kills_its_trainers_is_given_up() -> None:
    given = [REQUESTED, replace(CLAIMED, epoch=MOST_CLAIMS)]
    lost, failed = when(given, ReportLeaseLost(MOST_CLAIMS, "signal 9"))
    assert isinstance(lost, LeaseLost)
    assert isinstance(failed, RunFailed)
    assert (failed.code, "signal 9" in failed.reason) == ("TRAINER_LOST", True)


@pytest.mark.parametrize("given", [[REQUESTED], [REQUESTED, CLAIMED], [REQUESTED, CLAIMED, LOST]])
def test_it_is_cancelled_while_it_is_open(given: list[Any]) -> None:
    assert when(given, CancelRun("enough", "ann")) == [CANCELLED]
    assert when([*given, CANCELLED], CancelRun("again", "bob")) == []
    assert when([*given, CANCELLED], ReportLeaseLost(1)) == []
    assert refusal([*given, CANCELLED], ClaimRun("t1")).code == "NOT_PENDING"
    assert refusal([*given, CANCELLED], COMPLETE).code == "LEASE_LOST"


@pytest.mark.parametrize("end", [COMPLETED, FAILED])
def test_a_cancel_that_is_late_is_refused(end: Any) -> None:
    assert refusal([REQUESTED, CLAIMED, end], CancelRun()).code == "NOT_RUNNING"


def test_what_is_not_there_is_not_found() -> None:
    for command in (ClaimRun("t"), ReportLeaseLost(1), COMPLETE, FAIL, CancelRun()):
        assert refusal([], command).code == "NOT_FOUND"
    assert refusal([REQUESTED], REQUEST).code == "ALREADY_REQUESTED"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"dataset_id": ""}, "dataset_id"),
        ({"base_model": " "}, "base_model"),
        ({"model_name": ""}, "model_name"),
        ({"config": "{"}, "config.config"),
        ({"config": '{"grpo": {"stepz": 1}}'}, "config.grpo.stepz"),
        ({"parent_step": 3}, "parent_step"),
        ({"parent_run": "r", "parent_step": -1}, "parent_step"),
        ({"parent_run": "r", "parent_step": 7, "config": '{"grpo": {"steps": 7}}'}, "config.grpo.steps"),
        ({"needs": "["}, "needs"),
        ({"needs": '{"device": "tpu"}'}, "needs.device"),
        ({"needs": '{"memory": -1}'}, "needs.memory"),
        ({"needs": '{"memory": true}'}, "needs.memory"),
        ({"needs": '{"cores": 2}'}, "needs.cores"),
        ({"labels": "[]"}, "labels"),
        ({"labels": '{"trial": 3}'}, "labels.trial"),
    ],
)
def test_a_bad_request_names_the_field(change: dict[str, Any], field: str) -> None:
    refused = refusal([], replace(REQUEST, **change))
    assert (refused.code, refused.field) == ("INVALID", field)


@pytest.mark.parametrize(
    ("config", "needs", "device"),
    [("{}", "{}", None), ('{"grpo": {"device": "cuda"}}', "{}", "cuda"), ("{}", '{"device": "cuda"}', "cuda")],
)
def test_a_run_computes_on_what_it_needs(config: str, needs: str, device: str | None) -> None:
    (made,) = when([], replace(REQUEST, config=config, needs=needs))
    assert json.loads(made.needs).get("device") == device
    assert json.loads(made.config).get("grpo", {}).get("device") == device


def test_a_run_cannot_need_one_device_and_compute_on_another() -> None:
    refused = refusal([], replace(REQUEST, config='{"grpo": {"device": "cuda"}}', needs='{"device": "cpu"}'))
    assert (refused.code, refused.field) == ("INVALID", "needs.device")


def test_a_fork_says_where_it_goes_on_and_what_it_needs() -> None:
    fork = replace(
        REQUEST, parent_run="run-0", parent_step=7, needs='{"memory": 5, "device": "cpu"}', labels='{"trial": "3"}'
    )
    expected = replace(
        REQUESTED, parent_run="run-0", parent_step=7, needs='{"device": "cpu", "memory": 5}', labels='{"trial": "3"}'
    )
    assert when([], fork) == [expected]


@pytest.mark.parametrize("given", [[REQUESTED], [REQUESTED, CLAIMED], [REQUESTED, CLAIMED, LOST]])
def test_a_paused_run_is_nobodys_until_it_is_resumed(given: list[Any]) -> None:
    assert when(given, PAUSE) == [PAUSED]
    paused = [*given, PAUSED]
    assert when(paused, PauseRun("again", "bob")) == []
    assert refusal(paused, ClaimRun("t2")).code == "NOT_PENDING"
    assert when(paused, ReportLeaseLost(1, "silent")) == []
    assert refusal(paused, COMPLETE).code == "LEASE_LOST"
    assert when(paused, CancelRun("enough", "ann")) == [CANCELLED]
    assert when(paused, ResumeRun("bob")) == [RESUMED]
    resumed = [*paused, RESUMED]
    assert when(resumed, ResumeRun("eve")) == []
    (claimed,) = when(resumed, ClaimRun("t2"))
    assert claimed.epoch == 1 + (CLAIMED in given)
    assert when([*resumed, claimed], ReportLeaseLost(claimed.epoch - 1)) == []


def test_what_runs_is_not_resumed() -> None:
    assert when([REQUESTED, CLAIMED], ResumeRun()) == []


def test_claims_before_a_pause_do_not_count_against_a_run() -> None:
    given = [REQUESTED, replace(CLAIMED, epoch=MOST_CLAIMS), PAUSED, RESUMED, replace(CLAIMED, epoch=MOST_CLAIMS + 1)]
    assert len(when(given, ReportLeaseLost(MOST_CLAIMS + 1))) == 1
    given.append(replace(CLAIMED, epoch=2 * MOST_CLAIMS))
    assert len(when(given, ReportLeaseLost(2 * MOST_CLAIMS))) == 2


def test_changes_are_numbered_and_kept() -> None:
    first = AdjustRun('{"learning_rate": 1}', "too slow", "ann")
    changed = RunAdjusted(revision=1, changes='{"learning_rate": 1.0}', reason="too slow", author="ann")
    for given in ([REQUESTED], [REQUESTED, CLAIMED], [REQUESTED, CLAIMED, PAUSED]):
        assert when(given, first) == [changed]
    second = AdjustRun('{"kl_target": 0.1, "kl_coefficient": 0.02}')
    (again,) = when([REQUESTED, changed], second)
    assert (again.revision, again.changes) == (2, '{"kl_coefficient": 0.02, "kl_target": 0.1}')
    state: Run = RUN.fold(RUN.initial, [REQUESTED, changed, again])
    assert state.config == '{"grpo": {"kl_coefficient": 0.02, "kl_target": 0.1, "learning_rate": 1.0}, "seed": 3}'
    assert when([REQUESTED, changed, again], AdjustRun('{"kl_target": 0.2}'))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ("nonsense", "changes"),
        ("[]", "changes"),
        ("{}", "changes"),
        ('{"steps": 9}', "changes.steps"),
        ('{"learning_rate": 0}', "changes.learning_rate"),
        ('{"learning_rate": "fast"}', "changes.learning_rate"),
        ('{"learning_rate": NaN}', "changes.learning_rate"),
        ('{"learning_rate": true}', "changes.learning_rate"),
        ('{"kl_coefficient": -1}', "changes.kl_coefficient"),
        ('{"kl_target": 0.1}', "changes.kl_target"),  # with a penalty of 0
    ],
)
def test_a_change_that_cannot_be_names_the_field(changes: str, field: str) -> None:
    refused = refusal([REQUESTED, CLAIMED], AdjustRun(changes))
    assert (refused.code, refused.field) == ("INVALID", field)


@pytest.mark.parametrize("command", [PAUSE, ResumeRun(), AdjustRun('{"learning_rate": 1}')])
@pytest.mark.parametrize("end", [COMPLETED, FAILED, CANCELLED])
def test_an_ended_run_is_left_alone(command: Any, end: Any) -> None:
    assert refusal([REQUESTED, CLAIMED, end], command).code == "NOT_RUNNING"
    assert refusal([], command).code == "NOT_FOUND"
