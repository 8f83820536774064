"""What the room does about each event, as a pure function of what it remembers of the deployment."""

from __future__ import annotations

from dataclasses import dataclass

from studio.contract import Event
from studio.contract.records import (
    DeploymentPaused,
    DeploymentResumed,
    DeploymentStarted,
    OutcomeWindow,
    Promoted,
    RolledBack,
    RunCompleted,
    VerdictReached,
    WeightSet,
)

from processors.deployment.controller import Trial, conclude, observe
from processors.deployment.deployment import Deployment, evolve
from processors.deployment.registry import MoveAlias, RegisterRun
from processors.deployment.routing import routing
from streams.gate import Do
from streams.outcome import NOTHING, Outcome

DECISIONS = (
    DeploymentStarted, WeightSet, VerdictReached, Promoted, RolledBack, DeploymentPaused, DeploymentResumed,
)  # fmt: skip


@dataclass(frozen=True)
class Memory:
    """What the room remembers of one deployment: its state at a version of the aggregate, and the running trial."""

    deployment: Deployment = Deployment()
    version: int = 0
    trial: Trial | None = None


def react(memory: Memory, event: Event) -> tuple[Memory, Outcome]:
    """The memory after `event`, and what follows from it."""
    match event.data:
        case RunCompleted() as run if run.model_name and run.manifest_blob:
            register = RegisterRun(
                name=run.model_name,
                run_id=event.subject,
                manifest_blob=run.manifest_blob,
                base_manifest_blob=run.base_manifest_blob,
                dataset_id=run.dataset_id,
                metrics=run.metrics,
            )
            return memory, Outcome(commands=(Do("model", run.model_name, register),))
        case OutcomeWindow() if memory.trial is not None:
            trial = observe(memory.trial, event)
            reached = conclude(trial) if trial is not None and trial != memory.trial else None
            if reached is None:
                return Memory(memory.deployment, memory.version, trial), NOTHING
            ended = Memory(memory.deployment, memory.version, None)  # one verdict per trial
            return ended, Outcome(commands=(Do("deployment", event.subject, reached),))
        case _ if isinstance(event.data, DECISIONS):
            return _follow(memory, event)
        case _:
            return memory, NOTHING


def _follow(memory: Memory, event: Event) -> tuple[Memory, Outcome]:
    state = evolve(memory.deployment, event.data)
    after = Memory(state, event.version, observe(memory.trial, event))
    table = event.caused(routing(state, event.version), step="routing")
    commands: tuple[Do, ...] = ()
    if isinstance(event.data, Promoted | RolledBack) and state.stable is not None:
        # The deployment's name is an alias of the version that it serves, in the registry.
        alias = MoveAlias(state.stable.model, event.subject, state.stable.version, event.data.author)
        commands = (Do("model", state.stable.model, alias),)
    return after, Outcome(facts=(table,), commands=commands)
