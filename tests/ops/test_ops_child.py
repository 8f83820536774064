"""One supervised process, with small programs in the place of servers."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ops.local import child as children
from ops.local.child import Child
from ops.local.home import Home
from ops.local.program import Program, always
from tests.processes import gone


@asynccontextmanager
async def running(tmp_path: Path, code: str, **more: object) -> AsyncIterator[tuple[Child, list[str]]]:
    """A child that runs Python `code`, and the states that it went through."""
    home = Home(tmp_path)
    home.create()
    seen: list[str] = []
    program = Program("one", (sys.executable, "-c", code), **{"probe": always, **more})  # type: ignore[arg-type]

    def changed() -> None:
        if seen[-1:] != [child.state.state]:
            seen.append(child.state.state)

    child = Child(program, home, dict(os.environ), changed)
    task = asyncio.create_task(child.run([]))
    try:
        yield child, seen
    finally:
        await child.stop()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(true: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "too late"
        await asyncio.sleep(0.02)


async def test_what_ends_is_started_again_later_and_later(tmp_path: Path) -> None:
    async with running(tmp_path, "print('my last words'); raise SystemExit(3)") as (child, seen):
        await until(lambda: child.state.restarts >= 2)
        assert seen.count("backoff") >= 2
        await until(lambda: child.state.state == "backoff")
        assert "exit code 3" in child.state.message
        assert "next try in" in child.state.message
        assert "my last words" in child.state.message


async def test_a_signal_is_named(tmp_path: Path) -> None:
    async with running(tmp_path, "import os; os.kill(os.getpid(), 9)") as (child, _):
        await until(lambda: "signal SIGKILL" in child.state.message)


async def test_a_refusal_is_final_and_says_why(tmp_path: Path) -> None:
    async with running(tmp_path, "print('partitions drifted'); raise SystemExit(78)") as (child, _):
        await until(lambda: child.state.state == "failed")
        assert "partitions drifted" in child.state.message
        assert child.state.restarts == 0


async def test_a_job_is_done_once_and_lets_others_start(tmp_path: Path) -> None:
    async with running(tmp_path, "pass", once=True) as (child, seen):
        await asyncio.wait_for(child.ready.wait(), 20)
        assert child.state.state == "done"
        assert seen.count("starting") == 1


async def test_a_job_that_fails_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "FIRST_PAUSE", 0.01)
    async with running(tmp_path, "raise SystemExit(1)", once=True) as (child, seen):
        await until(lambda: child.state.state == "failed")
        assert seen.count("starting") == children.ONCE_TRIES + 1


async def test_what_does_not_answer_is_unhealthy_and_then_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "PROBE_RUNNING", 0.02)
    monkeypatch.setattr(children, "HUNG_SECONDS", 0.5)
    answers = iter([True, *[False] * 10_000])

    async def probe() -> bool:
        return next(answers)

    async with running(tmp_path, "import time; time.sleep(60)", probe=probe) as (child, seen):
        await until(lambda: child.state.restarts == 1)
        assert [state for state in seen if state in ("healthy", "unhealthy", "backoff")][:3] == [
            "healthy",
            "unhealthy",
            "backoff",
        ]


async def test_what_is_not_ready_in_time_is_killed(tmp_path: Path) -> None:
    async def never() -> bool:
        raise ConnectionRefusedError

    code = "import time; time.sleep(60)"
    async with running(tmp_path, code, probe=never, start_seconds=0.3) as (child, _):
        await until(lambda: child.state.restarts == 1)
        assert "not ready after" in child.log.read_text()


async def test_one_that_ignores_its_stop_signal_is_killed_with_what_it_started(tmp_path: Path) -> None:
    code = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); print(p.pid, flush=True);"
        "time.sleep(60)"
    )
    async with running(tmp_path, code, stop_seconds=0.3) as (child, _):
        await until(lambda: child.log.exists() and child.log.read_text().endswith("\n"))
        pids = [child.state.pid, int(child.log.read_text())]
        await child.stop()
        await until(lambda: all(gone(pid) for pid in pids))


async def test_preparing_that_fails_is_told_and_tried_again(tmp_path: Path) -> None:
    tries = []

    async def prepare() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("the disk is full")

    async with running(tmp_path, "import time; time.sleep(60)", prepare=prepare) as (child, _):
        await until(lambda: "the disk is full" in child.state.message)
        await until(lambda: child.state.state == "healthy")


async def test_a_child_gets_its_environment_and_no_terminal(tmp_path: Path) -> None:
    code = "import os, sys; print(os.environ['STUDIO_PROBE_PORT'], sys.stdin.isatty(), os.getsid(0) == os.getpid())"
    async with running(tmp_path, code, once=True, environment={"STUDIO_PROBE_PORT": "7"}) as (child, _):
        await asyncio.wait_for(child.ready.wait(), 20)
        assert child.log.read_text() == "7 False True\n"
