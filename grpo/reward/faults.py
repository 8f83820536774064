"""Faults: what a measure gives when it gives no number. A fault is never a zero: nobody is paid or punished for it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Kind = Literal["nan", "range", "timeout", "exception", "malformed", "crashed"]


@dataclass(frozen=True)
class Fault:
    """Why a completion has no value.

    Attributes:
        kind: ``nan`` and ``range``: the value is no number in [0, 1]; ``timeout``, ``exception``: of the code that
            should have measured; ``malformed``: its answer is not what was agreed; ``crashed``: its process is gone.
        message: for a person.
    """

    kind: Kind
    message: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"


Outcome = float | Fault


def outcome(value: object) -> Outcome:
    """A measured value as an outcome: a number in [0, 1], or the fault that it is not."""
    if isinstance(value, bool):
        return float(value)
    if not isinstance(value, int | float):
        return Fault("malformed", f"expected a number, got {type(value).__name__}")
    if math.isnan(value):
        return Fault("nan", "gave nan, expected 0 to 1")
    if not 0 <= value <= 1:
        return Fault("range", f"gave {value}, expected 0 to 1")
    return float(value)
