"""Roles of the platform as processes of a test: started on a session's servers, killed with it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from ops.local.session import Session

ROOT = Path(__file__).parents[1]


@contextmanager
def role(backbone: Session, name: str, log: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    path = f"{ROOT}{os.pathsep}{ROOT / 'sdk'}"
    given = {**os.environ, **backbone.environment, "PYTHONPATH": path, **environment}
    with log.open("ab") as out:
        running = subprocess.Popen(
            [sys.executable, "-P", "-m", "ops", "run", *name.split()], env=given, stdout=out, stderr=out
        )
    try:
        yield running
    finally:
        running.kill()
        running.wait()


def wait_ready(url: str, log: Path, running: subprocess.Popen[bytes], seconds: float = 90) -> None:
    """Wait until `url` answers its health check.

    Raises:
        RuntimeError: the process ended. TimeoutError: it takes too long. Both with the end of its log.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if httpx.get(f"{url}/health", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        if running.poll() is not None:
            raise RuntimeError(f"the process of {url} ended:\n{log.read_text()[-3000:]}")
        time.sleep(0.1)
    raise TimeoutError(f"{url} is not ready:\n{log.read_text()[-3000:]}")
