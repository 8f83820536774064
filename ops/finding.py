"""What the doctor says of one thing that it looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """One thing looked at. A problem names its remedy."""

    check: str
    verdict: Literal["ok", "problem", "skipped"]
    message: str
    remedy: str = ""


def ok(check: str, message: str) -> Finding:
    """A finding without a problem."""
    return Finding(check, "ok", message)


def problem(check: str, message: str, remedy: str) -> Finding:
    """A finding with a problem and the way out."""
    return Finding(check, "problem", message, remedy)
