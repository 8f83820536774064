"""What TRL does best with on one CPU thread: every choice on every preset, one after another.

    python -m bench.grpo_choices [PRESET NUMBER...]

Prints completions per CPU second and peak memory of each, as JSON lines. What `bench.grpo_trl` uses was chosen by it.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from statistics import median

from bench.grpo import PEER, PRESETS, prepare
from bench.peer import environment
from bench.turns import Side, alternate

CHOICES: tuple[dict[str, object], ...] = (
    {},
    {"attention": "eager"},
    {"micro_batches": 4},
    {"keeps_memory": False},
    {"compile": True},
)


def main(numbers: list[str]) -> None:
    peer = str(environment("trl", PEER))
    for preset in [PRESETS[int(number)] for number in numbers] or PRESETS:
        for choice in CHOICES:
            short = replace(preset, peer=json.dumps(choice))
            with tempfile.TemporaryDirectory() as name:
                folder = prepare(short, Path(name))
                side = Side(peer, "grpo_trl.py", folder / "trl.json", bool(choice.get("keeps_memory", True)))
                found = alternate([side], short.segments)[0]
            speed = short.prompts * short.group * short.steps / median(found["seconds"])
            told = {"preset": preset.name, "choice": choice, "completions_per_cpu_second": round(speed, 2)}
            print(json.dumps({**told, "peak_mib": round(found["peak_mib"])}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
