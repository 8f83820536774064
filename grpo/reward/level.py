"""One level of a reward: measures and levels below it, what each is worth, and when it is paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from grpo.errors import RewardInvalid
from grpo.reward.faults import Fault, Outcome
from grpo.reward.gates import Gate
from grpo.reward.measures import Completion, Measure


@dataclass(frozen=True)
class Scored:
    """A reward and what it is made of.

    Attributes:
        total: the reward; 0 where there is a fault, and then without meaning.
        parts: unweighted values by name, nested names joined with ``/``.
        paid: what each objective of the top level added to the total.
        fault: the first part that gave no number, and why; empty when all did.
    """

    total: float
    parts: dict[str, float] = field(default_factory=dict)
    paid: dict[str, float] = field(default_factory=dict)
    fault: str = ""


class Objective(NamedTuple):
    """One line of a level: a measure, or a level of its own, with what it is worth and when it is paid."""

    name: str
    weight: float
    gate: Gate
    measure: Measure | Level


@dataclass(frozen=True)
class Level:
    """One level of the hierarchy."""

    require: Gate
    objectives: tuple[Objective, ...]

    @property
    def weights(self) -> dict[str, float]:
        """What each objective of this level is worth."""
        return {objective.name: objective.weight for objective in self.objectives}

    def score(self, completion: Completion) -> Scored:
        """The reward of one completion.

        Raises:
            RewardInvalid: a measure gave no number.
        """
        scored = self.scores([completion])[0]
        if scored.fault:
            raise RewardInvalid("reward", f"measure {scored.fault}")
        return scored

    def scores(self, completions: Sequence[Completion]) -> list[Scored]:
        """Rewards of many completions; every measure is asked once, for all of them. Faults are in the result."""
        columns = [objective.measure.scores(completions) if isinstance(objective.measure, Level)
                   else objective.measure.grade(completions) for objective in self.objectives]  # fmt: skip
        return [self.joined([column[row] for column in columns]) for row in range(len(completions))]

    def joined(self, found: Sequence[Scored | Outcome]) -> Scored:
        """One completion's reward from what each objective gave."""
        values: dict[str, float] = {}
        parts: dict[str, float] = {}
        faults = []
        for objective, given in zip(self.objectives, found, strict=True):
            name = objective.name
            if isinstance(given, Scored):
                parts[name] = values[name] = given.total
                parts |= {f"{name}/{part}": value for part, value in given.parts.items()}
                faults += [f"{name}/{given.fault}"] if given.fault else []
            elif isinstance(given, Fault):
                faults.append(f"{name}: {given}")
            else:
                parts[name] = values[name] = given
        if faults:
            return Scored(0.0, parts, fault=faults[0])
        paid = dict.fromkeys(values, 0.0)
        if self.require.open(values):
            paid |= {name: w * values[name] for name, w, gate, _ in self.objectives if gate.open(values)}
        return Scored(sum(paid.values()), parts, paid)
