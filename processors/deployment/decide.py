"""Decisions about a deployment. What the API needs of the room is to be had from here."""

from __future__ import annotations

from studio.contract.records import (
    DeploymentPaused,
    DeploymentResumed,
    Promoted,
    Record,
    RolledBack,
    VerdictReached,
    WeightSet,
)

from processors.deployment.canary import Counts, verdict
from processors.deployment.commands import (
    Command,
    Pause,
    Promote,
    RecordVerdict,
    Resume,
    RollBack,
    SetWeight,
    StartDeployment,
)
from processors.deployment.deployment import Deployment, evolve
from processors.deployment.registry import MODEL, MoveAlias, RegisterModel, RollBackAlias
from processors.deployment.start import start
from streams.decider import Decider, Refused

__all__ = [
    "DEPLOYMENT",
    "MODEL",
    "Counts",
    "Deployment",
    "MoveAlias",
    "Pause",
    "Promote",
    "RecordVerdict",
    "RegisterModel",
    "Resume",
    "RollBack",
    "RollBackAlias",
    "SetWeight",
    "StartDeployment",
    "decide",
    "evolve",
    "verdict",
]


def decide(state: Deployment, command: Command) -> list[Record]:
    """The events that follow from `command`; none where it changes nothing.

    Raises:
        Refused: BAD_STRATEGY, BAD_WEIGHT, BAD_TEST, NO_MANIFEST, OTHER_MODEL, ALREADY_STABLE, TRIAL_RUNNING, NO_TRIAL,
            NOTHING_BEFORE, PAUSED.
    """
    match command:
        case StartDeployment():
            return start(state, command)
        case SetWeight():
            return _set_weight(state, command)
        case RecordVerdict():
            return _record(state, command)
        case Promote():
            _on_trial(state)
            return [_promoted(state, command.author)]
        case RollBack():
            return [_rolled_back(state, command.reason, command.author)]
        case Pause():
            version = _on_trial(state)
            paused = DeploymentPaused(version=version, reason=command.reason, author=command.author)
            return [] if state.paused else [paused]
        case Resume():
            version, weight = _on_trial(state), state.weight
            resumed = DeploymentResumed(version=version, weight=weight, reason=command.reason, author=command.author)
            return [resumed] if state.paused else []


def _on_trial(state: Deployment) -> str:
    if state.candidate is None:
        raise Refused("NO_TRIAL", f"{state.name or 'the deployment'} has no version on trial", remedy="start one")
    return state.candidate.version


def _set_weight(state: Deployment, command: SetWeight) -> list[Record]:
    version = _on_trial(state)
    if state.paused:
        raise Refused("PAUSED", f"the trial of {version} is paused", remedy="resume it first")
    if state.strategy == "blue_green" or not 0.0 < command.weight < 1.0:
        raise Refused(
            "BAD_WEIGHT", f"{command.weight} is no share for {state.strategy}", "weight",
            "promote a blue-green version; use a number between 0 and 1 for a canary",
        )  # fmt: skip
    if command.weight == state.weight:
        return []
    return [WeightSet(version=version, weight=command.weight, author=command.author)]


def _record(state: Deployment, command: RecordVerdict) -> list[Record]:
    late = state.candidate is None or state.candidate.version != command.version or state.verdict == "stop"
    if late or state.paused or command.decision not in ("promote", "rollback", "stop"):
        return []
    reached = VerdictReached(
        version=command.version,
        decision=command.decision,
        reason=command.reason,
        canary_rate=command.canary_rate,
        canary_low=command.canary_low,
        canary_high=command.canary_high,
        baseline_rate=command.baseline_rate,
        baseline_low=command.baseline_low,
        baseline_high=command.baseline_high,
        canary_calls=command.canary_calls,
        baseline_calls=command.baseline_calls,
    )
    if command.decision == "promote":
        return [reached, _promoted(state, "verdict")]
    if command.decision == "rollback":
        return [reached, _rolled_back(state, command.reason, "verdict")]
    return [reached]


def _promoted(state: Deployment, author: str) -> Promoted:
    assert state.candidate is not None
    return Promoted(
        version=state.candidate.version, previous=state.stable.version if state.stable else "", author=author
    )


def _rolled_back(state: Deployment, reason: str, author: str) -> RolledBack:
    if state.candidate is not None and state.stable is not None:
        return RolledBack(version=state.candidate.version, to=state.stable.version, reason=reason, author=author)
    if state.stable is None or not state.history:
        raise Refused(
            "NOTHING_BEFORE", f"{state.name or 'the deployment'} has no earlier version", remedy="start another one"
        )
    return RolledBack(version=state.stable.version, to=state.history[-1].version, reason=reason, author=author)


DEPLOYMENT = Decider("deployment", "studio.deployments", Deployment(), decide, evolve)
