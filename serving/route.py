"""Which version answers a call, and on which workers to try it: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from studio.contract.records import RoutingTable, Target


@dataclass(frozen=True, slots=True)
class Backend:
    """A serving worker. load: calls that this router has running there."""

    url: str
    healthy: bool = True
    load: int = 0


@dataclass(frozen=True, slots=True)
class Attempt:
    """`propensity`: probability with which the policy chooses this arm for a call of unknown session."""

    target: Target
    worker: str
    propensity: float


def unit(deployment: str, session: str) -> float:
    """Where a session lies in [0, 1): the same for ever, on every router."""
    digest = sha256(f"{deployment}\0{session}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def arm(table: RoutingTable, u: float) -> Target:
    """The target whose interval holds `u`; intervals follow the table's order, so weights only move the boundaries.

    Raises:
        LookupError: no target has any weight.
    """
    weighted = [target for target in table.targets if target.weight > 0.0]
    if not weighted:
        raise LookupError(f"deployment {table.deployment} has no target")
    reached = 0.0
    for target in weighted:
        reached += target.weight
        if u < reached:
            return target
    return weighted[-1]


def route(table: RoutingTable, session: str, workers: Sequence[Backend], u: float) -> list[Attempt]:
    """What to try, in order: the chosen arm on every worker, then the stable arm on every worker.

    Args:
        session: empty for none; then `u` chooses the arm and the least loaded worker comes first.
        workers: unhealthy ones are tried last: a wrong health check must not take the service down.
        u: uniform in [0, 1).

    Raises:
        LookupError: no target has any weight.
    """
    chosen = arm(table, unit(table.deployment, session) if session else u)
    targets = [chosen]
    if chosen.role not in ("stable", "baseline"):
        targets += [target for target in table.targets if target.role in ("stable", "baseline")]
    return [
        Attempt(target, worker.url, target.weight)
        for target in targets
        for worker in sorted(workers, key=lambda w: _place(w, target, session))
    ]


def _place(worker: Backend, target: Target, session: str) -> tuple[bool, int, bytes]:
    # Rendezvous hashing: a session stays on a worker, and only the sessions of a lost worker move.
    score = sha256(f"{worker.url}\0{target.model}@{target.version}\0{session}".encode()).digest()
    return (not worker.healthy, 0 if session else worker.load, score)
