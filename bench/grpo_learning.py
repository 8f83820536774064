"""Steps and CPU seconds until reward 0.9, beside TRL: the same tasks, weights, prompts and seeds, one thread each.

Two tasks (`bench.tasks`), learned from random weights; every step asks new prompts, so nothing can be learned by heart.
The second has to be read off the prompt. Training ends with the first step whose completions earn 0.9 on average. CPU
seconds count from the end of the first step, which loads what is needed on both sides.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from bench.figure import figure
from bench.grpo import PEER, Preset, prepare
from bench.peer import environment
from bench.turns import Side, alternate

SEEDS = (0, 1, 2)
MOST = 400
SEVENS = Preset(
    "share of tokens that seven divides", 256, 128, 3, 256, 16, 16, 8, 8, MOST, segments=1, warmup=1, task="sevens",
    rate=1e-3, until=0.9,
)  # fmt: skip
PARITY = replace(SEVENS, name="parity of the prompt's last token", task="parity", vocabulary=64, spread=0.1)


def raced(task: Preset, seed: int) -> list[dict[str, Any]]:
    """What both sides say of one seed, ours first: ``rewards`` by step, and the CPU ``seconds`` of each segment."""
    peer = str(environment("trl", PEER))
    with tempfile.TemporaryDirectory() as name:
        folder = prepare(replace(task, seed=seed), Path(name))
        sides = [Side(sys.executable, "grpo_own.py", folder / "own.json")]
        sides.append(Side(peer, "grpo_trl.py", folder / "trl.json"))
        return alternate(sides, task.segments)


def run() -> Iterator[dict[str, Any]]:
    """Medians over the seeds; ratios below 1 are better."""
    for task in (SEVENS, PARITY):
        runs = [raced(task, seed) for seed in SEEDS]
        reached = [[max(side["rewards"]) >= task.until for side in both] for both in runs]
        about = {"task": asdict(task), "seeds": SEEDS, "reached": reached, "peer_version": runs[0][1]["version"]}
        steps = [[float(len(side["rewards"])) for side in both] for both in runs]
        seconds = [[side["seconds"][0] for side in both] for both in runs]
        for what, unit, found in (("steps", "steps", steps), ("CPU seconds", "s", seconds)):
            ours, peer = [own for own, _ in found], [other for _, other in found]
            yield figure(f"{what} to reward {task.until}, {task.name}", ours, unit, peer, **about)
