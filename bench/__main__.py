"""`python -m bench NAME...` prints one JSON line per figure; `--list` names them."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

from bench.figure import machine

NAMES = {
    "platform": "cold start of `studio up`, memory per process, wall time and held-out gain of the demo",
    "streams": "topic to view in events per second, write to visible; beside the package eventsourcing",
    "feed": "fan-out per process, memory of an idle watcher, beside FastAPI; lost and doubled under 20 kills",
    "dedup": "near duplicates: texts per CPU second, recall, precision; beside datatrove",
    "whatif": "a rule over a million scored samples: milliseconds of the whole answer",
    "generation": "samples from an endpoint, with faults too, beside Data Designer",
    "extraction": "pages and documents per CPU second, word recall, memory; beside what synthetic-data-kit parses with",
    "grpo": "completions per CPU second and peak memory on four presets; beside TRL",
    "grpo_learning": "steps and CPU seconds to reward 0.9, fifteen seeds; beside TRL",
    "overhead": "CPU seconds that facts, groups and checkpoints add to training",
    "gpu": "0.5B-class model on a CUDA device: samples per hour, tokens/s, MFU, busy, phases",
    "learning": "held-out reward of random weights, warm start, GRPO and continued supervised training",
}


def load(name: str) -> Callable[[], Iterator[dict[str, Any]]]:
    """The `run` of a benchmark: yields figures as JSON-able dicts."""
    run: Callable[[], Iterator[dict[str, Any]]] = importlib.import_module(f"bench.{name}").run
    return run


def main(arguments: list[str]) -> int:
    if "--list" in arguments or not arguments:
        for name, what in NAMES.items():
            print(f"{name:14} {what}")
        return 0 if arguments else 2
    unknown = [name for name in arguments if name not in NAMES]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; `python -m bench --list` names them", file=sys.stderr)
        return 2
    print(json.dumps(machine()), flush=True)
    for name in arguments:
        for figure in load(name)():
            print(json.dumps({"bench": name, **figure}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
