"""Two processes that take turns, segment by segment, so that the load of the machine meets both alike.

Only the standard library: this file is also imported by the Python of a peer's environment.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
MARK = "turn:"


class Turns:
    """The side of one process: ``boundary`` after the warm-up and after every segment, ``finish`` at the end."""

    def __init__(self) -> None:
        self.began: float | None = None

    def boundary(self) -> None:
        """Tell the CPU seconds of the segment that ends here, then wait for the turn of the next."""
        now = time.process_time()
        say({"seconds": None if self.began is None else now - self.began})
        sys.stdin.readline()
        self.began = time.process_time()

    def finish(self, **result: Any) -> None:
        """Tell the result, with the peak of resident memory."""
        say({**result, "peak_mib": peak_mib()})


def say(line: Mapping[str, Any]) -> None:
    print(MARK + json.dumps(line), flush=True)


def peak_mib() -> float:
    """Most memory that was resident, MiB. What getrusage says counts the parent's, from before the exec."""
    try:
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    except (OSError, IndexError):
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / (2**20 if sys.platform == "darwin" else 2**10)


class Side:
    """A process that takes turns: ``python script work``, one thread.

    Args:
        keeps_memory: freed memory stays with the process for its next step, instead of being mapped anew each time.
    """

    def __init__(self, python: str, script: str, work: Path, keeps_memory: bool = True) -> None:
        calm = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
        calm |= {"HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT)}
        if keeps_memory:
            calm |= {"MALLOC_MMAP_THRESHOLD_": str(1 << 30), "MALLOC_TRIM_THRESHOLD_": str(1 << 31)}
        # -P: the folder of the script would hide the standard library's `platform` and our own `grpo`.
        command = [python, "-P", str(ROOT / "bench" / script), str(work)]
        self.process = subprocess.Popen(
            command, env={**os.environ, **calm}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.seconds: list[float] = []

    def heard(self) -> dict[str, Any]:
        """The next line that is meant for us; libraries print too.

        Raises:
            CalledProcessError: the process ended before.
        """
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith(MARK):
                found: dict[str, Any] = json.loads(line.removeprefix(MARK))
                return found
        raise subprocess.CalledProcessError(self.process.wait(), self.process.args)

    def turn(self) -> dict[str, Any]:
        """Let it go on until it speaks again."""
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return self.heard()


def alternate(sides: Sequence[Side], segments: int) -> list[dict[str, Any]]:
    """Results of all sides, each with the CPU ``seconds`` of its segments; the order changes from turn to turn."""
    try:
        for side in sides:
            side.heard()
        for segment in range(segments):
            for side in sides if segment % 2 == 0 else reversed(sides):
                side.seconds.append(side.turn()["seconds"])
        return [{**side.turn(), "seconds": side.seconds} for side in sides]
    finally:
        for side in sides:
            side.process.kill()
            side.process.wait()
