"""Where the calls of a deployment go, from its state."""

from __future__ import annotations

from studio.contract.records import RoutingTable, Target

from processors.deployment.deployment import Arm, Deployment


def routing(state: Deployment, revision: int) -> RoutingTable:
    """The table for `state`. revision: the version of the aggregate, so that readers can tell new from old.

    The candidate comes first: the router gives it the interval [0, weight) of a session's hash, so a growing weight
    moves sessions only from the baseline to the candidate. A paused one keeps its place with no share, and its sessions
    when it goes on.
    """
    targets: list[Target] = []
    weight = 0.0 if state.paused else state.weight
    if state.candidate is not None:
        targets.append(_target(state.candidate, weight, "canary"))
    if state.stable is not None:
        trial = state.candidate is not None
        targets.append(_target(state.stable, 1.0 - weight if trial else 1.0, "baseline" if trial else "stable"))
    return RoutingTable(deployment=state.name, targets=tuple(targets), revision=revision)


def _target(arm: Arm, weight: float, role: str) -> Target:
    return Target(model=arm.model, version=arm.version, manifest_blob=arm.manifest_blob, weight=weight, role=role)
