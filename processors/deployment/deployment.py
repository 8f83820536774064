"""What a deployment is: the stable version behind a name that clients call, and at most one candidate on trial."""

from __future__ import annotations

from dataclasses import dataclass, replace

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


@dataclass(frozen=True)
class Arm:
    """A model version that can take calls."""

    model: str
    version: str
    manifest_blob: str


@dataclass(frozen=True)
class Deployment:
    """stable: takes all calls that the candidate does not. history: what was stable before, oldest first.

    weight: the candidate's share of the calls. verdict: of the running trial, `stop` where it ended undecided.
    paused: the candidate gets no calls for now, and no verdict.
    """

    name: str = ""
    stable: Arm | None = None
    candidate: Arm | None = None
    strategy: str = ""
    weight: float = 0.0
    margin: float = 0.0
    confidence: float = 0.0
    minimum_calls: int = 0
    maximum_calls: int = 0
    verdict: str = ""
    history: tuple[Arm, ...] = ()
    paused: bool = False


def evolve(state: Deployment, event: Record) -> Deployment:
    match event:
        case DeploymentStarted():
            return _started(state, event)
        case WeightSet():
            return replace(state, weight=event.weight)
        case VerdictReached():
            return replace(state, verdict=event.decision)
        case DeploymentPaused():
            return replace(state, paused=True)
        case DeploymentResumed():
            return replace(state, paused=False)
        case Promoted() if state.candidate is not None:
            kept = (state.stable,) if state.stable is not None else ()
            return _settled(replace(state, stable=state.candidate, history=(*state.history, *kept)))
        case RolledBack() if state.candidate is not None:
            return _settled(state)
        case RolledBack() if state.history:
            return _settled(replace(state, stable=state.history[-1], history=state.history[:-1]))
        case _:
            return state


def _started(state: Deployment, event: DeploymentStarted) -> Deployment:
    stable, history = state.stable, state.history
    if event.baseline_version and (stable is None or stable.version != event.baseline_version):
        history = (*history, stable) if stable is not None else history
        stable = Arm(event.model, event.baseline_version, event.baseline_manifest_blob)
    return Deployment(
        name=event.name,
        stable=stable,
        candidate=Arm(event.model, event.version, event.manifest_blob),
        strategy=event.strategy,
        weight=event.weight,
        margin=event.margin,
        confidence=event.confidence,
        minimum_calls=event.minimum_calls,
        maximum_calls=event.maximum_calls,
        history=history,
    )


def _settled(state: Deployment) -> Deployment:
    return replace(state, candidate=None, weight=0.0, paused=False)
