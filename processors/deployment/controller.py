"""The rollout controller: a pure fold of the log, so that it can be replayed over yesterday's traffic.

It reads deployment decisions and outcome windows, and answers with a verdict as soon as the canary test gives one.
A window that comes again replaces its former self; it is never added.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from studio.contract import Event
from studio.contract.records import (
    DeploymentPaused,
    DeploymentResumed,
    DeploymentStarted,
    OutcomeWindow,
    Promoted,
    RolledBack,
    VerdictReached,
)

from processors.deployment.canary import Counts, verdict
from processors.deployment.commands import RecordVerdict

HORIZON = 900.0
"""Seconds after which a window is taken as final and merged into `settled`; the metrics app forgets it too."""


@dataclass(frozen=True)
class Trial:
    """A candidate against its baseline. windows: role/start to counts. settled: role to the sum of final windows.

    pauses: from and until, in Unix seconds; the last one has no end (0) while it goes on.
    """

    deployment: str
    version: str
    baseline: str
    started: float
    margin: float
    confidence: float
    minimum_calls: int
    maximum_calls: int
    windows: dict[str, Counts] = field(default_factory=dict)
    settled: dict[str, Counts] = field(default_factory=dict)
    settled_until: float = 0.0
    pauses: tuple[tuple[float, float], ...] = ()

    @property
    def paused(self) -> bool:
        return bool(self.pauses) and not self.pauses[-1][1]

    def total(self, role: str) -> Counts:
        parts = [counts for key, counts in self.windows.items() if key.startswith(role + "/")]
        return _sum([self.settled.get(role, Counts()), *parts])


def observe(trial: Trial | None, event: Event) -> Trial | None:
    """The trial after `event` of its deployment; None where none is running. Times are event times."""
    match event.data:
        case DeploymentStarted() as started:
            return Trial(
                started.name, started.version, started.baseline_version, event.time.timestamp(), started.margin,
                started.confidence, started.minimum_calls, started.maximum_calls,
            )  # fmt: skip
        case Promoted() | RolledBack():
            return None
        case VerdictReached() as reached if reached.decision == "stop":
            return None
        case DeploymentPaused() if trial is not None and not trial.paused:
            return replace(trial, pauses=(*trial.pauses, (event.time.timestamp(), 0.0)))
        case DeploymentResumed() if trial is not None and trial.paused:
            began = trial.pauses[-1][0]
            return replace(trial, pauses=(*trial.pauses[:-1], (began, event.time.timestamp())))
        case OutcomeWindow() as window if trial is not None:
            return _add(trial, window)
        case _:
            return trial


def conclude(trial: Trial) -> RecordVerdict | None:
    """The verdict on what the trial has shown; None while it goes on, or is paused."""
    if trial.paused:
        return None
    canary, baseline = trial.total("canary"), trial.total("baseline")
    if not canary.calls and not canary.outcomes:
        return None
    found = verdict(canary, baseline, trial.margin, trial.confidence, trial.minimum_calls, trial.maximum_calls)
    if found.decision == "continue":
        return None
    return RecordVerdict(
        version=trial.version,
        decision=found.decision,
        reason=found.reason,
        canary_rate=canary.rate,
        canary_low=found.canary.low,
        canary_high=found.canary.high,
        baseline_rate=baseline.rate,
        baseline_low=found.baseline.low,
        baseline_high=found.baseline.high,
        canary_calls=canary.calls,
        baseline_calls=baseline.calls,
    )


def replay(events: Iterable[Event]) -> list[tuple[Event, RecordVerdict]]:
    """Every verdict that one deployment's log leads to, each with the event that tipped it."""
    trial: Trial | None = None
    found: list[tuple[Event, RecordVerdict]] = []
    for event in events:
        trial = observe(trial, event)
        if trial is None or not isinstance(event.data, OutcomeWindow):
            continue
        reached = conclude(trial)
        if reached is not None:
            found.append((event, reached))
            trial = None
    return found


def _add(trial: Trial, window: OutcomeWindow) -> Trial:
    ours = (window.role == "canary" and window.version == trial.version) or (
        window.role == "baseline" and window.version == trial.baseline
    )
    if not ours or window.start + window.seconds <= trial.started or window.start < trial.settled_until:
        return trial
    # The baseline alone would be measured at another time of day than the candidate that it is compared with.
    alone = any(since <= window.start and (not until or window.start < until) for since, until in trial.pauses)
    if alone and window.role == "baseline":
        return trial
    counts = Counts(window.calls, window.errors, window.outcomes, window.score_sum)
    windows = {**trial.windows, f"{window.role}/{window.start:.3f}": counts}
    newest = max(_start(key) for key in windows)
    final = [key for key in windows if _start(key) < newest - HORIZON]
    settled = dict(trial.settled)
    for key in final:
        role = key.split("/")[0]
        settled[role] = _sum([settled.get(role, Counts()), windows.pop(key)])
    until = max([trial.settled_until, newest - HORIZON])
    return replace(trial, windows=windows, settled=settled, settled_until=until)


def _start(key: str) -> float:
    return float(key.split("/")[1])


def _sum(parts: list[Counts]) -> Counts:
    return Counts(
        sum(part.calls for part in parts),
        sum(part.errors for part in parts),
        sum(part.outcomes for part in parts),
        sum(part.score_sum for part in parts),
    )
