"""What facts, groups and checkpoints add to training: CPU seconds of the torch process with them and without.

With: as the trainer runs it, every step a line for the parent, a Parquet file of its groups with every token and
log-probability, a checkpoint of weights, optimizer and state (written, hashed, synced) every 20 steps. Without: the
same loop of the library, whose records are dropped. Processes take turns, one thread each.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from bench.figure import figure
from bench.grpo import PRESETS, prepare
from bench.turns import Side, alternate

CHECKPOINT_EVERY = 20
WORK = replace(PRESETS[0], steps=CHECKPOINT_EVERY, warmup=5)


def job(folder: Path, directory: Path) -> dict[str, Any]:
    """What the trainer would hand to its torch process, on the prompts of the preset."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    asked = json.loads((folder / "asked.json").read_text())
    plain = {"answer": "w7", "document_id": "d", "section_id": "s", "reward": "", "quote": ""}
    rows = [
        {"sample_id": str(n), "prompt_passage": one["passage"], "question": one["question"], **plain}
        for n, one in enumerate(asked)
    ]
    table = pa.Table.from_pylist(rows)
    pq.write_table(table, folder / "train.parquet")
    pq.write_table(table.slice(0, 0), folder / "heldout.parquet")
    (folder / "corpus.txt").write_text("")
    grpo: dict[str, Any] = {
        "steps": 10_000,
        "prompts": WORK.prompts,
        "completions": WORK.group,
        "max_tokens": WORK.completion,
    }
    grpo |= {"temperature": 1.0, "learning_rate": WORK.rate, "swap": 0.0}
    config = {
        "grpo": grpo, "checkpoint_every": CHECKPOINT_EVERY, "reward": '{"objectives": [{"name": "custom:task"}]}',
    }  # fmt: skip
    return {
        "config": json.dumps(config), "threads": 1, "train": str(folder / "train.parquet"),
        "heldout": str(folder / "heldout.parquet"), "corpus": str(folder / "corpus.txt"),
        "base_model": str(folder / "model"), "directory": str(directory), "resume": "", "groups": {}, "changes": {},
        "orders": str(folder / "orders.json"), "epoch": 1, "parent": None,
    }  # fmt: skip


def run() -> Iterator[dict[str, Any]]:
    """CPU seconds per step; the ratio is what it costs to be told everything."""
    with tempfile.TemporaryDirectory() as name:
        folder = prepare(WORK, Path(name), ends=True)
        sides = []
        for kind in ("told", "alone"):
            (folder / kind).mkdir()
            work = {**asdict(WORK), "told": kind == "told", "job": job(folder, folder / kind)}
            (folder / f"{kind}.json").write_text(json.dumps(work))
            sides.append(Side(sys.executable, "overhead_side.py", folder / f"{kind}.json"))
        told, alone = alternate(sides, WORK.segments)
        sizes = [file.stat().st_size for file in (folder / "told" / "out").glob("groups-*")]
    yield figure(
        "a step with facts, groups and checkpoints, beside one without",
        [seconds / WORK.steps for seconds in told["seconds"]],
        "CPU seconds",
        [seconds / WORK.steps for seconds in alone["seconds"]],
        preset=asdict(WORK),
        checkpoint_every=CHECKPOINT_EVERY,
        group_file_bytes=round(sum(sizes) / len(sizes)),
    )
