"""Runs: asked for, claimed by one trainer at a time, and completed, failed or cancelled by the holder of the claim.

A claim has an epoch that grows with each claim. Whoever reports for an older epoch is refused, so a trainer that was
thought dead and comes back cannot end a run that somebody else has taken over.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from studio.contract.records import (
    LeaseLost,
    Record,
    RunCancelled,
    RunClaimed,
    RunCompleted,
    RunFailed,
    RunRequested,
)

from grpo.config import read_config
from grpo.errors import GrpoError
from streams.decider import Decider, Refused

MOST_CLAIMS = 10
OPEN = ("pending", "claimed")


@dataclass(frozen=True)
class Run:
    """status: pending, claimed, completed, failed or cancelled; empty before. epoch: of the last claim."""

    status: str = ""
    epoch: int = 0
    trainer: str = ""
    dataset_id: str = ""
    model_name: str = ""


@dataclass(frozen=True)
class RequestRun:
    """Ask for a run. base_model: `small`, a hub id, or a directory that the trainer can read. config: JSON."""

    dataset_id: str
    base_model: str = "small"
    config: str = "{}"
    model_name: str = ""
    requested_by: str = ""


@dataclass(frozen=True)
class ClaimRun:
    """Take a pending run. Sent with the version that the trainer saw, so that one of several wins."""

    trainer: str
    lease_seconds: float = 10.0


@dataclass(frozen=True)
class ReportLeaseLost:
    """The holder of this epoch has been silent for longer than its lease, or gave the run back."""

    epoch: int
    reason: str = ""


@dataclass(frozen=True)
class CompleteRun:
    """The holder is done. Manifests are blob keys; metrics is JSON."""

    epoch: int
    step: int
    manifest_blob: str
    base_manifest_blob: str
    metrics: str = "{}"


@dataclass(frozen=True)
class FailRun:
    """The holder cannot go on, and neither could another trainer."""

    epoch: int
    code: str
    reason: str
    field: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class CancelRun:
    """Stop; steps and checkpoints that exist stay."""

    reason: str = ""
    author: str = ""


Command = RequestRun | ClaimRun | ReportLeaseLost | CompleteRun | FailRun | CancelRun


def decide(state: Run, command: Command) -> list[Record]:
    """Decide about one run.

    Raises:
        Refused: INVALID with the field at fault; ALREADY_REQUESTED; NOT_FOUND; NOT_PENDING for a claim that is late;
            LEASE_LOST for a report of an epoch that is over; NOT_RUNNING for a cancel that is late.
    """
    if isinstance(command, RequestRun):
        if state.status:
            raise Refused("ALREADY_REQUESTED", "this run exists", remedy="use a new id")
        return [_requested(command)]
    if not state.status:
        raise Refused("NOT_FOUND", "there is no such run")
    match command:
        case ClaimRun():
            if state.status != "pending":
                raise Refused("NOT_PENDING", f"the run is {state.status}")
            return [RunClaimed(trainer=command.trainer, epoch=state.epoch + 1, lease_seconds=command.lease_seconds)]
        case ReportLeaseLost():
            if state.status != "claimed" or command.epoch != state.epoch:
                return []  # somebody else said so, or it ended meanwhile
            lost = LeaseLost(epoch=state.epoch, trainer=state.trainer, reason=command.reason)
            return [lost] if state.epoch < MOST_CLAIMS else [lost, _given_up(state.epoch, command.reason)]
        case CompleteRun():
            _holds(state, command.epoch)
            return [
                RunCompleted(
                    epoch=command.epoch,
                    step=command.step,
                    manifest_blob=command.manifest_blob,
                    base_manifest_blob=command.base_manifest_blob,
                    metrics=command.metrics,
                    dataset_id=state.dataset_id,
                    model_name=state.model_name,
                )
            ]
        case FailRun():
            _holds(state, command.epoch)
            return [
                RunFailed(
                    epoch=command.epoch,
                    code=command.code,
                    reason=command.reason,
                    field=command.field,
                    remedy=command.remedy,
                )
            ]
        case CancelRun():
            if state.status == "cancelled":
                return []
            if state.status not in OPEN:
                raise Refused("NOT_RUNNING", f"the run is {state.status} already")
            return [RunCancelled(reason=command.reason, author=command.author)]


def evolve(state: Run, record: Record) -> Run:
    """Fold one record."""
    match record:
        case RunRequested():
            return Run("pending", dataset_id=record.dataset_id, model_name=record.model_name)
        case RunClaimed():
            return replace(state, status="claimed", epoch=record.epoch, trainer=record.trainer)
        case LeaseLost():
            return replace(state, status="pending")
        case RunCompleted():
            return replace(state, status="completed")
        case RunFailed():
            return replace(state, status="failed")
        case RunCancelled():
            return replace(state, status="cancelled")
        case _:
            return state


def _requested(command: RequestRun) -> Record:
    for field in ("dataset_id", "base_model", "model_name"):
        if not getattr(command, field).strip():
            raise Refused("INVALID", f"a run needs a {field}", field)
    try:
        read_config(command.config)
    except GrpoError as error:
        raise Refused("INVALID", error.message, f"config.{error.field}", error.remedy or "") from error
    return RunRequested(
        dataset_id=command.dataset_id,
        base_model=command.base_model.strip(),
        config=json.dumps(json.loads(command.config or "{}"), sort_keys=True),
        model_name=command.model_name,
        requested_by=command.requested_by,
    )


def _holds(state: Run, epoch: int) -> None:
    if state.status != "claimed" or state.epoch != epoch:
        raise Refused("LEASE_LOST", f"epoch {epoch} does not hold the run; it is {state.status}, epoch {state.epoch}")


def _given_up(epoch: int, reason: str) -> Record:
    return RunFailed(
        epoch=epoch,
        code="TRAINER_LOST",
        reason=f"{epoch} trainers in a row did not get through; the last one: {reason}",
        remedy="look at the trainer's log, for memory above all; then request the run again",
    )


RUN = Decider("run", "studio.training", Run(), decide, evolve)
