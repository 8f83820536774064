"""Reward computer: a JSON specification becomes a function of one completion, with every part named and returned.

    {"require": "format > 0",
     "objectives": [{"name": "token_f1", "weight": 0.9},
                    {"name": "format", "weight": 0.1, "gate": "token_f1 > 0"},
                    {"name": "style", "weight": 0.5, "objectives": [...]}]}

A level pays the weighted sum of its objectives; an objective is paid only while its gate holds over the values of the
same level, and a level pays nothing at all while its ``require`` does not hold. An objective with ``objectives`` of its
own is a level. Besides the names of ``grpo.reward.measures`` there are

    {"name": "length", "least": 1, "most": 50}
    {"name": "judge:NAME"}                             a registered judge, see grpo.reward.judge
    {"name": "cel:NAME", "expression": "words < 12"}   see grpo.reward.expressions
    {"name": "python:NAME", "code": "def reward(...)"}  a process without network or files, see grpo.reward.sandbox

A measure that gives no number is a fault, never a zero; ``grpo.reward_faults`` says what a fault does. The default
pays 0.1 for an answer that ends and stands in the passage, but only where some of it is right: paid always, a policy
learns to say one safe word of the passage and nothing else.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from grpo.errors import RewardInvalid
from grpo.reward.expressions import Expression
from grpo.reward.gates import Gate
from grpo.reward.judge import find_judge
from grpo.reward.level import Level, Objective, Scored
from grpo.reward.measures import Completion, Each, Measure, find, length
from grpo.reward.sandbox import Sandbox

DEFAULT: Mapping[str, Any] = {
    "objectives": [
        {"name": "token_f1", "weight": 0.9},
        {"name": "format", "weight": 0.1, "gate": "token_f1 > 0"},
    ]
}


def scored_together(specifications: Sequence[str], completions: Sequence[Completion]) -> list[Scored]:
    """Every completion under its own specification; those that share one are measured in one batch."""
    levels = [compile_reward(text) for text in specifications]
    found: dict[int, Scored] = {}
    for level in {id(each): each for each in levels}.values():
        rows = [row for row, own in enumerate(levels) if own is level]
        found |= dict(zip(rows, level.scores([completions[row] for row in rows]), strict=True))
    return [found[row] for row in range(len(completions))]


@lru_cache(maxsize=4096)
def compile_reward(text: str) -> Level:
    """Turn a JSON specification (``""``: the default) into something that scores completions.

    Rows of a dataset carry their gold answer in the specification; it is not part of it, so such rows share a level.

    Raises:
        RewardInvalid: not JSON, an unknown measure, a bad weight, a gate over a name that its level does not have.
    """
    try:
        content = json.loads(text) if text.strip() else DEFAULT
    except (ValueError, RecursionError) as error:
        raise RewardInvalid("reward", f"not JSON: {error}") from None
    if isinstance(content, Mapping):
        content = {name: value for name, value in content.items() if name != "answer"}
    return compiled(json.dumps(content))


@lru_cache(maxsize=64)
def compiled(text: str) -> Level:
    return level(json.loads(text), "reward")


def level(content: object, field: str) -> Level:
    if not isinstance(content, dict) or not isinstance(content.get("objectives"), list) or not content["objectives"]:
        raise RewardInvalid(f"{field}.objectives", "expected a list with at least one objective")
    objectives = tuple(objective(item, f"{field}.objectives[{n}]") for n, item in enumerate(content["objectives"]))
    names = [objective.name for objective in objectives]
    if len(set(names)) < len(names):
        raise RewardInvalid(f"{field}.objectives", "every objective may stand there once")
    require = Gate(str(content.get("require", "")), f"{field}.require")
    for gate in (require, *(objective.gate for objective in objectives)):
        if unknown := gate.names - set(names):
            raise RewardInvalid(gate.field, f"{', '.join(sorted(unknown))} is no objective of this level")
    return Level(require, objectives)


def objective(item: object, field: str) -> Objective:
    if not isinstance(item, dict) or not isinstance(item.get("name"), str):
        raise RewardInvalid(field, "expected an object with name and weight")
    weight = item.get("weight", 1.0)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not math.isfinite(weight) or weight < 0:
        raise RewardInvalid(f"{field}.weight", "expected a number of at least 0")
    gate = Gate(str(item.get("gate", "")), f"{field}.gate")
    return Objective(item["name"], float(weight), gate, measure(item, field))


def measure(item: Mapping[str, Any], field: str) -> Measure | Level:
    """What an objective measures, by the kind that its name says."""
    name = str(item["name"])
    kind, _, title = name.partition(":")
    if "objectives" in item:
        return level(item, field)
    if kind == "judge":
        return find_judge(name, f"{field}.name")
    if kind == "cel" and title:
        return Expression(str(item.get("expression", "")), f"{field}.expression")
    if kind == "python" and title:
        return Sandbox(str(item.get("code", "")), f"{field}.code")
    if name == "length":
        return Each(length(*bounds(item, field)))
    return Each(find(name, f"{field}.name"))


def bounds(item: Mapping[str, Any], field: str) -> tuple[int, int]:
    """Least and most words of the measure ``length``."""
    found = [item.get("least", 1), item.get("most", 50)]
    for name, value in zip(("least", "most"), found, strict=True):
        if type(value) is not int or value < (name == "most"):
            raise RewardInvalid(f"{field}.{name}", f"expected a whole number of words, got {value!r}", "e.g. 50")
    if found[0] > found[1]:
        raise RewardInvalid(f"{field}.most", f"expected at least the {found[0]} of least", "raise it")
    return found[0], found[1]
