"""The supervisor: starts every wanted program in parallel, keeps it alive, stops all of it in order."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import signal
import time
from collections.abc import Callable, Mapping

import psutil

from ops.local import state as states
from ops.local.child import Child
from ops.local.home import Home, write_atomically
from ops.local.program import Program

LEFTOVER_SECONDS = 12.0


class AlreadyRunning(Exception):
    """Another supervisor holds this home."""


class Supervisor:
    """One per home, enforced by a file lock that dies with the process.

    SIGTERM and SIGINT stop everything; SIGHUP reads STUDIO_HOME/run/wanted.json again and starts what is new in it.
    """

    def __init__(
        self,
        home: Home,
        programs: Mapping[str, Program],
        environment: Mapping[str, str],
        external: Mapping[str, str],
        told: Callable[[states.PlatformState], None] | None = None,
    ):
        self.home, self.programs, self.environment = home, programs, environment
        self.told = told
        self.children: dict[str, Child] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}
        me = psutil.Process()
        self.state = states.PlatformState(me.pid, me.create_time(), external=dict(external))
        self._stop = asyncio.Event()
        self._lock = -1

    async def run(self) -> None:
        """Run until stopped.

        Raises:
            AlreadyRunning: another supervisor holds the home.
        """
        self._acquire()
        await self._clear_leftovers()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self.start_wanted)
        self.start_wanted()
        try:
            await self._stop.wait()
        finally:
            await self._shut_down()

    def start_wanted(self) -> None:
        """Start what is wanted, what it needs, and nothing that runs already."""
        for name in with_needs(wanted(self.home) or list(self.programs), self.programs):
            if name not in self.children:
                self.children[name] = Child(self.programs[name], self.home, self.environment, self.changed)
        for name, child in self.children.items():
            if child.state.state == "failed":  # asked again: perhaps its reason is gone
                child.become("waiting")
                self.tasks.pop(name, None)
            if name not in self.tasks:
                before = [self.children[need] for need in child.program.after if need in self.children]
                self.tasks[name] = asyncio.create_task(child.run(before), name=name)
        self.state.asked += 1
        self.changed()

    def changed(self) -> None:
        """Write the state file, and tell whoever watches in this process."""
        self.state.children = {name: child.state for name, child in self.children.items()}
        states.write(self.home, self.state)
        if self.told is not None:
            self.told(self.state)

    def _acquire(self) -> None:
        self._lock = os.open(self.home.run / "supervisor.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(f"a supervisor already runs for {self.home.path}") from None

    async def _clear_leftovers(self) -> None:
        """End children of a supervisor that was killed; the kernel has already sent them their stop signal."""
        before = states.read(self.home)
        known = [(child.pid, child.created) for child in before.children.values()] if before else []
        deadline = time.monotonic() + LEFTOVER_SECONDS
        while left := [process for pid, created in known if (process := states.alive(pid, created)) is not None]:
            for process in left:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill() if time.monotonic() > deadline else process.terminate()
            await asyncio.sleep(0.2)

    async def _shut_down(self) -> None:
        for tier in sorted({child.program.tier for child in self.children.values()}, reverse=True):
            await asyncio.gather(*(c.stop() for c in self.children.values() if c.program.tier == tier))
        for task in self.tasks.values():
            task.cancel()
        self.home.state_file.unlink(missing_ok=True)


def wanted(home: Home) -> list[str]:
    """Names that should run; empty means all."""
    return list(json.loads(home.wanted_file.read_text())) if home.wanted_file.exists() else []


def want(home: Home, names: list[str]) -> None:
    """Write down what should run."""
    write_atomically(home.wanted_file, json.dumps(names))


def with_needs(names: list[str], programs: Mapping[str, Program]) -> list[str]:
    """The names and everything they come after, in the order of `programs`."""
    needed: set[str] = set()
    todo = [name for name in names if name in programs]
    while todo:
        name = todo.pop()
        if name not in needed:
            needed.add(name)
            todo.extend(need for need in programs[name].after if need in programs)
    return [name for name in programs if name in needed]
