"""What the log says about runs and datasets: a fold, kept in memory by each trainer."""

from __future__ import annotations

from dataclasses import dataclass, field

from studio.contract import Event
from studio.contract.records import (
    CheckpointSaved,
    DatasetFrozen,
    EvaluationRecorded,
    LeaseLost,
    RunCancelled,
    RunClaimed,
    RunCompleted,
    RunFailed,
    RunHeartbeat,
    RunRequested,
    StepRecorded,
)

from processors.training.decide import RUN, Run

TOPICS = ("studio.training", "studio.training.steps", "studio.datasets")
Key = tuple[str, str]  # tenant, id


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
    """

    order: tuple[int, int] = (0, 0)
    heard: float = 0.0
    checkpoints: list[tuple[str, int, str]] = field(default_factory=list)
    groups: dict[int, str] = field(default_factory=dict)
    recorded: dict[str, int] = field(default_factory=dict)
    evaluated: set[tuple[str, int]] = field(default_factory=set)

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
            case _:
                pass


@dataclass
class RunView:
    """One run as the log shows it; ``decided`` is when its last decision was received."""

    key: Key
    requested: Event
    state: Run
    version: int
    progress: Progress
    decided: float
    lease_seconds: float = 10.0

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
    """Runs and frozen datasets by key. Topics are read side by side, so facts may come before their run's request."""

    def __init__(self) -> None:
        self.runs: dict[Key, RunView] = {}
        self.progress: dict[Key, Progress] = {}
        self.datasets: dict[Key, DatasetFrozen] = {}

    def take(self, event: Event, now: float) -> None:
        """Fold one event, received at ``now``; repeats and facts of epochs that are over change nothing."""
        key = (event.tenant, event.subject)
        match event.data:
            case DatasetFrozen() as frozen:
                self.datasets[key] = frozen
            case RunRequested() as request:
                if key not in self.runs:
                    state = RUN.evolve(RUN.initial, request)
                    self.runs[key] = RunView(key, event, state, event.version, self.of(key), now)
            case RunClaimed() | LeaseLost() | RunCompleted() | RunFailed() | RunCancelled():
                self.decide(self.runs.get(key), event, now)
            case StepRecorded() | CheckpointSaved() | EvaluationRecorded() | RunHeartbeat():
                self.of(key).take(event, now)

    def of(self, key: Key) -> Progress:
        return self.progress.setdefault(key, Progress())

    def decide(self, view: RunView | None, event: Event, now: float) -> None:
        if view is None or event.version <= view.version:
            return
        view.state, view.version, view.decided = RUN.evolve(view.state, event.data), event.version, now
        if isinstance(event.data, RunClaimed):
            view.lease_seconds = event.data.lease_seconds
