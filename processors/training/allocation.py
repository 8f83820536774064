"""Which trainer takes which run: a pure policy over what the trainers announced and what the runs need.

Runs are served in the order of their requests. A run goes to the trainer whose free memory fits it most tightly, so
that large devices stay free for runs that need them; of two alike, to the first by name. A trainer that is silent, busy
or too small gets nothing, and a run that fits nobody waits without holding up those behind it.

Each trainer works this out for itself. Where two see the log a moment apart and both want a run, the gate gives it to
one. Where each leaves it to the other - the other may have given up on this run for now, or be stuck - it is anybody's
who fits after ``GRACE`` seconds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from studio.contract import Event
from studio.contract.records import TrainerAnnounced

SILENCE = 20.0  # seconds without an announcement after which a trainer is not counted on
GRACE = 5.0
KINDS = ("cpu", "cuda")

K = TypeVar("K")
K_co = TypeVar("K_co", covariant=True)


@dataclass(frozen=True)
class Device:
    """Something to train on. kind: cpu or cuda; memory and free in bytes."""

    name: str
    kind: str
    memory: int
    free: int


@dataclass(frozen=True)
class Needs:
    """What a run needs. device: cpu, cuda or any; memory in bytes that must be free."""

    device: str = "any"
    memory: int = 0


@dataclass(frozen=True)
class Announced:
    """A trainer as it announced itself, heard at ``heard`` on the reader's clock."""

    name: str
    devices: tuple[Device, ...]
    heard: float
    tenant: str = ""
    order: tuple[int, int] = (0, 0)


class Waiting(Protocol[K_co]):
    """A run that waits for a trainer, as the policy looks at it."""

    @property
    def key(self) -> K_co: ...
    @property
    def needs(self) -> Needs: ...


def room(trainer: Announced, needs: Needs) -> int | None:
    """Free memory of the tightest device that ``needs`` fit on; ``None`` where there is none."""
    fitting = [
        device.free
        for device in trainer.devices
        if device.kind in KINDS and needs.device in ("any", device.kind) and device.free >= needs.memory
    ]
    return min(fitting, default=None)


def allocate(waiting: Iterable[Waiting[K]], trainers: Iterable[Announced], busy: set[str], now: float) -> dict[str, K]:
    """Trainers and the runs that they should take.

    Args:
        waiting: runs that nobody holds, the one that was asked for first at the beginning.
        busy: names of trainers that work on something.
    """
    free = {one.name: one for one in trainers if one.name not in busy and now - one.heard <= SILENCE}
    chosen: dict[str, K] = {}
    for run in waiting:
        rooms = {name: found for name, one in free.items() if (found := room(one, run.needs)) is not None}
        if rooms:
            best = min(rooms, key=lambda name: (rooms[name], name))
            chosen[best] = run.key
            del free[best]
    return chosen


def needs_of(text: str) -> Needs:
    """The needs in a request, which were checked when it was made."""
    found: Mapping[str, Any] = json.loads(text or "{}")
    return Needs(str(found.get("device", "any")), int(found.get("memory", 0)))


def announced_of(data: TrainerAnnounced, event: Event, now: float) -> Announced:
    """The trainer that an event is from; devices that are not told as they should be are left out."""
    try:
        told = json.loads(data.devices)
        devices = tuple(Device(str(d["name"]), str(d["kind"]), int(d["memory"]), int(d["free"])) for d in told)
    except (ValueError, TypeError, KeyError):
        devices = ()
    return Announced(data.trainer, devices, now, event.tenant, event.order)
