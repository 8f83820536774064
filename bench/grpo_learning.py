"""Steps and CPU seconds until reward 0.9, beside TRL: the same task, weights, prompts and seeds, one thread each.

What is paid is the share of tokens that seven divides, learned from random weights; every step asks new prompts.
Training ends with the first step whose completions earn 0.9 on average. CPU seconds count from the end of the first
step, which loads what is needed on both sides. The two draw different random numbers, so single seeds differ by a step
or two either way.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from bench.figure import figure
from bench.grpo import PEER, PRESETS, prepare
from bench.peer import environment
from bench.turns import Side, alternate

SEEDS = range(15)
TASK = replace(
    PRESETS[0], name="share of tokens that seven divides", vocabulary=256, steps=300, segments=1, warmup=1, rate=1e-3,
    until=0.9,
)  # fmt: skip


def raced(seed: int) -> list[dict[str, Any]]:
    """What both sides say of one seed, ours first: ``rewards`` by step, and the CPU ``seconds`` of the whole."""
    peer = str(environment("trl", PEER))
    with tempfile.TemporaryDirectory() as name:
        folder = prepare(replace(TASK, seed=seed), Path(name))
        sides = [Side(sys.executable, "grpo_own.py", folder / "own.json")]
        sides.append(Side(peer, "grpo_trl.py", folder / "trl.json"))
        return alternate(sides, TASK.segments)


def run() -> Iterator[dict[str, Any]]:
    """Medians over the seeds; ratios below 1 are better."""
    runs = [raced(seed) for seed in SEEDS]
    reached = [[max(side["rewards"]) >= TASK.until for side in both] for both in runs]
    about = {"task": asdict(TASK), "seeds": list(SEEDS), "reached": reached, "peer_version": runs[0][1]["version"]}
    steps = [[float(len(side["rewards"])) for side in both] for both in runs]
    seconds = [[side["seconds"][0] for side in both] for both in runs]
    for what, unit, found in (("steps", "steps", steps), ("CPU seconds", "s", seconds)):
        ours, theirs = [own for own, _ in found], [other for _, other in found]
        yield figure(f"{what} to reward {TASK.until}, {TASK.name}", ours, unit, theirs, **about)
