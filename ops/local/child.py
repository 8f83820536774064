"""One supervised process: start, watch, restart with exponential backoff, stop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable, Mapping

import psutil

from ops.local.home import Home
from ops.local.identity import child_setup
from ops.local.program import Program
from ops.local.state import ChildState

FIRST_PAUSE, LONGEST_PAUSE, STEADY = 0.3, 10.0, 30.0  # seconds
PROBE_STARTING, PROBE_RUNNING = 0.1, 2.0  # seconds between probes
ONCE_TRIES = 3
TOLERATED_PROBES = 3  # probes that may fail in a row before a process counts as unhealthy
HUNG_SECONDS = 120.0  # unhealthy for so long: it is killed and started again
REFUSED = 78  # EX_CONFIG of sysexits.h: started again it would say the same
LOG_BYTES = 32 * 1024 * 1024


class Child:
    """Runs one program for as long as the platform is wanted. `changed` is called at every change of state."""

    def __init__(self, program: Program, home: Home, environment: Mapping[str, str], changed: Callable[[], None]):
        self.program = program
        self.log = home.logs / f"{program.name}.log"
        self.environment = environment
        self.changed = changed
        self.state = ChildState(
            name=program.name, url=program.url, ports=program.ports, log=str(self.log), since=time.time()
        )
        self.ready = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = False

    def become(self, state: str, message: str = "") -> None:
        """Enter a state (no change: nothing happens) and tell."""
        if (state, message) == (self.state.state, self.state.message):
            return
        self.state.state, self.state.message, self.state.since = state, message, time.time()  # type: ignore[assignment]
        if state in ("healthy", "done"):
            self.ready.set()
        self.changed()

    async def run(self, before: list[Child]) -> None:
        """Wait for what has to be there first, then keep the program running until `stop`."""
        self.state.restarts = 0
        for child in before:
            await child.ready.wait()
        pause = FIRST_PAUSE
        while not self._stopping:
            started = time.monotonic()
            ended = await self._once()
            if self._stopping:
                break
            if self.program.once and ended == 0:
                self.become("done")
                return
            if self.program.once and self.state.restarts >= ONCE_TRIES:
                self.become("failed", f"ended with {_ending(ended)} {ONCE_TRIES + 1} times: {self.last_words()}")
                return
            if ended == REFUSED:
                self.become("failed", f"refused to start: {self.last_words()}")
                return
            pause = FIRST_PAUSE if time.monotonic() - started > STEADY else min(pause * 2, LONGEST_PAUSE)
            self.become("backoff", f"ended with {_ending(ended)}; next try in {pause:.1f} s: {self.last_words()}")
            await asyncio.sleep(pause)
            self.state.restarts += 1

    async def _once(self) -> int:
        """One life of the process; returns its exit code (negative: the signal that ended it)."""
        self.become("starting")
        try:
            if self.program.prepare is not None:
                await self.program.prepare()
        except Exception as error:  # whatever preparing meets is shown to the person and tried again
            self._write(f"cannot prepare {self.program.name}: {error}\n")
            return 1
        self._process = await self._spawn()
        self.state.pid = self._process.pid
        with contextlib.suppress(psutil.NoSuchProcess):
            self.state.created = psutil.Process(self._process.pid).create_time()
        self.changed()
        watch = asyncio.create_task(self._watch(self._process))
        ended = await self._process.wait()
        watch.cancel()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)  # what it started and left behind
        self.state.pid, self.state.created = 0, 0.0
        return ended

    async def _spawn(self) -> asyncio.subprocess.Process:
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *self.program.argv,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**self.environment, **self.program.environment},
                start_new_session=True,  # Ctrl-C reaches the supervisor only, which stops in order
                preexec_fn=child_setup(self.program.identity, self.program.stop_signal),
            )

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        if self.program.once:
            return
        begun, failed, unwell_since = time.monotonic(), 0, 0.0
        while True:
            try:
                well = await self.program.probe()
            except (OSError, TimeoutError, EOFError, ValueError):
                well = False
            now = time.monotonic()
            if well:
                failed, unwell_since = 0, 0.0
                self.become("healthy")
            elif self.state.state == "starting":
                if now - begun > self.program.start_seconds:
                    self._write(f"not ready after {self.program.start_seconds:.0f} s: killed\n")
                    process.kill()
            else:
                failed += 1
                unwell_since = unwell_since or now
                if failed >= TOLERATED_PROBES:
                    self.become("unhealthy", "does not answer its health check")
                if now - unwell_since > HUNG_SECONDS:
                    self._write(f"no answer to health checks for {HUNG_SECONDS:.0f} s: killed\n")
                    process.kill()
            await asyncio.sleep(PROBE_STARTING if self.state.state == "starting" else PROBE_RUNNING)

    async def stop(self) -> None:
        """Ask the process to end, then make it end."""
        self._stopping = True
        process = self._process
        if process is not None and process.returncode is None:
            self.become("stopping")
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(self.program.stop_signal)
            try:
                await asyncio.wait_for(process.wait(), self.program.stop_seconds)
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        self.state.pid, self.state.created = 0, 0.0
        self.become("stopped")

    def last_words(self) -> str:
        """The last line of the log, cut to 300 characters."""
        try:
            with self.log.open("rb") as log:
                log.seek(max(0, self.log.stat().st_size - 4000))
                lines = [line for line in log.read().decode(errors="replace").splitlines() if line.strip()]
        except FileNotFoundError:
            return ""
        return lines[-1][-300:] if lines else ""

    def _write(self, text: str) -> None:
        with self.log.open("a") as log:
            log.write(text)


def _ending(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
