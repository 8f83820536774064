"""What the log says about runs, datasets and trainers: a fold, kept in memory by each trainer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from studio.contract import Event
from studio.contract.records import (
    AdjustmentApplied,
    CheckpointSaved,
    DatasetFrozen,
    EvaluationRecorded,
    LeaseLost,
    RunAdjusted,
    RunCancelled,
    RunClaimed,
    RunCompleted,
    RunFailed,
    RunHeartbeat,
    RunPaused,
    RunRequested,
    RunResumed,
    StepRecorded,
    TrainerAnnounced,
)

from processors.training.allocation import Announced, announced_of, needs_of
from processors.training.decide import RUN, Run

TOPICS = ("studio.training", "studio.training.steps", "studio.datasets")
Key = tuple[str, str]  # tenant, id
Changes = Mapping[str, float]


@dataclass
class Progress:
    """What the facts of one run say.

    Attributes:
        order: (epoch, seq) of the last fact taken; facts of older epochs are not.
        heard: when that was, seconds on the reader's own monotonic clock.
        checkpoints: (phase, step, manifest blob), oldest first.
        groups: blob of the rollout groups by grpo step.
        recorded: last recorded step by phase.
        evaluated: (phase, step) of the evaluations that are recorded.
        changes: by revision, the first step under a change of settings.
    """

    order: tuple[int, int] = (0, 0)
    heard: float = 0.0
    checkpoints: list[tuple[str, int, str]] = field(default_factory=list)
    groups: dict[int, str] = field(default_factory=dict)
    recorded: dict[str, int] = field(default_factory=dict)
    evaluated: set[tuple[str, int]] = field(default_factory=set)
    changes: dict[int, int] = field(default_factory=dict)

    def take(self, event: Event, now: float) -> None:
        if event.order <= self.order:
            return
        self.order, self.heard = event.order, now
        match event.data:
            case StepRecorded() as step:
                self.recorded[step.phase] = max(self.recorded.get(step.phase, 0), step.step)
                if step.groups_blob:
                    self.groups[step.step] = step.groups_blob
            case EvaluationRecorded() as evaluation:
                self.evaluated.add((evaluation.phase, evaluation.step))
            case CheckpointSaved() as saved:
                self.checkpoints.append((saved.phase, saved.step, saved.manifest_blob))
            case AdjustmentApplied() as applied:
                self.changes[applied.revision] = applied.step
            case _:
                pass


@dataclass
class RunView:
    """One run as the log shows it.

    Attributes:
        decided: when its last decision about who works on it was received.
        changes: of its settings, by revision.
        trained: manifest of the trained model, once there is one.
    """

    key: Key
    requested: Event
    state: Run
    version: int
    progress: Progress
    decided: float
    lease_seconds: float = 10.0
    changes: dict[int, Changes] = field(default_factory=dict)
    trained: str = ""

    def __post_init__(self) -> None:
        self.needs = needs_of(self.request.needs)

    @property
    def request(self) -> RunRequested:
        assert isinstance(self.requested.data, RunRequested)
        return self.requested.data

    @property
    def heard(self) -> float:
        """Last sign of life of the holder: its claim, or a fact under it."""
        alive = self.progress.heard if self.progress.order[0] >= self.state.epoch else 0.0
        return max(self.decided, alive)


class Board:
    """Runs, frozen datasets and trainers. Topics are read side by side, so facts may come before their run's request.

    ``tenants`` are all that were ever heard of; ``trainers`` by name, as they announced themselves last.
    """

    def __init__(self) -> None:
        self.runs: dict[Key, RunView] = {}
        self.progress: dict[Key, Progress] = {}
        self.datasets: dict[Key, DatasetFrozen] = {}
        self.trainers: dict[str, Announced] = {}
        self.tenants: set[str] = set()

    def take(self, event: Event, now: float) -> None:
        """Fold one event, received at ``now``; repeats and facts of epochs that are over change nothing."""
        key = (event.tenant, event.subject)
        self.tenants.add(event.tenant)
        match event.data:
            case DatasetFrozen() as frozen:
                self.datasets[key] = frozen
            case RunRequested() as request:
                if key not in self.runs:
                    state = RUN.evolve(RUN.initial, request)
                    self.runs[key] = RunView(key, event, state, event.version, self.of(key), now)
            case (
                RunClaimed()
                | LeaseLost()
                | RunPaused()
                | RunResumed()
                | RunAdjusted()
                | RunCompleted()
                | RunFailed()
                | RunCancelled()
            ):
                self.decide(self.runs.get(key), event, now)
            case StepRecorded() | CheckpointSaved() | EvaluationRecorded() | AdjustmentApplied() | RunHeartbeat():
                self.of(key).take(event, now)
            case TrainerAnnounced() as announced:
                known = self.trainers.get(announced.trainer)
                if known is None or event.order > known.order or event.tenant != known.tenant:
                    self.trainers[announced.trainer] = announced_of(announced, event, now)

    def of(self, key: Key) -> Progress:
        return self.progress.setdefault(key, Progress())

    def decide(self, view: RunView | None, event: Event, now: float) -> None:
        if view is None or event.version <= view.version:
            return
        view.state, view.version = RUN.evolve(view.state, event.data), event.version
        match event.data:
            case RunAdjusted() as adjusted:
                view.changes[adjusted.revision] = json.loads(adjusted.changes)
                return  # no sign of life of who works on it
            case RunClaimed() as claimed:
                view.lease_seconds = claimed.lease_seconds
            case RunCompleted() as completed:
                view.trained = completed.manifest_blob
            case _:
                pass
        view.decided = now
