"""What the supervisor knows about one process before it runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from signal import SIGTERM

from ops.local.identity import Identity


@dataclass(frozen=True)
class Program:
    """One process: how to start it, how to see that it is well, how to stop it.

    `after` names programs that have to be ready first. `prepare` runs before every start (format a data folder,
    remove what a crash left behind). A `once` program is done when it exits with 0. Stopping sends `stop_signal`
    and, after `stop_seconds`, SIGKILL. `tier` orders the stop: higher tiers stop first.
    """

    name: str
    argv: tuple[str, ...]
    probe: Callable[[], Awaitable[bool]]
    environment: Mapping[str, str] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    prepare: Callable[[], Awaitable[None]] | None = None
    once: bool = False
    stop_signal: int = SIGTERM
    stop_seconds: float = 15.0
    start_seconds: float = 120.0
    tier: int = 1
    identity: Identity | None = None
    url: str = ""
    ports: tuple[int, ...] = ()


async def always() -> bool:
    """Probe of a process that has no other sign of life than being there."""
    return True
