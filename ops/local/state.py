"""What is running: the supervisor's state file, and whether the pids in it still are who they were."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import psutil

from ops.local.home import Home, write_atomically

Health = Literal["waiting", "starting", "healthy", "unhealthy", "backoff", "done", "failed", "stopping", "stopped"]


@dataclass
class ChildState:
    """One process as the supervisor sees it. `created` is the kernel's start time of the pid, in epoch seconds."""

    name: str
    state: Health = "waiting"
    pid: int = 0
    created: float = 0.0
    restarts: int = 0
    since: float = 0.0
    url: str = ""
    ports: tuple[int, ...] = ()
    log: str = ""
    message: str = ""


@dataclass
class PlatformState:
    """The supervisor and its children, as written to STUDIO_HOME/run/supervisor.json."""

    pid: int
    created: float
    children: dict[str, ChildState] = field(default_factory=dict)
    external: dict[str, str] = field(default_factory=dict)
    asked: int = 0
    """How often the supervisor has read what is wanted: who asks waits for the number to rise."""

    @property
    def healthy(self) -> bool:
        """Every child is well (or has done its one job)."""
        return bool(self.children) and all(c.state in ("healthy", "done") for c in self.children.values())


def write(home: Home, state: PlatformState) -> None:
    """Replace the state file in one step."""
    write_atomically(home.state_file, json.dumps(asdict(state)), mode=0o600)


def read(home: Home) -> PlatformState | None:
    """The state file, whoever wrote it; None where there is none (or a crash left half of one)."""
    try:
        raw: dict[str, Any] = json.loads(home.state_file.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    children = {name: ChildState(**child) for name, child in raw.pop("children").items()}
    return PlatformState(children=children, **raw)


def alive(pid: int, created: float) -> psutil.Process | None:
    """The process with this pid, if it is the one that started at `created`: a pid that was given anew is foreign."""
    if not pid:
        return None
    try:
        process = psutil.Process(pid)
        if abs(process.create_time() - created) < 1.5 and process.status() != psutil.STATUS_ZOMBIE:
            return process
    except psutil.NoSuchProcess:
        pass
    return None


def running(home: Home) -> PlatformState | None:
    """The state of a supervisor that is alive; None otherwise."""
    state = read(home)
    return state if state is not None and alive(state.pid, state.created) else None
