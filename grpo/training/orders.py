"""What a run is told while it trains: changes of its settings, and a pause. Both are taken between two steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from grpo.learning.learner import Learner

RATE, TARGET, COEFFICIENT = "learning_rate", "kl_target", "kl_coefficient"


@dataclass(frozen=True)
class Change:
    """Settings of reinforcement from some step on.

    Attributes:
        revision: its number; of two changes before one step the higher one comes last.
        values: ``learning_rate`` (the rate that the schedule scales), ``kl_target``, ``kl_coefficient``.
    """

    revision: int
    values: Mapping[str, float]


@dataclass(frozen=True)
class Orders:
    """What is asked of a run at the moment; a change that it has taken already, by its revision, is not taken again."""

    pause: bool = False
    changes: tuple[Change, ...] = ()


def no_orders() -> Orders:
    """Nothing is asked."""
    return Orders()


def change(learner: Learner, values: Mapping[str, float]) -> None:
    """Put new settings in force; what a stability monitor took off the learning rate stays off."""
    if RATE in values:
        learner.optimizer.schedule = replace(learner.optimizer.schedule, rate=values[RATE])
    if TARGET in values:
        learner.kl.target = values[TARGET]
    if COEFFICIENT in values:
        learner.kl.beta = values[COEFFICIENT]
