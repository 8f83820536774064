"""A search as a fold of its runs: what to try next, and whether to go on with a trial. Pure; Optuna calculates.

The study is built anew from the trials for every question, so the same runs always get the same answer, in whatever
process and after whatever crash. Sampler: tree-structured Parzen estimator (Bergstra et al., NeurIPS 2011); pruning by
the median (Golovin et al., Vizier, KDD 2017) or by asynchronous successive halving (Li et al., MLSys 2020).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from studio.errors import StudioError
from studio.item import Item
from studio.search_spec import Choice, Range, Scalar, Spec

if TYPE_CHECKING:
    import optuna

try:
    import optuna
except ImportError as missing:
    raise StudioError(
        "searching needs Optuna", code="NOT_INSTALLED", remedy="pip install 'studio-sdk[search]'"
    ) from missing

State = Literal["running", "completed", "pruned", "failed"]
PRUNED = "pruned by the search"
"""How the reason of a cancel begins that a search asked for."""
KEPT = 4  # one of so many goes on
TRIES = 100  # proposals until one is new


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


def propose(spec: Spec, trials: Sequence[Trial]) -> dict[str, Scalar] | None:
    """Settings to try next; None where all that could be found have been tried: equal runs give equal results."""
    number = next_number(trials)
    tried = [trial.params for trial in trials]
    for again in range(TRIES):
        study = _study(spec, trials, spec.seed + number + 1_000_003 * again)
        found: dict[str, Scalar] = dict(study.ask(_distributions(spec)).params)
        if found not in tried:
            return found
    return None


def next_number(trials: Sequence[Trial]) -> int:
    """Of the trial after these."""
    return max((trial.number for trial in trials), default=-1) + 1


def worth_stopping(spec: Spec, trials: Sequence[Trial], trial: Trial) -> bool:
    """Whether the other trials say that this one leads nowhere."""
    if spec.pruning.kind == "none" or trial.state != "running" or not trial.values:
        return False
    if spec.pruning.kind == "halving":
        return _halved(spec, trials, trial)
    if (step := max(trial.values)) % spec.pruning.every or step < spec.pruning.warmup:
        return False
    ordered = sorted(trials, key=lambda one: one.number)
    study = _study(spec, ordered, spec.seed)
    frozen = study.trials[ordered.index(trial)]
    return bool(study.pruner.prune(study, frozen))


def _halved(spec: Spec, trials: Sequence[Trial], trial: Trial) -> bool:
    """At the steps warmup, 4 warmup, 16 warmup, ... whether it is not among the best quarter of those that came there.

    Not Optuna's: that keeps who came how far in its storage, and here the runs are all there is.
    """
    *before, step = sorted(trial.values)
    rung = spec.pruning.warmup
    while rung * KEPT <= step:
        rung *= KEPT
    if step < rung or (before and before[-1] >= rung):
        return False
    sign = 1 if spec.direction == "maximize" else -1
    reached = [value for one in trials if (value := _at(one, rung)) is not None]
    bar = sorted((sign * value for value in reached), reverse=True)[max(1, len(reached) // KEPT) - 1]
    return sign * trial.values[step] < bar


def _at(trial: Trial, rung: int) -> float | None:
    """What it had when it came to that step."""
    return next((trial.values[step] for step in sorted(trial.values) if step >= rung), None)


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


def _study(spec: Spec, trials: Sequence[Trial], seed: int) -> optuna.Study:
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sampler: optuna.samplers.BaseSampler = (
            optuna.samplers.RandomSampler(seed=seed)
            if spec.sampler == "random"
            else optuna.samplers.TPESampler(seed=seed, n_startup_trials=spec.startup)
        )
        study = optuna.create_study(direction=spec.direction, sampler=sampler, pruner=_pruner(spec))
        distributions = _distributions(spec)
        for trial in sorted(trials, key=lambda one: one.number):
            study.add_trial(
                optuna.trial.create_trial(
                    state=_STATES[trial.state],
                    value=trial.result,
                    params=dict(trial.params),
                    distributions=distributions,
                    intermediate_values=dict(trial.values),
                )
            )
    return study


_STATES = {
    "running": optuna.trial.TrialState.RUNNING,
    "completed": optuna.trial.TrialState.COMPLETE,
    "pruned": optuna.trial.TrialState.PRUNED,
    "failed": optuna.trial.TrialState.FAIL,
}


def _pruner(spec: Spec) -> optuna.pruners.BasePruner:
    pruning = spec.pruning
    if pruning.kind == "median":
        return optuna.pruners.MedianPruner(pruning.startup, pruning.warmup)
    return optuna.pruners.NopPruner()


def _distributions(spec: Spec) -> dict[str, optuna.distributions.BaseDistribution]:
    found: dict[str, optuna.distributions.BaseDistribution] = {}
    for name, part in spec.space.items():
        match part:
            case Choice(values):
                found[name] = optuna.distributions.CategoricalDistribution(values)
            case Range(low, high, log, True):
                found[name] = optuna.distributions.IntDistribution(int(low), int(high), log=log)
            case Range(low, high, log):
                found[name] = optuna.distributions.FloatDistribution(low, high, log=log)
    return found


def _inside(config: Mapping[str, Any], name: str) -> Any:
    found: Any = config
    for part in name.split("."):
        found = found[part]
    return found


def _copied(value: Any) -> Any:
    return {name: _copied(one) for name, one in value.items()} if isinstance(value, Mapping) else value
