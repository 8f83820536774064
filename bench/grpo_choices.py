"""What each side does best with on one CPU thread: every choice on every preset, one after another.

    python -m bench.grpo_choices [PRESET NUMBER...]

Prints completions per CPU second and peak memory of each, as JSON lines. What `bench.grpo_trl` uses was chosen by it.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from bench.grpo import PEER, PRESETS, Preset, prepare
from bench.peer import environment
from bench.turns import Side, alternate

THEIRS: tuple[dict[str, object], ...] = (
    {},
    {"attention": "eager"},
    {"micro_batches": 4},
    {"keeps_memory": False},
    {"compile": True},
)


def ours(preset: Preset) -> tuple[dict[str, object], ...]:
    """All at once, in passes of a quarter of the tokens, and with logits of an eighth of the tokens at a time."""
    tokens = preset.prompts * (preset.prompt + preset.group * preset.completion)
    chunk = preset.prompts * preset.group * preset.completion // 8
    return {}, {"token_budget": tokens // 4}, {"logit_chunk": chunk}


def tried(preset: Preset, peer: str, own: bool, choice: dict[str, object]) -> dict[str, Any]:
    """Speed and memory of one side with one choice."""
    told = json.dumps(choice)
    with tempfile.TemporaryDirectory() as name:
        folder = prepare(replace(preset, own=told) if own else replace(preset, peer=told), Path(name))
        python, script, work = (sys.executable, "grpo_own.py", "own.json") if own else (peer, "grpo_trl.py", "trl.json")
        found = alternate(
            [Side(python, script, folder / work, bool(choice.get("keeps_memory", True)))], preset.segments
        )
    speed = preset.prompts * preset.group * preset.steps / median(found[0]["seconds"])
    told_by = {"side": "ours" if own else "TRL", "preset": preset.name, "choice": choice}
    return {**told_by, "completions_per_cpu_second": round(speed, 2), "peak_mib": round(found[0]["peak_mib"])}


def every(presets: tuple[Preset, ...]) -> Iterator[dict[str, Any]]:
    peer = str(environment("trl", PEER))
    for preset in presets:
        for choice in ours(preset):
            yield tried(preset, peer, True, choice)
        for choice in THEIRS:
            yield tried(preset, peer, False, choice)


if __name__ == "__main__":
    chosen = tuple(PRESETS[int(number)] for number in sys.argv[1:])
    for line in every(chosen or PRESETS):
        print(json.dumps(line), flush=True)
