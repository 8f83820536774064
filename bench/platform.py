"""What a person waits for: the start of the platform and the demo; and what it weighs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from bench.figure import figure
from ops.local.session import session

STARTS = 3


def run() -> Iterator[dict[str, Any]]:
    """Cold starts in fresh homes (packages and jars cached), memory by process, then the demo in the last of them.

    There is no peer that starts a comparable platform from packages alone, so `peer` is None here.
    """
    starts: list[float] = []
    for _ in range(STARTS):
        with tempfile.TemporaryDirectory(prefix="studio-bench-") as folder:
            begun = time.monotonic()
            with session(Path(folder)) as running:
                running.wait_healthy()
                starts.append(time.monotonic() - begun)
                if len(starts) < STARTS:
                    continue
                sizes = resident(running.pids)
                yield figure("cold start to healthy", starts, "s")
                without = sum(size for name, size in sizes.items() if name != "trainer")
                yield figure("resident without trainer", [without], "MiB", by_process=sizes)
                yield from demo(running.environment)
                yield figure(
                    "peak resident by process",
                    [max(peaks(running.pids).values())],
                    "MiB",
                    by_process=peaks(running.pids),
                )


def tree(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def resident(pids: dict[str, int]) -> dict[str, float]:
    """Proportional set size of each process with its children, MiB (shared pages counted once)."""
    return {name: round(sum(p.memory_full_info().pss for p in tree(pid)) / 2**20, 1) for name, pid in pids.items()}


def peaks(pids: dict[str, int]) -> dict[str, float]:
    """Peak resident size (VmHWM) of each process itself, MiB."""
    found = {}
    for name, pid in pids.items():
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        found[name] = round(next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024, 1)
    return found


def demo(environment: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The demo on this platform, as a person runs it."""
    begun = time.monotonic()
    command = [str(Path(sys.executable).with_name("studio")), "demo", "--json"]
    done = subprocess.run(command, env={**environment_of_shell(), **environment}, capture_output=True, text=True)
    wall = time.monotonic() - begun
    if done.returncode:
        raise RuntimeError(f"studio demo ended with {done.returncode}:\n{done.stderr[-3000:]}")
    summary = json.loads(done.stdout)
    yield figure("demo wall time", [wall], "s")
    yield figure("demo held-out gain", [summary["learning"]["gain"]["mean"]], "reward", details=summary["learning"])


def environment_of_shell() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith("STUDIO_")}
