"""Figures of a step on their way into its fact, and the blob that says what each one means."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from grpo.figures import DEFINITIONS

SECONDS_LEFT = "seconds_left"
LOOKED_AT = 20  # last steps whose time says how long the others take
OWN: Mapping[str, str] = {
    SECONDS_LEFT: f"estimate: steps left of the phase, times the median of the last {LOOKED_AT} steps' seconds; "
    "a warm start may end sooner",
}


def definitions() -> bytes:
    """JSON, name to definition, of all figures; the same bytes for every step."""
    return json.dumps({**DEFINITIONS, **OWN}, sort_keys=True, ensure_ascii=False).encode()


def figures(record: Mapping[str, Any], recent: Sequence[float]) -> dict[str, float]:
    """Figures without a field of their own, by name; what is no number is left out.

    Args:
        recent: seconds of the last steps of the phase, this one included.
    """
    left = record["steps_total"] - record["step"]
    found = {**record.get("metrics", {}), SECONDS_LEFT: left * median(recent[-LOOKED_AT:])}
    return {name: value for name, value in found.items() if math.isfinite(value)}


def warning(step: int, message: str) -> dict[str, Any]:
    """What happened to a checkpoint, told like an alarm of the stability monitor."""
    return {"rule": "checkpoint", "action": "warn", "value": float(step), "limit": 0.0, "message": message}


def too_long(record: Mapping[str, Any]) -> dict[str, Any]:
    """Which prompts are not trained on, told like an alarm of the stability monitor. value, limit: tokens."""
    named = ", ".join(record["sample_ids"]) + (", ..." if record["count"] > len(record["sample_ids"]) else "")
    message = (
        f"{record['count']} of {record['samples']} prompts are longer than {record['limit']} tokens and are left out"
        f" ({named}): set grpo.max_prompt_tokens to {record['longest']} to train on all of them, or freeze the dataset"
        " with a smaller prompt limit"
    )
    values = {"value": float(record["longest"]), "limit": float(record["limit"])}
    return {"rule": "prompt_length", "action": "warn", **values, "message": message}
