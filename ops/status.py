"""What a person asks of a running platform: which processes, are they well, what do they use, where do they listen."""

from __future__ import annotations

import time
from typing import Any

import psutil
from rich.table import Table

from ops.local import state as states
from ops.local.home import Home
from ops.local.state import ChildState

COLOURS = {"healthy": "green", "done": "green", "failed": "red", "unhealthy": "red", "backoff": "red"}


def report(home: Home) -> dict[str, Any]:
    """The platform as one JSON document; `running` is false where no supervisor is alive."""
    state = states.running(home)
    processes = [_process(child) for child in state.children.values()] if state else []
    return {
        "home": str(home.path),
        "running": state is not None,
        "healthy": bool(state and state.healthy),
        "supervisor": {"pid": state.pid, "memory_bytes": own_memory(state)} if state else None,
        "external": state.external if state else {},
        "memory_bytes": sum(process["memory_bytes"] for process in processes) + (own_memory(state) if state else 0),
        "processes": processes,
    }


def _process(child: ChildState) -> dict[str, Any]:
    return {
        "name": child.name,
        "state": child.state,
        "healthy": child.state in ("healthy", "done"),
        "pid": child.pid or None,
        "restarts": child.restarts,
        "seconds_in_state": round(time.time() - child.since, 1),
        "memory_bytes": memory(child.pid, child.created),
        "ports": list(child.ports),
        "url": child.url or None,
        "log": child.log,
        "message": child.message,
    }


def own_memory(state: states.PlatformState) -> int:
    """Bytes resident in the supervisor itself."""
    process = states.alive(state.pid, state.created)
    return int(process.memory_info().rss) if process else 0


def memory(pid: int, created: float) -> int:
    """Bytes that a process and its descendants hold.

    Proportional (PSS) where there are several, because the processes of Postgres share most of what they hold.
    """
    process = states.alive(pid, created)
    if process is None:
        return 0
    try:
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    total = 0
    for one in family:
        try:
            total += one.memory_info().rss if len(family) == 1 else one.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied, AttributeError):
            continue
    return total


def table(document: dict[str, Any]) -> Table:
    """The report for a terminal."""
    view = Table(title=f"{document['home']}  ({document['memory_bytes'] / 2**20:.0f} MiB)", title_justify="left")
    for column in ("process", "state", "pid", "restarts", "MiB", "where"):
        view.add_column(column, justify="right" if column in ("pid", "restarts", "MiB") else "left")
    for process in document["processes"]:
        colour = COLOURS.get(process["state"], "yellow")
        where = process["url"] or ", ".join(str(port) for port in process["ports"])
        view.add_row(
            process["name"],
            f"[{colour}]{process['state']}[/]",
            str(process["pid"] or ""),
            str(process["restarts"]),
            f"{process['memory_bytes'] / 2**20:.0f}" if process["memory_bytes"] else "",
            process["message"] or where,
        )
    for name, address in document["external"].items():
        view.add_row(name, "external", "", "", "", address.rsplit("@", 1)[-1])
    return view
