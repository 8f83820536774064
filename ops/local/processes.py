"""Every process of the laptop platform, as data."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ops.local import kafka, postgres, probes, s3
from ops.local.home import Home
from ops.local.program import Program, always

ROOT = Path(__file__).parents[2]
SERVERS = ("kafka", "postgres", "s3")


@dataclass(frozen=True)
class Role:
    """One of our own processes: `studio <command>`, healthy when GET /health on `port` answers 200.

    `probe_port` says that the process has no server of its own: `ops.run` answers for it on that port.
    """

    name: str
    command: tuple[str, ...]
    port: str = ""
    probe_port: bool = False
    after: tuple[str, ...] = ("create",)
    once: bool = False
    stop_seconds: float = 10.0


ROLES = (
    Role("create", ("create",), after=SERVERS, once=True),
    Role("core", ("run", "core"), port="core_probe", probe_port=True),
    Role("metrics", ("run", "processor", "metrics"), port="metrics_probe", probe_port=True),
    Role("api", ("run", "api"), port="api"),
    Role("feed", ("run", "feed"), port="feed"),
    Role("router", ("run", "router"), port="router"),
    Role("serving", ("run", "serving"), port="serving"),
    Role("trainer", ("run", "trainer"), port="trainer_probe", probe_port=True),
)


def programs(home: Home, external: Mapping[str, str]) -> dict[str, Program]:
    """All programs by name, without the servers that the person runs."""
    ports, secrets = home.ports(), home.secrets()
    servers: dict[str, Callable[[], Program]] = {
        "kafka": lambda: kafka.program(home, ports),
        "postgres": lambda: postgres.program(home, ports, secrets),
        "s3": lambda: s3.program(home, ports, secrets),
    }
    made = {name: make() for name, make in servers.items() if name not in external}
    return {**made, **{role.name: program(role, ports) for role in ROLES}}


def program(role: Role, ports: Mapping[str, int]) -> Program:
    """How to run one of our own processes on this machine."""
    port = ports[role.port] if role.port else 0
    # -P: rooms are found through the import path below, never through the folder that `studio up` was typed in
    path = os.pathsep.join([str(ROOT), str(ROOT / "sdk"), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {"PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}
    # glibc keeps one arena per thread; two are plenty here and save about 100 MB over all processes.
    environment["MALLOC_ARENA_MAX"] = "2"
    if role.probe_port:
        environment["STUDIO_PROBE_PORT"] = str(port)
    return Program(
        name=role.name,
        argv=(sys.executable, "-P", "-m", "ops", *role.command),
        probe=probes.http(port, "/health") if port else always,
        environment=environment,
        after=role.after,
        once=role.once,
        stop_seconds=role.stop_seconds,
        url=f"http://127.0.0.1:{port}" if role.name in ("api", "feed", "router", "serving") else "",
        ports=(port,) if port else (),
    )
