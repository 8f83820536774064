"""Decisions about a deployment. What the API needs of the room is to be had from here."""

from __future__ import annotations

from studio.contract.records import (
    DeploymentPaused,
    DeploymentResumed,
    DeploymentStarted,
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

STRATEGIES = ("canary", "blue_green")


def decide(state: Deployment, command: Command) -> list[Record]:
    """The events that follow from `command`; none where it changes nothing.

    Raises:
        Refused: BAD_STRATEGY, BAD_WEIGHT, BAD_TEST, NO_MANIFEST, OTHER_MODEL, ALREADY_STABLE, TRIAL_RUNNING, NO_TRIAL,
            NOTHING_BEFORE, PAUSED.
    """
    match command:
        case StartDeployment():
            return _start(state, command)
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


def _start(state: Deployment, command: StartDeployment) -> list[Record]:
    _check(command)
    stable = state.stable
    if state.candidate is not None:
        raise Refused(
            "TRIAL_RUNNING",
            f"version {state.candidate.version} is on trial",
            "version",
            "promote it or roll it back first",
        )
    if stable is not None and stable.model != command.model:
        raise Refused(
            "OTHER_MODEL", f"{state.name} serves {stable.model}", "model", "start a deployment of another name"
        )
    baseline = (command.baseline_version, command.baseline_manifest_blob)
    if not command.baseline_version and stable is not None:
        baseline = (stable.version, stable.manifest_blob)
    if baseline[0] == command.version:
        raise Refused(
            "ALREADY_STABLE", f"{command.version} is the baseline itself", "version", "choose another version"
        )
    if baseline[0] and not baseline[1]:
        raise Refused(
            "NO_MANIFEST", "the baseline has no manifest", "baseline_manifest_blob", "name a registered version"
        )
    weight = 0.0 if command.strategy == "blue_green" else command.weight
    started = DeploymentStarted(
        name=command.name,
        model=command.model,
        version=command.version,
        manifest_blob=command.manifest_blob,
        strategy=command.strategy,
        baseline_version=baseline[0],
        baseline_manifest_blob=baseline[1],
        weight=weight if baseline[0] else 1.0,
        margin=command.margin,
        confidence=command.confidence,
        minimum_calls=command.minimum_calls,
        maximum_calls=command.maximum_calls,
        author=command.author,
    )
    if baseline[0]:
        return [started]
    return [started, Promoted(version=command.version, previous="", author=command.author)]


def _check(command: StartDeployment) -> None:
    if command.strategy not in STRATEGIES:
        raise Refused(
            "BAD_STRATEGY", f"{command.strategy!r} is unknown", "strategy", f"use one of {', '.join(STRATEGIES)}"
        )
    if not command.manifest_blob:
        raise Refused("NO_MANIFEST", "the version has no manifest", "manifest_blob", "name a registered version")
    if command.strategy == "canary" and not 0.0 < command.weight < 1.0:
        raise Refused(
            "BAD_WEIGHT", f"{command.weight} is no share of the calls", "weight", "use a number between 0 and 1"
        )
    if not (0.5 < command.confidence < 1.0 and 0.0 <= command.margin < 1.0):
        raise Refused(
            "BAD_TEST", "confidence is in (0.5, 1), margin in [0, 1)", "confidence", "0.95 and 0.05 are usual"
        )
    if not 0 < command.minimum_calls <= command.maximum_calls:
        raise Refused("BAD_TEST", "needs 0 < minimum_calls <= maximum_calls", "minimum_calls", "50 and 5000 are usual")


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
