"""A sampler process that belongs to its learner: started with it, gone with it, and started anew when it dies."""

from __future__ import annotations

import os
import secrets
import select
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from grpo.errors import SamplerUnreachable
from grpo.sampling.endpoint import Endpoint
from grpo.sampling.sampler_child import KEY, PREFIX
from grpo.sampling.sampling import Order, Sampled

T = TypeVar("T")
START_SECONDS = 120.0


class Process:
    """A ``Sampler`` in a process of its own.

    The answer to an order is a function of its seed and its version; so an order that was interrupted is simply given
    again, and nothing is counted twice.

    Attributes:
        starts: how often a process was started.
    """

    def __init__(self, threads: int = 1, timeout: float = 120.0, tries: int = 4) -> None:
        self.threads, self.timeout, self.tries = threads, timeout, tries
        self.weights: tuple[int, Path] | None = None
        self.child: subprocess.Popen[bytes] | None = None
        self.endpoint: Endpoint | None = None
        self.starts, self.closed = 0, False

    def load(self, version: int, directory: Path) -> None:
        self.weights = (version, directory)
        self.persist(lambda endpoint: endpoint.load(version, directory))

    def sample(self, order: Order, version: int) -> tuple[list[Sampled], int]:
        def ask(endpoint: Endpoint) -> tuple[list[Sampled], int]:
            endpoint.model = f"{PREFIX}{version}"
            return endpoint.sample(order, version)

        return self.persist(ask)

    def persist(self, work: Callable[[Endpoint], T]) -> T:
        """``work`` with a process that lives; one that does not answer is replaced.

        Raises:
            SamplerUnreachable: the last of all tries had no answer either.
        """
        for left in reversed(range(self.tries)):
            try:
                return work(self.running())
            except SamplerUnreachable:
                self.stop()
                if not left or self.closed:
                    raise
        raise AssertionError("there is at least one try")

    def running(self) -> Endpoint:
        """The process, started and with the last weights loaded."""
        if self.closed:
            raise SamplerUnreachable("a process of its own", 1, "it was closed")
        if self.endpoint is None or self.child is None or self.child.poll() is not None:
            self.stop()
            self.endpoint = self.start()
            if self.weights is not None:
                self.endpoint.load(*self.weights)
        return self.endpoint

    def start(self) -> Endpoint:
        key = secrets.token_urlsafe()
        self.child = subprocess.Popen(
            [sys.executable, "-m", "grpo.sampling.sampler_child", "--threads", str(self.threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, KEY: key},
        )
        self.starts += 1
        assert self.child.stdout is not None
        ready, _, _ = select.select([self.child.stdout], [], [], START_SECONDS)
        port = self.child.stdout.readline().strip() if ready else b""
        if not port:
            raise SamplerUnreachable("a process of its own", 1, "it ended, or did not start in time")
        url = f"http://127.0.0.1:{int(port)}/v1"
        return Endpoint(url, key=key, reload="/update_weights", timeout=self.timeout, tries=1)

    def stop(self) -> None:
        child, self.child, self.endpoint = self.child, None, None
        if child is not None:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    pipe.close()

    def close(self) -> None:
        self.closed = True
        self.stop()
