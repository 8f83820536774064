"""`studio run ROLE`: one long-running role in this process, or the light ones together (`core`)."""

from __future__ import annotations

import asyncio
import importlib
import os
import signal
from collections.abc import Awaitable, Callable, Sequence

import structlog

from ops.probe import serve_probe
from streams.logs import configure
from streams.settings import Settings, settings

Run = Callable[[Settings], Awaitable[None]]
PROCESSORS = ("extraction", "generation", "curation", "datasets", "training", "deployment", "metrics")

# Where each role's coroutine is. Imported only when it runs, so that torch and Faust stay where they are needed.
ROLES: dict[str, str] = {
    "relay": "streams.relay:run",
    "projections": "projections.engine:run",
    "api": "api.server:run",
    "feed": "api.feed.server:run",
    "router": "serving.router:run",
    "serving": "serving.worker:run",
    "trainer": "processors.training.engine:run",
    "processor extraction": "processors.extraction.engine:run",
    "processor generation": "processors.generation.engine:run",
    "processor curation": "processors.curation.engine:run",
    "processor datasets": "processors.datasets.engine:run",
    "processor deployment": "processors.deployment.engine:run",
    "processor metrics": "processors.metrics.engine:run",
}
# What one light process of a laptop holds together.
CORE = (
    "relay",
    "processor extraction",
    "processor generation",
    "processor curation",
    "processor datasets",
    "processor deployment",
    "projections",
)
log = structlog.get_logger()


def members(role: str) -> tuple[str, ...]:
    """The roles that run in this process.

    Raises:
        KeyError: there is no such role.
    """
    chosen = CORE if role == "core" else (role,)
    for name in chosen:
        if name not in ROLES:
            raise KeyError(name)
    return chosen


def load(role: str) -> Run:
    """The coroutine function of a role; imports its room."""
    module, function = ROLES[role].split(":")
    run: Run = getattr(importlib.import_module(module), function)
    return run


def together(roles: Sequence[str]) -> dict[str, Run]:
    """What runs in one process, by name; rooms and projections share connections where there are several."""
    rooms = [role for role in roles if role.startswith("processor ")]
    if len(rooms) < 2:
        return {role: load(role) for role in roles}

    async def run_all(settings: Settings) -> None:
        from projections.engine import run_all as run_projections
        from streams.room import Room, run_rooms, runtime

        found: list[Room] = [importlib.import_module(ROLES[role].split(":")[0]).ROOM for role in rooms]
        async with runtime(settings, connections=24) as shared, asyncio.TaskGroup() as group:
            group.create_task(run_rooms(shared, found))
            if "projections" in roles:
                group.create_task(run_projections(shared))

    alone = [role for role in roles if role not in rooms and role != "projections"]
    return {**{role: load(role) for role in alone}, "rooms": run_all}


def run(role: str) -> int:
    """Run a role until SIGTERM or SIGINT; returns the exit code of the process.

    0: stopped as asked. 1: a member of it failed, which ends the process so that its supervisor starts it afresh.
    """
    configure(role, settings().log_level)
    runs = together(members(role))
    try:
        import uvloop
    except ImportError:
        return asyncio.run(_together(runs))
    return uvloop.run(_together(runs))


async def _together(runs: dict[str, Run]) -> int:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    tasks = {name: asyncio.create_task(_one(name, run), name=name) for name, run in runs.items()}
    stopped = asyncio.create_task(stop.wait())
    port = int(os.environ.get("STUDIO_PROBE_PORT", "0"))
    async with serve_probe(port, tasks, os.environ.get("STUDIO_PROBE_HOST", "127.0.0.1")):
        log.info("running", roles=list(tasks), pid=os.getpid())
        await asyncio.wait([stopped, *tasks.values()], return_when=asyncio.FIRST_COMPLETED)
        failed = [name for name, task in tasks.items() if task.done() and not stop.is_set()]
        for task in (stopped, *tasks.values()):
            task.cancel()
        await asyncio.gather(stopped, *tasks.values(), return_exceptions=True)
    if failed:
        log.error("ended by itself", roles=failed)
    return 1 if failed else 0


async def _one(name: str, run: Run) -> None:
    try:
        await run(settings())
    except asyncio.CancelledError:
        raise
    except BaseException as error:
        log.exception("failed", role=name, error=repr(error))
        raise
