"""The parent's side of the torch process: started fresh, read line by line, never left behind."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

LINE_LIMIT = 1 << 20  # bytes of one record
# Training frees and takes the same large blocks at every step; kept by the process they need not be mapped and zeroed
# again, which halves the time of the elementwise parts.
# Threads that wait for each other sleep instead of spinning: with other processes on the same cores spinning was seen
# to cost twice the CPU and twice the time.
SURROUNDINGS = {
    "MALLOC_MMAP_THRESHOLD_": str(1 << 30),
    "MALLOC_TRIM_THRESHOLD_": str(1 << 31),
    "OMP_WAIT_POLICY": "PASSIVE",
    "TOKENIZERS_PARALLELISM": "false",
}
TORCHRUN = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node")


class ChildCrashed(Exception):
    """The process ended without saying why: killed, out of memory, or a fault in the code."""

    def __init__(self, status: int) -> None:
        how = f"signal {-status}" if status < 0 else f"status {status}"
        super().__init__(f"the training process ended with {how}")


class Child:
    """One training process. Use as an async context manager; leaving it kills what still runs."""

    def __init__(self, job: dict[str, Any], path: Path, processes: int = 1) -> None:
        self.job, self.path = job, path
        self.starter = [*TORCHRUN, str(processes)] if processes > 1 else []
        self.process: asyncio.subprocess.Process | None = None
        self.told: dict[str, Any] = {}

    async def __aenter__(self) -> Child:
        self.path.write_text(json.dumps(self.job))
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            *self.starter,
            "-m",
            "processors.training.child",
            str(self.path),
            stdout=asyncio.subprocess.PIPE,
            stdin=asyncio.subprocess.DEVNULL,
            limit=LINE_LIMIT,
            env={**os.environ, **SURROUNDINGS},
        )
        return self

    def tell(self, orders: dict[str, Any]) -> None:
        """Leave word for the process; it looks before every step. Nothing is written when nothing is new."""
        if orders == self.told:
            return
        path = Path(self.job["orders"])
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(orders))
        draft.replace(path)
        self.told = orders

    async def __aexit__(self, *_: object) -> None:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()

    async def records(self) -> AsyncIterator[dict[str, Any]]:
        """Records until the process ends.

        Raises:
            ChildCrashed: it ended without a last record.
        """
        assert self.process is not None and self.process.stdout is not None
        last = ""
        async for line in self.process.stdout:
            record: dict[str, Any] = json.loads(line)
            last = record["kind"]
            yield record
        status = await self.process.wait()
        if last not in ("finished", "paused", "error"):
            raise ChildCrashed(status)
