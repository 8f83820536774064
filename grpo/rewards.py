"""Reward computer: a JSON specification becomes a function of one completion, with every part named and returned.

    {"require": "format > 0",
     "objectives": [{"name": "token_f1", "weight": 0.9},
                    {"name": "format", "weight": 0.1, "gate": "token_f1 > 0"},
                    {"name": "style", "weight": 0.5, "objectives": [...]}]}

A level pays the weighted sum of its objectives; an objective is paid only while its gate holds over the values of the
same level, and a level pays nothing at all while its ``require`` does not hold. An objective with ``objectives`` of its
own is a level. The default pays 0.1 for an answer that ends and stands in the passage, but only where some of it is
right: paid always, a policy learns to say one safe word of the passage and nothing else.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from grpo.errors import RewardInvalid
from grpo.gates import Gate
from grpo.measures import Completion, Measure, find

DEFAULT: Mapping[str, Any] = {
    "objectives": [
        {"name": "token_f1", "weight": 0.9},
        {"name": "format", "weight": 0.1, "gate": "token_f1 > 0"},
    ]
}


@dataclass(frozen=True)
class Scored:
    """A reward and what it is made of; ``parts`` are unweighted values by name, nested names joined with ``/``."""

    total: float
    parts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Level:
    """One level of the hierarchy."""

    require: Gate
    objectives: tuple[tuple[str, float, Gate, Measure | Level], ...]

    def score(self, completion: Completion) -> Scored:
        values: dict[str, float] = {}
        parts: dict[str, float] = {}
        for name, _, gate, paid in self.objectives:
            if isinstance(paid, Level):
                inner = paid.score(completion)
                values[name] = inner.total
                parts |= {f"{name}/{part}": value for part, value in inner.parts.items()}
            else:
                values[name] = float(paid(completion))
                if not 0 <= values[name] <= 1:
                    raise RewardInvalid(gate.field, f"measure {name!r} gave {values[name]}, expected 0 to 1")
            parts[name] = values[name]
        if not self.require.open(values):
            return Scored(0.0, parts)
        return Scored(sum(w * values[name] for name, w, gate, _ in self.objectives if gate.open(values)), parts)


def compile_reward(text: str) -> Level:
    """Turn a JSON specification (``""``: the default) into something that scores completions.

    Raises:
        RewardInvalid: not JSON, an unknown measure, a bad weight, a gate over a name that its level does not have.
    """
    return compiled(text)


@lru_cache(maxsize=1024)
def compiled(text: str) -> Level:
    if not text.strip():
        return level(DEFAULT, "reward")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RewardInvalid("reward", f"not JSON: {error}") from None
    return level(content, "reward")


def level(content: object, field: str) -> Level:
    if not isinstance(content, dict) or not isinstance(content.get("objectives"), list) or not content["objectives"]:
        raise RewardInvalid(f"{field}.objectives", "expected a list with at least one objective")
    objectives = tuple(objective(item, f"{field}.objectives[{n}]") for n, item in enumerate(content["objectives"]))
    names = [name for name, *_ in objectives]
    if len(set(names)) < len(names):
        raise RewardInvalid(f"{field}.objectives", "every objective may stand there once")
    require = Gate(str(content.get("require", "")), f"{field}.require")
    for gate in (require, *(gate for _, _, gate, _ in objectives)):
        if unknown := gate.names - set(names):
            raise RewardInvalid(gate.field, f"{', '.join(sorted(unknown))} is no objective of this level")
    return Level(require, objectives)


def objective(item: object, field: str) -> tuple[str, float, Gate, Measure | Level]:
    if not isinstance(item, dict) or not isinstance(item.get("name"), str):
        raise RewardInvalid(field, "expected an object with name and weight")
    weight = item.get("weight", 1.0)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not math.isfinite(weight) or weight < 0:
        raise RewardInvalid(f"{field}.weight", "expected a number of at least 0")
    gate = Gate(str(item.get("gate", "")), f"{field}.gate")
    paid = level(item, field) if "objectives" in item else find(item["name"], f"{field}.name")
    return item["name"], float(weight), gate, paid
