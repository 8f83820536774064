"""Trials of a search, as their runs tell them, and what came out of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from studio.errors import StudioError
from studio.item import Item
from studio.search_spec import Scalar, Spec

State = Literal["running", "completed", "pruned", "failed"]
PRUNED = "pruned by the search"
"""How the reason of a cancel begins that a search asked for."""


@dataclass
class Trial:
    """One run of the search. values: figure of the steps by step; result: the metric of the search, once completed."""

    number: int
    run_id: str
    params: Mapping[str, Scalar]
    state: State = "running"
    values: dict[int, float] = field(default_factory=dict)
    result: float | None = None
    reason: str = ""


def trial_of(spec: Spec, run: Item) -> Trial:
    """The trial that a run was asked for by, as the run is now; its steps are read elsewhere.

    Raises:
        StudioError: SPEC_CHANGED, it belongs to another search under this name.
    """
    labels = run["labels"]
    if labels.get("spec") != spec.digest:
        raise StudioError(
            f"runs of {spec.name!r} were made by another specification ({run.id})",
            code="SPEC_CHANGED",
            remedy="give this one another name; trials, parallel and pruning may change under the same name",
        )
    params = {name: _inside(run["config"], name) for name in spec.space}
    trial = Trial(int(labels["trial"]), run.id, params)
    reason = str((run.error or {}).get("reason") or "")
    end(spec, trial, run.status, run.get("metrics") or {}, reason)
    return trial


def end(spec: Spec, trial: Trial, status: str, metrics: Mapping[str, Any], reason: str) -> None:
    """Take the status of the trial's run; one that completed without the metric has failed."""
    if status == "completed":
        value = metrics.get(spec.metric)
        if isinstance(value, int | float):
            trial.state, trial.result = "completed", float(value)
        else:
            known = ", ".join(sorted(metrics)) or "none"
            trial.state, trial.reason = "failed", f"its result has no {spec.metric!r}; there are: {known}"
    elif status == "cancelled" and reason.startswith(PRUNED):
        trial.state, trial.reason = "pruned", reason
    elif status in ("failed", "cancelled"):
        trial.state, trial.reason = "failed", reason or status


def next_number(trials: Sequence[Trial]) -> int:
    """Of the trial after these."""
    return max((trial.number for trial in trials), default=-1) + 1


def best(spec: Spec, trials: Sequence[Trial]) -> Trial | None:
    """The best that completed; the earlier of equals."""
    done = [trial for trial in trials if trial.result is not None]
    sign = 1 if spec.direction == "maximize" else -1
    return max(done, key=lambda trial: (sign * (trial.result or 0.0), -trial.number), default=None)


def configured(spec: Spec, params: Mapping[str, Scalar]) -> dict[str, Any]:
    """The configuration of a run with these settings."""
    found: dict[str, Any] = _copied(spec.config)
    for name, value in params.items():
        *path, last = name.split(".")
        place = found
        for part in path:
            place = place.setdefault(part, {})
        place[last] = value
    return found


@dataclass(frozen=True, slots=True)
class Found:
    """How a search ended: its trials by number, and the best that completed."""

    spec: Spec
    trials: tuple[Trial, ...]
    best: Trial | None

    def plain(self) -> dict[str, Any]:
        """JSON-able."""
        trials = [
            {
                "number": trial.number,
                "run": trial.run_id,
                "status": trial.state,
                "result": trial.result,
                "params": dict(trial.params),
                "steps": max(trial.values, default=0),
                "reason": trial.reason,
            }
            for trial in self.trials
        ]
        first = next((one for one in trials if self.best and one["number"] == self.best.number), None)
        about = {"name": self.spec.name, "metric": self.spec.metric, "direction": self.spec.direction}
        return {**about, "best": first, "trials": trials}


def _inside(config: Mapping[str, Any], name: str) -> Any:
    found: Any = config
    for part in name.split("."):
        found = found[part]
    return found


def _copied(value: Any) -> Any:
    return {name: _copied(one) for name, one in value.items()} if isinstance(value, Mapping) else value
