"""What the log says about runs and datasets: a fold, kept in memory by each trainer."""

from __future__ import annotations

from dataclasses import dataclass, field

from studio.contract import Event
from studio.contract.records import (
    CheckpointSaved,
    DatasetFrozen,
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
DECISIONS = (RunRequested, RunClaimed, LeaseLost, RunCompleted, RunFailed, RunCancelled)
Key = tuple[str, str]  # tenant, id


@dataclass
class RunView:
    """One run as the log shows it.

    Attributes:
        heard: when its holder was last heard of, seconds on the reader's own monotonic clock.
        checkpoints: (phase, step, manifest blob), oldest first.
        groups: blob of the rollout groups by grpo step.
        recorded: last recorded step by phase.
        order: (epoch, seq) of the last fact taken; facts of older epochs are not.
    """

    key: Key
    requested: Event
    state: Run
    version: int
    lease_seconds: float = 10.0
    heard: float = 0.0
    checkpoints: list[tuple[str, int, str]] = field(default_factory=list)
    groups: dict[int, str] = field(default_factory=dict)
    recorded: dict[str, int] = field(default_factory=dict)
    order: tuple[int, int] = (0, 0)

    @property
    def request(self) -> RunRequested:
        assert isinstance(self.requested.data, RunRequested)
        return self.requested.data


class Board:
    """Runs by key, and frozen datasets by key."""

    def __init__(self) -> None:
        self.runs: dict[Key, RunView] = {}
        self.datasets: dict[Key, DatasetFrozen] = {}

    def take(self, event: Event, now: float) -> None:
        """Fold one event, received at ``now``; repeats and facts of epochs that are over change nothing."""
        key = (event.tenant, event.subject)
        if isinstance(event.data, DatasetFrozen):
            self.datasets[key] = event.data
        elif isinstance(event.data, RunRequested):
            if key not in self.runs:
                state = RUN.evolve(RUN.initial, event.data)
                self.runs[key] = RunView(key, event, state, event.version, heard=now)
        elif view := self.runs.get(key):
            if isinstance(event.data, DECISIONS):
                self.decided(view, event, now)
            elif event.order > view.order:
                view.order = event.order
                view.heard = now
                self.told(view, event)

    def decided(self, view: RunView, event: Event, now: float) -> None:
        if event.version <= view.version:
            return
        view.state, view.version, view.heard = RUN.evolve(view.state, event.data), event.version, now
        if isinstance(event.data, RunClaimed):
            view.lease_seconds = event.data.lease_seconds
            view.order = max(view.order, (event.data.epoch, 0))
        if view.state.status in ("completed", "failed", "cancelled"):
            view.groups.clear()  # nobody will go on from here

    def told(self, view: RunView, event: Event) -> None:
        match event.data:
            case StepRecorded() as step:
                view.recorded[step.phase] = max(view.recorded.get(step.phase, 0), step.step)
                if step.groups_blob:
                    view.groups[step.step] = step.groups_blob
            case CheckpointSaved() as saved:
                view.checkpoints.append((saved.phase, saved.step, saved.manifest_blob))
            case RunHeartbeat():
                pass
