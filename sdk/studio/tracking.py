"""A team's own training loop as a run of the studio: `init`, `log`, `finish`.

    import studio

    run = studio.init("support-bot", {"learning_rate": 1e-5})
    for step in range(1, 101):
        run.log({"loss": loss, "reward": reward, "kl": kl}, step)
        if run.stopped:  # somebody cancelled it
            break
    run.finish()

Once the loop trains, nothing here waits for the network or raises into it: a thread sends, a bounded buffer holds what
the platform has not acknowledged, and each fact has a number, so that what is sent twice counts once.
"""

from __future__ import annotations

import atexit
import os
import re
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from studio.errors import ApiError, StudioError
from studio.place import Place, find
from studio.tracking_run import TrackedRun
from studio.tracking_step import plain
from studio.tracking_wire import Wire

LINGER = 5.0  # seconds in which more may be told about the newest step
WAIT = 10.0  # seconds


_current: TrackedRun | None = None


def init(
    name: str,
    config: Mapping[str, Any] | None = None,
    *,
    id: str = "",
    loop: str = "",
    labels: Mapping[str, str] | None = None,
    dataset_id: str = "",
    base_model: str = "",
    steps_total: int = 0,
    definitions: Mapping[str, str] | None = None,
    place: Place | None = None,
    capacity: int = 10_000,
    linger: float = LINGER,
    wait: float = WAIT,
) -> TrackedRun:
    """Start a run, or go on with one; it is also what `studio.log` and `studio.finish` mean from now on.

    A process with RANK other than 0 gets a run that tells nobody anything. A run that is not finished when the program
    ends is ended then: failed where an exception ended it.

    Args:
        name: shown in lists: letters, digits and . _ - .
        config: of the loop, for people to read; the platform does not look into it.
        id: of a run of this loop that goes on; its recorded steps are not told again.
        loop: name of the program; that of the script and the machine otherwise.
        dataset_id, base_model: where the platform knows them; they are in the run's lineage.
        definitions: what each figure means, by name; shown with the figures.
        capacity: steps that may wait for the platform.
        linger: seconds in which more may be told about the newest step.
        wait: seconds for the platform's first answer. A platform that is away is no error: it gets everything later.

    Raises:
        NotConfigured: no platform is known.
        ApiError: it refuses: not logged in, an impossible name, a run that has ended.
    """
    global _current
    found = place or find()
    program = loop or re.sub(r"[/\s]+", "-", f"{Path(sys.argv[0] or 'python').stem}@{socket.gethostname()}")[:200]
    asked = {"labels": dict(labels or {}), "dataset_id": dataset_id, "base_model": base_model}
    about = {"config": plain(dict(config or {})), "definitions": dict(definitions or {}), **asked}
    quiet = os.environ.get("RANK", "0") not in ("", "0")
    run = TrackedRun(
        None if quiet else lambda: Wire(found, name, program, id, about),
        steps_total=steps_total,
        capacity=capacity,
        linger=linger,
    )
    if run.sender is not None:
        if not run.sender.opened.wait(wait):
            run.warn(f"{found.url} has not answered in {wait:.0f} s; steps wait until it does")
        elif isinstance(run.sender.error, ApiError):
            raise run.sender.error
        _at_exit(lambda: _leave(run))
    _current = run
    return run


def log(values: Mapping[str, Any], step: int | None = None, *, phase: str = "train") -> None:
    """`TrackedRun.log` of the run that `init` began last.

    Raises:
        StudioError: there is none.
    """
    _begun().log(values, step, phase=phase)


def finish(outcome: str = "completed", *, reason: str = "", metrics: Mapping[str, Any] | None = None) -> bool:
    """`TrackedRun.finish` of the run that `init` began last."""
    return _begun().finish(outcome, reason=reason, metrics=metrics)


def _begun() -> TrackedRun:
    if _current is None:
        raise StudioError("no run was begun", code="NO_RUN", remedy="call studio.init(name, config) first")
    return _current


def _leave(run: TrackedRun) -> None:
    error = getattr(sys, "last_value", None)
    if error is None or hasattr(sys, "ps1"):  # at a prompt, an exception ends a line and not the program
        run.finish(seconds=WAIT)
    else:
        run.finish("failed", reason=f"{type(error).__name__}: {error}", seconds=WAIT)


# Threads of executors, which look up host names, are gone when `atexit` runs; this comes before.
_at_exit: Callable[[Callable[[], None]], Any] = getattr(threading, "_register_atexit", atexit.register)
