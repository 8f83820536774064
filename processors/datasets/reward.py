"""Reward specifications: what a completion is paid for, as JSON with every row.

    {"objectives": [{"name": "token_f1", "weight": 0.9},
                    {"name": "format", "weight": 0.1, "gate": "token_f1 > 0"}]}

Names are ``exact``, ``number``, ``token_f1``, ``format``, or ``custom:<name>`` for a function that the trainer knows.
Weights are positive and sum to 1, so that a perfect completion earns 1. A gate pays its objective only where another
objective's value passes; without it "well-formed" alone becomes the goal. The gold answer is checked against its own
specification before a row is frozen; custom functions are the trainer's and are taken as passed.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from studio.rule import RuleError, parse

DEFAULT = '{"objectives":[{"name":"token_f1","weight":0.9},{"name":"format","weight":0.1,"gate":"token_f1 > 0"}]}'
_CUSTOM = re.compile(r"custom:[A-Za-z_][A-Za-z0-9_.]{0,63}")
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)*")


class RewardError(ValueError):
    """A specification that cannot be used; ``field`` is its place, e.g. ``reward.objectives[1].weight``."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


@dataclass(frozen=True, slots=True)
class Objective:
    """One thing that is paid for, its share, and the condition under which it is paid."""

    name: str
    weight: float
    gate: str = ""


def read(text: str) -> tuple[Objective, ...]:
    """Check a specification; an empty text is the default one.

    Raises:
        RewardError: not JSON, unknown names, weights that do not sum to 1, a gate over something not there.
    """
    try:
        content = json.loads(text or DEFAULT)
    except (ValueError, RecursionError) as error:
        raise RewardError(f"not JSON: {error}", "reward") from None
    if not isinstance(content, dict) or not isinstance(content.get("objectives"), list) or not content["objectives"]:
        raise RewardError('expected {"objectives": [...]} with at least one objective', "reward.objectives")
    objectives = tuple(_objective(item, f"reward.objectives[{n}]") for n, item in enumerate(content["objectives"]))
    names = [objective.name for objective in objectives]
    if len(set(names)) < len(names):
        raise RewardError("every objective may stand there once", "reward.objectives")
    if not math.isclose(sum(objective.weight for objective in objectives), 1, abs_tol=1e-6):
        raise RewardError("weights must sum to 1", "reward.objectives")
    for number, objective in enumerate(objectives):
        field = f"reward.objectives[{number}].gate"
        try:
            gate = parse(objective.gate)
        except RuleError as error:
            raise RewardError(str(error), field) from None
        if unknown := set(gate.names) - (set(names) - {objective.name}):
            raise RewardError(f"names {', '.join(sorted(unknown))}, which is no other objective", field)
    return objectives


def canonical(objectives: Sequence[Objective]) -> str:
    """Return the specification as canonical JSON: equal for specifications that pay the same."""
    return _json({"objectives": _items(objectives)})


def row_reward(objectives: Sequence[Objective], answer: str) -> str:
    """Return the specification of one row as canonical JSON, with its gold answer."""
    return _json({"objectives": _items(objectives), "answer": answer})


def value(objectives: Sequence[Objective], completion: str, answer: str, passage: str) -> float:
    """Return the reward in [0, 1] of a completion that ended by itself."""
    parts = {o.name: MEASURES[o.name](completion, answer, passage) if o.name in MEASURES else 1.0 for o in objectives}
    return sum(o.weight * parts[o.name] for o in objectives if not o.gate or parse(o.gate).judge(parts)[0])


def faults(objectives: Sequence[Objective], answer: str, passage: str) -> str:
    """Return why a row cannot teach: its gold answer earns less than 1, or a wrong one as much. Empty when sound."""
    if value(objectives, answer, answer, passage) < 1 - 1e-9:
        return "gold answer earns less than 1 under its own reward"
    checked = any(o.name in MEASURES for o in objectives)
    if checked and value(objectives, "", answer, passage) >= 1 - 1e-9:
        return "an empty answer earns 1 under this reward"
    return ""


def token_f1(completion: str, answer: str) -> float:
    """Return the harmonic mean of word precision and recall, on lower-case words (Rajpurkar et al., SQuAD, 2016)."""
    given, gold = _WORD.findall(completion.casefold()), _WORD.findall(answer.casefold())
    common = (Counter(given) & Counter(gold)).total()
    return 2 * common / (len(given) + len(gold)) if common else 0.0


def _exact(completion: str, answer: str, passage: str) -> float:
    return float(" ".join(_WORD.findall(completion.casefold())) == " ".join(_WORD.findall(answer.casefold())))


def _number(completion: str, answer: str, passage: str) -> float:
    gold = _NUMBER.findall(answer)
    return float(bool(gold) and _NUMBER.findall(completion) == gold)


def _format(completion: str, answer: str, passage: str) -> float:
    return float(bool(completion.strip()) and completion.strip().casefold() in passage.casefold())


MEASURES: Mapping[str, Callable[[str, str, str], float]] = {
    "exact": _exact,
    "number": _number,
    "token_f1": lambda completion, answer, passage: token_f1(completion, answer),
    "format": _format,
}


def _items(objectives: Sequence[Objective]) -> list[dict[str, object]]:
    return [{"name": o.name, "weight": o.weight, **({"gate": o.gate} if o.gate else {})} for o in objectives]


def _json(content: object) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _objective(item: object, field: str) -> Objective:
    if not isinstance(item, dict):
        raise RewardError("expected an object with name and weight", field)
    if unknown := set(item) - {"name", "weight", "gate"}:
        raise RewardError(f"unknown: {', '.join(sorted(map(str, unknown)))}", field)
    name, weight, gate = item.get("name"), item.get("weight"), item.get("gate", "")
    if not isinstance(name, str) or (name not in MEASURES and not _CUSTOM.fullmatch(name)):
        raise RewardError(f"expected one of {', '.join(MEASURES)} or custom:<name>", f"{field}.name")
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight <= 1:
        raise RewardError("expected a number above 0, at most 1", f"{field}.weight")
    if not isinstance(gate, str):
        raise RewardError("expected a comparison, e.g. token_f1 > 0", f"{field}.gate")
    return Objective(name, float(weight), gate)
