"""Reward specifications: what a completion is paid for, as JSON with every row.

    {"require": "format > 0",
     "objectives": [{"name": "token_f1", "weight": 0.9},
                    {"name": "style", "weight": 0.1, "gate": "token_f1 > 0", "objectives": [...]}]}

Names are ``exact``, ``number``, ``token_f1``, ``format``, or ``custom:<name>`` for a function that the trainer knows;
an objective with objectives of its own is a level below and may have any name. Weights of a level are positive and sum
to 1, so that a perfect completion earns 1. A gate pays its objective only where values of its level pass, a level pays
nothing where its ``require`` does not hold; without them "well-formed" alone becomes the goal. The gold answer is
checked against its own specification before a row is frozen; custom functions are the trainer's and taken as passed.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from studio.rule import RuleError, parse

from processors.datasets.measures import MEASURES

DEFAULT = '{"objectives":[{"name":"token_f1","weight":0.9},{"gate":"token_f1 > 0","name":"format","weight":0.1}]}'
DEEPEST = 6
_CUSTOM = re.compile(r"custom:[A-Za-z_][A-Za-z0-9_.]{0,63}")


class RewardError(ValueError):
    """A specification that cannot be used; ``field`` is its place, e.g. ``reward.objectives[1].weight``."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


@dataclass(frozen=True, slots=True)
class Objective:
    """One thing that is paid for, its share, the condition under which it is paid, and the level below, if any."""

    name: str
    weight: float
    gate: str = ""
    inner: Level | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """Objectives that are summed, and the condition without which none of them is paid."""

    objectives: tuple[Objective, ...]
    require: str = ""


def read(text: str) -> Level:
    """Check a specification; an empty text is the default one.

    Raises:
        RewardError: not JSON, unknown names, weights that do not sum to 1, a condition over something not there.
    """
    try:
        content = json.loads(text or DEFAULT)
    except (ValueError, RecursionError) as error:
        raise RewardError(f"not JSON: {error}", "reward") from None
    return _level(content, "reward", {"objectives", "require"}, 0)


def canonical(level: Level) -> str:
    """Return the specification as canonical JSON: equal for specifications that pay the same."""
    return _json(_content(level))


def row_reward(level: Level, answer: str) -> str:
    """Return the specification of one row as canonical JSON, with its gold answer."""
    return _json({**_content(level), "answer": answer})


def value(level: Level, completion: str, answer: str, passage: str) -> float:
    """Return the reward in [0, 1] of a completion that ended by itself."""
    values = {
        one.name: value(one.inner, completion, answer, passage)
        if one.inner
        else MEASURES[one.name](completion, answer, passage)
        if one.name in MEASURES
        else 1.0
        for one in level.objectives
    }
    if not parse(level.require).judge(values)[0]:
        return 0.0
    return sum(one.weight * values[one.name] for one in level.objectives if parse(one.gate).judge(values)[0])


def faults(level: Level, answer: str, passage: str) -> str:
    """Return why a row cannot teach: its gold answer earns less than 1, or nothing at all does. Empty when sound."""
    if value(level, answer, answer, passage) < 1 - 1e-9:
        return "gold answer earns less than 1 under its own reward"
    if measured(level) and value(level, "", answer, passage) >= 1 - 1e-9:
        return "an empty answer earns 1 under this reward"
    return ""


def measured(level: Level) -> bool:
    """Return whether anything of it can be measured here; custom functions are the trainer's."""
    return any(name in MEASURES for name in _names(level))


def _level(content: object, field: str, allowed: set[str], depth: int) -> Level:
    if not isinstance(content, dict) or not isinstance(content.get("objectives"), list) or not content["objectives"]:
        raise RewardError("expected an object with at least one objective", f"{field}.objectives")
    if unknown := set(content) - allowed:
        raise RewardError(f"unknown: {', '.join(sorted(map(str, unknown)))}", field)
    if depth > DEEPEST:
        raise RewardError(f"at most {DEEPEST} levels", field)
    items = enumerate(content["objectives"])
    objectives = tuple(_objective(item, f"{field}.objectives[{n}]", depth) for n, item in items)
    names = {objective.name for objective in objectives}
    if len(names) < len(objectives):
        raise RewardError("every objective may stand there once", f"{field}.objectives")
    if not math.isclose(sum(objective.weight for objective in objectives), 1, abs_tol=1e-6):
        raise RewardError("weights must sum to 1", f"{field}.objectives")
    for number, objective in enumerate(objectives):
        _condition(objective.gate, names - {objective.name}, f"{field}.objectives[{number}].gate")
    return Level(objectives, _condition(content.get("require", ""), names, f"{field}.require"))


def _objective(item: object, field: str, depth: int) -> Objective:
    if not isinstance(item, dict):
        raise RewardError("expected an object with name and weight", field)
    if unknown := set(item) - {"name", "weight", "gate", "objectives", "require"}:
        raise RewardError(f"unknown: {', '.join(sorted(map(str, unknown)))}", field)
    name, weight, gate = item.get("name"), item.get("weight"), item.get("gate", "")
    inner = _level(item, field, set(item), depth + 1) if "objectives" in item else None
    if not isinstance(name, str) or not (name.isidentifier() if inner else name in MEASURES or _CUSTOM.fullmatch(name)):
        raise RewardError(f"expected one of {', '.join(MEASURES)} or custom:<name>", f"{field}.name")
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight <= 1:
        raise RewardError("expected a number above 0, at most 1", f"{field}.weight")
    if not isinstance(gate, str):
        raise RewardError("expected a comparison, e.g. token_f1 > 0", f"{field}.gate")
    return Objective(name, float(weight), gate, inner)


def _condition(text: object, names: set[str], field: str) -> str:
    if not isinstance(text, str):
        raise RewardError("expected a comparison, e.g. token_f1 > 0", field)
    try:
        unknown = set(parse(text).names) - names
    except RuleError as error:
        raise RewardError(str(error), field) from None
    if unknown:
        raise RewardError(f"names {', '.join(sorted(unknown))}, which is not an objective beside it", field)
    return text


def _names(level: Level) -> Iterator[str]:
    for objective in level.objectives:
        if objective.inner:
            yield from _names(objective.inner)
        else:
            yield objective.name


def _content(level: Level) -> dict[str, object]:
    items: list[dict[str, object]] = []
    for one in level.objectives:
        below = _content(one.inner) if one.inner else {}
        items.append({"name": one.name, "weight": one.weight, **({"gate": one.gate} if one.gate else {}), **below})
    return {"objectives": items, **({"require": level.require} if level.require else {})}


def _json(content: object) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
