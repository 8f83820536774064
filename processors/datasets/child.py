"""Has a file of rows read by a child process with limits, and takes its answer."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from processors.datasets.foreign import Asked, Unreadable

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may use: bytes of memory, seconds of CPU and of wall time, characters of output."""

    memory: int = 4 * 1024**3
    cpu_seconds: int = 120
    wall_seconds: float = 300.0
    output: int = 256 * 1024 * 1024


async def opened(path: Path, columns: Mapping[str, str], limits: Limits | None = None) -> list[Asked]:
    """The rows of the file.

    Raises:
        Unreadable: with the row and column at fault; TIMEOUT, READER_CRASHED.
    """
    limits = limits or Limits()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "processors.datasets.opening", str(path), json.dumps(dict(columns)),
        str(limits.memory), str(limits.cpu_seconds), str(limits.output),
        stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, cwd=ROOT,
        # Threads would each reserve memory of the limit and bring nothing to one file.
        env={"PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"},
        start_new_session=True,
    )  # fmt: skip
    try:
        async with asyncio.timeout(limits.wall_seconds):
            raw = await _bounded(process, limits.output + 65_536)
            await process.wait()
    except TimeoutError:
        reason = f"reading the rows was stopped after {limits.wall_seconds:g} s"
        raise Unreadable("TIMEOUT", reason, "file", "cut the file into parts") from None
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    try:
        found = json.loads(raw)
    except ValueError:
        reason = f"reading the rows ended with status {process.returncode}"
        raise Unreadable("READER_CRASHED", reason, "file", "write the file anew, or send JSON lines") from None
    if "error" in found:
        raise Unreadable(*found["error"])
    return [Asked(*row) for row in found["rows"]]


async def _bounded(process: Process, most: int) -> bytes:
    """What it writes; a process that stopped heeding its own limits is not listened to."""
    assert process.stdout is not None
    parts: list[bytes] = []
    left = most
    while part := await process.stdout.read(1 << 18):
        parts.append(part)
        left -= len(part)
        if left < 0:
            raise Unreadable("TOO_LARGE", f"reading the rows gave more than {most} bytes", "file", "cut the file")
    return b"".join(parts)
