"""Given-when-then for a deployment, and its routing table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st
from studio.contract.records import DeploymentStarted, Promoted, Record, RolledBack, VerdictReached, WeightSet

from processors.deployment.decide import (
    Command,
    Deployment,
    Promote,
    RecordVerdict,
    RollBack,
    SetWeight,
    StartDeployment,
    decide,
    evolve,
)
from processors.deployment.routing import routing
from streams.decider import Refused


def start(version: str, **more: Any) -> StartDeployment:
    return StartDeployment("answers", "qa", version, f"blob-{version}", **more)


def run(*commands: Command, state: Deployment | None = None) -> Deployment:
    state = state or Deployment()
    for command in commands:
        for event in decide(state, command):
            state = evolve(state, event)
    return state


def stable(state: Deployment) -> str:
    return state.stable.version if state.stable else ""


FIRST = start("0.1.0")
TRIAL = start("0.1.1", weight=0.25)


def test_the_first_version_becomes_stable_at_once() -> None:
    found = decide(Deployment(), FIRST)
    assert [type(event) for event in found] == [DeploymentStarted, Promoted]
    assert stable(run(FIRST)) == "0.1.0"


def test_a_second_version_goes_on_trial_against_the_stable_one() -> None:
    (found,) = decide(run(FIRST), TRIAL)
    assert isinstance(found, DeploymentStarted)
    assert (found.baseline_version, found.baseline_manifest_blob, found.weight) == ("0.1.0", "blob-0.1.0", 0.25)


def test_the_first_deployment_can_name_its_baseline() -> None:
    state = run(replace(TRIAL, baseline_version="0.1.0", baseline_manifest_blob="blob-0.1.0"))
    assert stable(state) == "0.1.0" and state.candidate is not None and state.candidate.version == "0.1.1"


def test_a_verdict_promotes_in_one_decision() -> None:
    found = decide(run(FIRST, TRIAL), RecordVerdict("0.1.1", "promote", "better"))
    assert [type(event) for event in found] == [VerdictReached, Promoted]
    assert stable(run(FIRST, TRIAL, RecordVerdict("0.1.1", "promote"))) == "0.1.1"


def test_a_verdict_rolls_back_in_one_decision() -> None:
    state = run(FIRST, TRIAL, RecordVerdict("0.1.1", "rollback", "worse"))
    assert stable(state) == "0.1.0" and state.candidate is None


@pytest.mark.parametrize("decision", ["promote", "rollback", "stop"])
def test_a_late_verdict_changes_nothing(decision: str) -> None:
    assert decide(run(FIRST, TRIAL, Promote()), RecordVerdict("0.1.1", decision)) == []
    assert decide(run(FIRST, TRIAL), RecordVerdict("0.0.9", decision)) == []


def test_a_stopped_trial_keeps_its_traffic_and_waits_for_a_person() -> None:
    state = run(FIRST, TRIAL, RecordVerdict("0.1.1", "stop"))
    assert state.candidate is not None and state.weight == 0.25
    assert decide(state, RecordVerdict("0.1.1", "promote")) == []
    assert stable(run(Promote("ann"), state=state)) == "0.1.1"


def test_one_click_rollback_of_a_trial_and_after_a_promotion() -> None:
    assert decide(run(FIRST, TRIAL), RollBack("felt wrong", "ann")) == [
        RolledBack(version="0.1.1", to="0.1.0", reason="felt wrong", author="ann")
    ]
    promoted = run(FIRST, TRIAL, Promote())
    assert decide(promoted, RollBack("complaints", "ann")) == [
        RolledBack(version="0.1.1", to="0.1.0", reason="complaints", author="ann")
    ]
    assert stable(run(RollBack(), state=promoted)) == "0.1.0"


def test_rolling_back_twice_goes_two_versions_back() -> None:
    state = run(FIRST, start("0.1.1"), Promote(), start("0.1.2"), Promote())
    assert stable(run(RollBack(), state=state)) == "0.1.1"
    assert stable(run(RollBack(), RollBack(), state=state)) == "0.1.0"


def test_blue_green_keeps_all_traffic_on_blue_until_the_switch() -> None:
    green = start("0.1.1", strategy="blue_green", weight=0.5)
    state = run(FIRST, green)
    assert [(t.version, t.weight) for t in routing(state, 2).targets] == [("0.1.1", 0.0), ("0.1.0", 1.0)]
    assert [(t.version, t.weight) for t in routing(run(Promote(), state=state), 3).targets] == [("0.1.1", 1.0)]
    with pytest.raises(Refused, match="share"):
        decide(state, SetWeight(0.5))


def test_a_weight_is_set_once() -> None:
    state = run(FIRST, TRIAL)
    assert decide(state, SetWeight(0.5, "ann")) == [WeightSet(version="0.1.1", weight=0.5, author="ann")]
    assert decide(state, SetWeight(0.25)) == []


@pytest.mark.parametrize(
    ("given", "command", "code"),
    [
        ((), Promote(), "NO_TRIAL"),
        ((), SetWeight(0.5), "NO_TRIAL"),
        ((), RollBack(), "NOTHING_BEFORE"),
        ((FIRST,), RollBack(), "NOTHING_BEFORE"),
        ((FIRST, TRIAL), start("0.1.2"), "TRIAL_RUNNING"),
        ((FIRST,), start("0.1.0"), "ALREADY_STABLE"),
        ((FIRST,), replace(TRIAL, model="other"), "OTHER_MODEL"),
        ((FIRST,), replace(TRIAL, strategy="yolo"), "BAD_STRATEGY"),
        ((FIRST,), replace(TRIAL, weight=1.5), "BAD_WEIGHT"),
        ((FIRST,), replace(TRIAL, manifest_blob=""), "NO_MANIFEST"),
        ((), replace(TRIAL, baseline_version="0.1.0"), "NO_MANIFEST"),
        ((FIRST,), replace(TRIAL, confidence=1.0), "BAD_TEST"),
        ((FIRST,), replace(TRIAL, minimum_calls=10, maximum_calls=5), "BAD_TEST"),
        ((FIRST, TRIAL), SetWeight(0.0), "BAD_WEIGHT"),
    ],
)
def test_refusals_name_the_way_out(given: tuple[Command, ...], command: Command, code: str) -> None:
    with pytest.raises(Refused) as refused:
        decide(run(*given), command)
    assert refused.value.code == code and refused.value.remedy


MOVES = st.one_of(
    st.sampled_from(["0.1.0", "0.1.1", "0.1.2", "0.1.3"]).map(start),
    st.floats(-0.5, 1.5).map(SetWeight),
    st.builds(RecordVerdict, st.sampled_from(["0.1.1", "0.1.2"]), st.sampled_from(["promote", "rollback", "stop"])),
    st.just(Promote()),
    st.just(RollBack()),
)


@forall(st.lists(MOVES, max_size=25))
def test_whatever_is_commanded_the_table_is_sound(commands: list[Command]) -> None:
    state, log = Deployment(), list[Record]()
    for command in commands:
        try:
            found = decide(state, command)
        except Refused:
            continue
        log += found
        for event in found:
            state = evolve(state, event)
        targets = routing(state, len(log)).targets
        assert not log or sum(target.weight for target in targets) == pytest.approx(1.0)
        assert all(0.0 <= target.weight <= 1.0 and target.manifest_blob for target in targets)
        assert len({target.version for target in targets}) == len(targets)
    again = Deployment()
    for event in log:
        again = evolve(again, event)
    assert again == state
