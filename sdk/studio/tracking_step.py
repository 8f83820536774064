"""What a loop logs, as the fact of a step: numbers by name, some of which have fields of their own."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.contract.records import StepRecorded

WHOLE = ("steps_total", "tokens", "completions", "dead_groups")
REAL = (
    "loss", "reward", "kl", "entropy", "clip_fraction", "grad_norm", "learning_rate", "length", "seconds",
)  # fmt: skip
PARTS = "reward_parts/"
LARGEST = {"tokens": 2**63 - 1}


@dataclass
class Step:
    """One step while it is being told about. A name that is told twice has the last value.

    Attributes:
        values: finite numbers by name.
        broken: names whose last value was NaN or infinite, with that value as text.
        refused: names whose value is no number.
    """

    phase: str
    number: int
    values: dict[str, float] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def add(self, told: Mapping[str, Any]) -> None:
        """Take numbers: Python's, NumPy's, tensors of one element. Objects give names with `/`; None is left out."""
        for name, value in _flat(told):
            number = _number(value)
            if number is None:
                self.refused.append(name)
            elif math.isfinite(number):
                self.values[name] = number
                self.broken.pop(name, None)
            else:
                self.values.pop(name, None)
                self.broken[name] = str(number)

    def record(self, run_id: str = "", definitions_blob: str = "") -> StepRecorded:
        """The fact. What has no field of its own is in `metrics`; NaN and infinity raise the alarm `not_finite`."""
        own: dict[str, Any] = {name: self.values[name] for name in REAL if name in self.values}
        for name in WHOLE:
            if name in self.values:
                own[name] = max(0, min(int(self.values[name]), LARGEST.get(name, 2**31 - 1)))
        rest = {name: value for name, value in self.values.items() if name not in REAL and name not in WHOLE}
        parts = {name.removeprefix(PARTS): value for name, value in rest.items() if name.startswith(PARTS)}
        metrics = {name: value for name, value in rest.items() if not name.startswith(PARTS)}
        alarms = [
            {"rule": "not_finite", "action": "warn", "message": f"{name} was {value}"}
            for name, value in self.broken.items()
        ]
        return StepRecorded(
            run_id=run_id,
            phase=self.phase,
            step=self.number,
            reward_parts=json.dumps(parts),
            metrics=json.dumps(metrics),
            alarms=json.dumps(alarms),
            definitions_blob=definitions_blob,
            **own,
        )


def _flat(told: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in told.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}/")
        elif value is not None:
            yield f"{before}{name}", value


def _number(value: Any) -> float | None:
    if isinstance(value, str | bytes):
        return None
    try:
        return float(value)
    except Exception:  # a foreign object may raise anything, and nothing may reach the training loop
        return None


def plain(value: Any, depth: int = 0) -> Any:
    """A configuration as JSON that the platform stores: what is no JSON becomes text."""
    match value:
        case None | bool() | str():
            return value.replace("\0", "") if isinstance(value, str) else value
        case int():
            return value if abs(value) <= 2**53 else str(value)
        case float():
            return value if math.isfinite(value) else str(value)
        case Mapping() if depth < 20:
            return {str(name): plain(one, depth + 1) for name, one in value.items()}
        case list() | tuple() | set() if depth < 20:
            return [plain(one, depth + 1) for one in value]
        case _:
            return str(value)[:1000]
