"""What a search is to try; `studio.search_reading` has the form in YAML."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from studio.errors import StudioError

Scalar = str | int | float | bool


class SpecInvalid(StudioError):
    """A specification that cannot be used. `field` is the place at fault, e.g. `space.grpo.prompts.low`."""

    code = "SPEC_INVALID"

    def __init__(self, field: str, reason: str, remedy: str = "") -> None:
        super().__init__(f"{field}: {reason}", remedy=remedy)
        self.field, self.reason = field, reason


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from `low` to `high`, both possible; whole where both are. log: evenly spread in orders of magnitude."""

    low: float
    high: float
    log: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One of these."""

    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Pruning:
    """When a trial is stopped early.

    Attributes:
        kind: `median` stops what is worse than the median of the others at its step, `halving` (successive halving)
            keeps one of four at growing steps, `none` stops nothing.
        metric, phase: the figure of a step that is compared, and of which steps.
        startup: trials that must have ended before (median).
        warmup: steps that are never stopped in; the smallest rung of `halving`.
        every: steps between looks.
    """

    kind: Literal["median", "halving", "none"] = "median"
    metric: str = "reward"
    phase: str = "grpo"
    startup: int = 4
    warmup: int = 20
    every: int = 5


@dataclass(frozen=True, slots=True)
class Spec:
    """A search.

    Attributes:
        metric: of the result of a run, e.g. `reward_after`, `gain`, `pass_at_1`.
        trials: how many runs at most, those that failed or were stopped included.
        parallel: how many at a time.
        startup: trials that are drawn at random before the sampler learns from them.
        failures: the search gives up after so many failed runs in a row.
    """

    name: str
    dataset: str
    model: str
    space: Mapping[str, Range | Choice]
    base: str = "small"
    config: Mapping[str, Any] = field(default_factory=dict)
    metric: str = "reward_after"
    direction: Literal["maximize", "minimize"] = "maximize"
    trials: int = 20
    parallel: int = 1
    seed: int = 0
    sampler: Literal["tpe", "random"] = "tpe"
    startup: int = 5
    failures: int = 3
    needs: Mapping[str, Any] = field(default_factory=dict)
    pruning: Pruning = Pruning()

    @property
    def digest(self) -> str:
        """Of what makes results comparable. Runs carry it, so that another search under the same name is noticed."""
        same = [self.dataset, self.base, self.config, self.metric, self.direction, repr(sorted(self.space.items()))]
        return hashlib.sha256(json.dumps(same, sort_keys=True).encode()).hexdigest()[:16]
