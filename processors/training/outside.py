"""Runs of a team's own loop: asked for and held by the loop that trains, never by a trainer of the studio.

Such a run needs the device `outside`, which no trainer announces, so none is given it. Facts come under the epoch of
the loop's claim as a trainer's do. A loop that fell silent is `lost` until it speaks again: the same process goes on
under its epoch, where readers have its numbers; a new process takes the next epoch.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Protocol

from studio.contract.records import LeaseLost, Record, RunClaimed, RunRequested

from processors.training.commands import AdjustRun, ClaimRun, Command, PauseRun, ResumeRun
from streams.decider import Refused

DEVICE = "outside"


@dataclass(frozen=True)
class StartOutside:
    """A loop begins.

    Attributes:
        loop: name of the program that trains.
        lease_seconds: silence after which the run counts as lost.
        config, labels: JSON; the configuration is the loop's own and is not looked into.
    """

    name: str
    loop: str
    lease_seconds: float
    config: str = "{}"
    labels: str = "{}"
    dataset_id: str = ""
    base_model: str = ""
    requested_by: str = ""


@dataclass(frozen=True)
class ContinueOutside:
    """The loop is there again. epoch: of its claim where the process is the same one; 0 for a new process."""

    loop: str
    lease_seconds: float
    epoch: int = 0


class State(Protocol):
    """What is looked at of a run."""

    @property
    def status(self) -> str: ...
    @property
    def epoch(self) -> int: ...
    @property
    def trainer(self) -> str: ...
    @property
    def outside(self) -> bool: ...


def is_outside(needs: str) -> bool:
    """Whether a run with these needs (JSON) is of a loop outside."""
    return bool(json.loads(needs or "{}").get("device") == DEVICE)


def start(state: State, command: StartOutside) -> list[Record]:
    """The run, and the claim of its loop, in one decision.

    Raises:
        Refused: ALREADY_REQUESTED; INVALID without a name or loop.
    """
    if state.status:
        raise Refused("ALREADY_REQUESTED", "this run exists", remedy="use a new id")
    for field in ("name", "loop"):
        if not getattr(command, field).strip():
            raise Refused("INVALID", f"a run needs a {field}", field)
    requested = RunRequested(
        dataset_id=command.dataset_id,
        base_model=command.base_model,
        config=command.config,
        model_name=command.name,
        requested_by=command.requested_by,
        needs=json.dumps({"device": DEVICE}),
        labels=command.labels,
    )
    return [requested, RunClaimed(trainer=command.loop, epoch=1, lease_seconds=command.lease_seconds)]


def go_on(state: State, command: ContinueOutside) -> list[Record]:
    """Hold the run again.

    Raises:
        Refused: NOT_OUTSIDE for a run of the studio's trainers; NOT_RUNNING for one that has ended; LEASE_LOST for a
            process whose run another process has taken over.
    """
    if not state.outside:
        raise Refused("NOT_OUTSIDE", "this run belongs to the studio's trainers", remedy="start a run of your own")
    if state.status not in ("pending", "claimed"):
        raise Refused("NOT_RUNNING", f"the run is {state.status} already", remedy="start another run")
    if command.epoch and command.epoch != state.epoch:
        raise Refused("LEASE_LOST", f"another process goes on with this run, under epoch {state.epoch}")
    if command.epoch and state.status == "claimed":
        return []
    epoch = command.epoch or state.epoch + 1
    claimed = RunClaimed(trainer=command.loop, epoch=epoch, lease_seconds=command.lease_seconds)
    if state.status == "pending":
        return [claimed]
    return [LeaseLost(epoch=state.epoch, trainer=state.trainer, reason="the loop was started again"), claimed]


def let_be(state: State, command: Command) -> None:
    """What only a trainer of the studio can do is not done to a loop outside.

    Raises:
        Refused: OUTSIDE.
    """
    if state.outside and isinstance(command, ClaimRun | PauseRun | ResumeRun | AdjustRun):
        remedy = "change it where it runs; a cancel is told to it, too"
        raise Refused("OUTSIDE", "this run's loop is outside of the studio", remedy=remedy)
