"""Starting, finding and stopping a platform from outside of its supervisor."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ops.local import state as states
from ops.local.environment import environment, external
from ops.local.home import Home
from ops.local.identity import child_setup
from ops.local.processes import SERVERS, programs
from ops.local.state import PlatformState
from ops.local.supervisor import Supervisor, want, wanted, with_needs

ALREADY = 4  # exit code of a supervisor that found another one
UP_SECONDS, DOWN_SECONDS = 180.0, 60.0


class PlatformError(Exception):
    """The platform cannot be started or stopped; the message says why and names the log."""


async def supervise(home: Home, told: Callable[[PlatformState], None] | None = None) -> None:
    """Be the supervisor of this home until a signal comes."""
    home.create()
    servers = external(home)
    full = {**os.environ, **environment(home)}
    await Supervisor(home, programs(home, servers), full, servers, told).run()


def up(
    home: Home,
    names: list[str],
    told: Callable[[PlatformState], None] | None = None,
    seconds: float = UP_SECONDS,
    tied: bool = False,
) -> PlatformState:
    """Start these programs (empty: all) under a detached supervisor and wait until they are healthy.

    tied: the supervisor, and with it everything, ends when the calling process dies.

    Raises:
        PlatformError: one of them refuses, or they are not healthy in time.
    """
    home.create()
    all_programs = programs(home, external(home))
    now = states.running(home)
    want_only(home, merged(wanted(home), names) if now else names)
    expected = set(with_needs(names or list(all_programs), all_programs))
    process = None
    if now is None:
        process = _detach(home, tied)
    else:
        os.kill(now.pid, signal.SIGHUP)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        time.sleep(0.1)
        state = states.running(home)
        if state is None and now is not None:  # it was dying as it was asked
            now, process = None, _detach(home, tied)
            continue
        if state is None or (now is not None and state.asked <= now.asked):
            if process is not None and process.poll() == ALREADY:
                process = None  # another `up` was faster: wait for what it starts
            if process is not None and process.poll() is not None:
                raise PlatformError(f"the supervisor ended: {_tail(home.logs / 'supervisor.log')}")
            continue
        if told is not None:
            told(state)
        failed = [child for child in state.children.values() if child.state == "failed"]
        if failed:
            raise PlatformError("; ".join(f"{c.name}: {c.message} (log: {c.log})" for c in failed))
        if expected <= set(state.children) and state.healthy:
            return state
    state = states.running(home)
    late = [c for c in state.children.values() if c.state not in ("healthy", "done")] if state else []
    raise PlatformError(
        f"not healthy after {seconds:.0f} s: " + "; ".join(f"{c.name} is {c.state} {c.message} ({c.log})" for c in late)
    )


def down(home: Home, seconds: float = DOWN_SECONDS) -> bool:
    """Stop the platform of this home, and what a killed supervisor left; False where nothing ran.

    Raises:
        PlatformError: it does not end in time.
    """
    state = states.read(home)
    if state is None:
        return False
    supervisor = states.alive(state.pid, state.created)
    children = [p for c in state.children.values() if (p := states.alive(c.pid, c.created)) is not None]
    if supervisor is None and not children:
        home.state_file.unlink(missing_ok=True)
        return False
    for process in [supervisor] if supervisor else children:
        process.terminate()
    deadline = time.monotonic() + seconds
    rest = [*children, *([supervisor] if supervisor else [])]
    while rest := [p for p in rest if states.alive(p.pid, p.create_time()) is not None and _is_running(p)]:
        if time.monotonic() > deadline:
            raise PlatformError(f"still running after {seconds:.0f} s: {', '.join(str(p.pid) for p in rest)}")
        time.sleep(0.05)
    if supervisor is not None:
        with contextlib.suppress(ChildProcessError):  # it is our child only where this process started it
            os.waitpid(supervisor.pid, 0)
    home.state_file.unlink(missing_ok=True)
    return True


def known(home: Home) -> list[str]:
    """Names of all processes that can run here."""
    return list(programs(home, external(home)))


def merged(before: list[str], more: list[str]) -> list[str]:
    """What runs stays, a second `up` only adds. An empty list stands for all."""
    return sorted({*before, *more}) if before and more else []


def want_only(home: Home, names: list[str]) -> None:
    """Write down what the next supervisor of this home shall run (empty: all).

    Raises:
        PlatformError: there is no such process.
    """
    there = known(home)
    unknown = sorted(set(names) - set(there) - set(SERVERS))
    if unknown:
        raise PlatformError(f"no such process: {', '.join(unknown)}; there are {', '.join(there)}")
    want(home, names)


def _is_running(process: object) -> bool:
    import psutil

    assert isinstance(process, psutil.Process)
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def _detach(home: Home, tied: bool) -> subprocess.Popen[bytes]:
    with (home.logs / "supervisor.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "ops.local", "supervise"],
            env={**os.environ, "STUDIO_HOME": str(home.path)},
            cwd=Path(__file__).parents[2],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=child_setup(None) if tied else None,
        )


def _tail(file: Path) -> str:
    lines = file.read_text(errors="replace").strip().splitlines() if file.exists() else []
    return lines[-1] if lines else "no word in its log"
