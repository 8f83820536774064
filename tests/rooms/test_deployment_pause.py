"""Pausing a trial: nothing goes to the candidate, nobody judges it, and it goes on where it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from studio.contract import Event, Record
from studio.contract.records import (
    DeploymentPaused,
    DeploymentResumed,
    DeploymentStarted,
    OutcomeWindow,
    RoutingTable,
)

from processors.deployment.controller import Trial, conclude, observe
from processors.deployment.decide import (
    Deployment,
    Pause,
    Promote,
    RecordVerdict,
    Resume,
    RollBack,
    SetWeight,
    StartDeployment,
    decide,
    evolve,
)
from processors.deployment.policy import Memory, react
from processors.deployment.routing import routing
from streams.decider import Refused

T0 = 1_700_000_000.0
STABLE = StartDeployment("answers", "qa", "0.1.0", "a")
TRIAL = StartDeployment("answers", "qa", "0.1.1", "b", weight=0.25)
STARTED = DeploymentStarted(
    name="answers", model="qa", version="0.1.1", manifest_blob="b", baseline_version="0.1.0",
    baseline_manifest_blob="a", weight=0.25, margin=0.05, confidence=0.95, minimum_calls=30, maximum_calls=1000,
)  # fmt: skip


def run(*commands: object) -> Deployment:
    state = Deployment()
    for command in commands:
        for event in decide(state, command):  # type: ignore[arg-type]
            state = evolve(state, event)
    return state


def shares(table: RoutingTable) -> dict[str, float]:
    return {target.version: target.weight for target in table.targets}


def test_a_paused_candidate_gets_no_calls_and_its_share_back() -> None:
    paused = run(STABLE, TRIAL, Pause("release day", "ann"))
    assert paused.paused and shares(routing(paused, 4)) == {"0.1.1": 0.0, "0.1.0": 1.0}
    (resumed,) = decide(paused, Resume("", "ann"))
    assert resumed == DeploymentResumed(version="0.1.1", weight=0.25, author="ann")
    assert shares(routing(evolve(paused, resumed), 5)) == {"0.1.1": 0.25, "0.1.0": 0.75}


def test_a_second_pause_changes_nothing() -> None:
    paused = run(STABLE, TRIAL, Pause())
    assert decide(paused, Pause()) == [] and decide(run(STABLE, TRIAL), Resume()) == []


def test_nobody_judges_a_paused_trial_but_a_person_may_end_it() -> None:
    paused = run(STABLE, TRIAL, Pause())
    assert decide(paused, RecordVerdict("0.1.1", "promote")) == []
    assert decide(paused, RecordVerdict("0.1.1", "rollback")) == []
    for command in (Promote("ann"), RollBack("", "ann")):
        (event,) = decide(paused, command)
        assert not evolve(paused, event).paused
    assert not run(STABLE, TRIAL, Pause(), Promote(), replace(TRIAL, version="0.1.2")).paused


@pytest.mark.parametrize(
    ("commands", "asked", "code"),
    [
        ((STABLE,), Pause(), "NO_TRIAL"),
        ((STABLE,), Resume(), "NO_TRIAL"),
        ((STABLE, TRIAL, Pause()), SetWeight(0.5), "PAUSED"),
    ],
)
def test_what_a_pause_does_not_allow(commands: tuple[object, ...], asked: object, code: str) -> None:
    with pytest.raises(Refused) as refused:
        decide(run(*commands), asked)  # type: ignore[arg-type]
    assert refused.value.code == code


def at(second: float, data: Record, version: int = 0) -> Event:
    return Event(
        data=data, tenant="t", subject="answers", time=datetime.fromtimestamp(T0 + second, UTC), version=version
    )


def window(role: str, start: float, outcomes: int, score_sum: float) -> Event:
    version = {"canary": "0.1.1", "baseline": "0.1.0"}[role]
    data = OutcomeWindow(
        deployment="answers", version=version, role=role, start=T0 + start, seconds=2.0, calls=outcomes,
        outcomes=outcomes, score_sum=score_sum,
    )  # fmt: skip
    return at(start + 2, data)


def test_late_outcomes_count_and_what_the_baseline_did_alone_does_not() -> None:
    trial: Trial | None = None
    for event in (
        at(0, STARTED), window("canary", 2, 200, 180.0), at(5, DeploymentPaused()), window("baseline", 2, 200, 90.0),
        window("baseline", 6, 500, 0.0), window("canary", 2, 210, 190.0),
    ):  # fmt: skip
        trial = observe(trial, event)
    assert trial is not None and conclude(trial) is None
    assert (trial.total("canary").outcomes, trial.total("baseline").outcomes) == (210, 200)
    trial = observe(trial, at(9, DeploymentResumed()))
    trial = observe(trial, window("baseline", 8, 700, 0.0))
    assert trial is not None and trial.total("baseline").outcomes == 200
    trial = observe(trial, window("baseline", 10, 5, 2.0))
    assert trial is not None and trial.total("baseline").outcomes == 205
    reached = conclude(trial)
    assert reached is not None and reached.decision == "promote"


def test_the_room_keeps_silent_in_a_pause_and_goes_on_after_it() -> None:
    memory = Memory()
    for event in (at(0, STARTED, 1), at(1, DeploymentPaused(version="0.1.1"), 2)):
        memory, outcome = react(memory, event)
    (fact,) = outcome.facts
    assert isinstance(fact.data, RoutingTable) and shares(fact.data) == {"0.1.1": 0.0, "0.1.0": 1.0}
    for event in (window("canary", 0, 200, 180.0), window("baseline", 0, 200, 90.0)):
        memory, outcome = react(memory, event)
        assert outcome.commands == ()
    memory, _ = react(memory, at(4, DeploymentResumed(version="0.1.1", weight=0.25), 3))
    memory, outcome = react(memory, window("canary", 6, 10, 9.0))
    assert [do.command.decision for do in outcome.commands] == ["promote"]
