"""A platform that lives as long as the process that asked for it: for tests and benchmarks."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ops.local import control
from ops.local import state as states
from ops.local.environment import environment
from ops.local.home import Home
from ops.local.state import ChildState
from streams.settings import Settings


class Session:
    """A running platform: its settings, its addresses, and the means to hurt it."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.environment = environment(home)
        """Every STUDIO_* variable of this home: for subprocesses."""

    @property
    def settings(self) -> Settings:
        """Typed settings of this home: for code that runs in the calling process."""
        values = {key.removeprefix("STUDIO_").lower(): value for key, value in self.environment.items()}
        return Settings(**values)  # type: ignore[arg-type]

    @property
    def api_url(self) -> str:
        """Base URL of the API."""
        return self.environment["STUDIO_API_URL"]

    @property
    def router_url(self) -> str:
        """Base URL of the OpenAI-compatible router."""
        return self.environment["STUDIO_ROUTER_URL"]

    @property
    def login(self) -> tuple[str, str]:
        """E-mail and password of the first admin."""
        return self.environment["STUDIO_ADMIN_EMAIL"], self.environment["STUDIO_ADMIN_PASSWORD"]

    @property
    def processes(self) -> dict[str, ChildState]:
        """What the supervisor says about each process now."""
        state = states.running(self.home)
        return state.children if state else {}

    @property
    def pids(self) -> dict[str, int]:
        """Pid of each process that runs."""
        return {name: child.pid for name, child in self.processes.items() if child.pid}

    def start(self, *names: str) -> None:
        """Start these too (none: everything) and wait until they are healthy.

        Raises:
            PlatformError: they do not become healthy; the message holds the end of the logs.
        """
        try:
            control.up(self.home, list(names), tied=True)
        except control.PlatformError as error:
            raise control.PlatformError(f"{error}\n{self.unwell_logs()}") from None

    def kill(self, name: str, with_signal: int = signal.SIGKILL) -> int:
        """Send a signal to one process; returns the pid that it had.

        Raises:
            KeyError: no such process runs.
        """
        pid = self.pids[name]
        os.kill(pid, with_signal)
        return pid

    def wait_healthy(self, *names: str, other_than: int = 0, seconds: float = 120) -> float:
        """Wait until these processes (none: all) are healthy; returns the seconds that it took.

        other_than: a pid that was killed: the process that counts has to be another one.

        Raises:
            TimeoutError: they are not; the message holds the end of the logs.
        """
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            there = self.processes
            chosen = [there[name] for name in names or there if name in there]
            well = all(c.state in ("healthy", "done") and (not c.pid or c.pid != other_than) for c in chosen)
            if well and len(chosen) == len(names or there) and chosen:
                return time.monotonic() - begun
            time.sleep(0.05)
        raise TimeoutError(f"not healthy after {seconds:.0f} s: {', '.join(names) or 'all'}\n{self.unwell_logs()}")

    def log(self, name: str, characters: int = 4000) -> str:
        """The end of a process's log."""
        file = self.home.logs / f"{name}.log"
        return file.read_text(errors="replace")[-characters:] if file.exists() else ""

    def unwell_logs(self) -> str:
        """The ends of the logs of what is not well."""
        unwell = [c for c in self.processes.values() if c.state not in ("healthy", "done", "waiting")]
        return "\n".join(f"--- {c.name}: {c.state} {c.message}\n{self.log(c.name, 1500)}" for c in unwell)


@contextmanager
def session(path: Path, *names: str) -> Iterator[Session]:
    """Start a platform (or only these processes of it) in `path`, stop it at the end.

    Raises:
        PlatformError: it does not start.
    """
    home = Home(path)
    home.create()
    running = Session(home)
    try:
        running.start(*names)
        yield running
    finally:
        control.down(home)
