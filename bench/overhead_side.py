"""One side of ``bench.overhead``: the training loop alone, or as the trainer's torch process runs it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.grpo_own import paid
from bench.turns import Turns


def alone(job: dict[str, Any]) -> Iterator[bool]:
    """The loop of the library; its records go nowhere and nothing is written. True after every step."""
    from dataclasses import replace

    from grpo.records import StepDone
    from grpo.training.loop import train
    from processors.training.assignment import assignment

    task, _ = assignment(job)
    task = replace(task, config=replace(task.config, checkpoint_every=sys.maxsize))
    for record in train(task):
        yield isinstance(record, StepDone)


def told(job: dict[str, Any]) -> Iterator[bool]:
    """The torch process: lines for its parent, a file of groups for every step, checkpoints."""
    from processors.training.child import records

    with (Path(job["directory"]) / "lines.jsonl").open("w") as out:
        for line in records(job):
            out.write(json.dumps(line, default=str) + "\n")
            out.flush()
            yield line["kind"] == "step"


def main() -> None:
    work = json.loads(Path(sys.argv[1]).read_text())
    paid(work["task"])
    turns, steps = Turns(), 0
    for step in (told if work["told"] else alone)(work["job"]):
        # The boundary lies before a step, so that what follows the one before (its checkpoint) still counts for it.
        steps += step
        since = steps - 1 - work["warmup"]
        if step and since >= 0 and since % work["steps"] == 0:
            turns.boundary()
            if since == work["steps"] * work["segments"]:
                break
    turns.finish(steps=steps)


if __name__ == "__main__":
    main()
