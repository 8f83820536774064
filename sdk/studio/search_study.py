"""A search as a fold of its runs: what to try next, and whether to go on with a trial. Pure; Optuna calculates.

The study is built anew from the trials for every question, so the same runs always get the same answer, in whatever
process and after whatever crash. Sampler: tree-structured Parzen estimator (Bergstra et al., NeurIPS 2011); pruning by
the median (Golovin et al., Vizier, KDD 2017) or by asynchronous successive halving (Li et al., MLSys 2020).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

from studio.errors import StudioError
from studio.search_spec import Choice, Range, Scalar, Spec
from studio.search_trial import Trial, next_number

if TYPE_CHECKING:
    import optuna

try:
    import optuna
except ImportError as missing:
    raise StudioError(
        "searching needs Optuna", code="NOT_INSTALLED", remedy="pip install 'studio-sdk[search]'"
    ) from missing

KEPT = 4  # one of so many goes on
TRIES = 100  # proposals until one is new


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
