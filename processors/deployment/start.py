"""What a start of a deployment leads to: a version serves at once, or goes on trial against the stable one."""

from __future__ import annotations

from studio.contract.records import DeploymentStarted, Promoted, Record

from processors.deployment.commands import StartDeployment
from processors.deployment.deployment import Deployment
from streams.decider import Refused

STRATEGIES = ("canary", "blue_green")


def start(state: Deployment, command: StartDeployment) -> list[Record]:
    """The events of a start; the first version of a deployment is promoted with it.

    Raises:
        Refused: BAD_STRATEGY, BAD_WEIGHT, BAD_TEST, NO_MANIFEST, OTHER_MODEL, ALREADY_STABLE, TRIAL_RUNNING.
    """
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
