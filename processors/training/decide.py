"""Runs: asked for, claimed by one trainer at a time, and completed or failed by the holder of the claim.

A claim has an epoch that grows with each claim. Whoever reports for an older epoch is refused, so a trainer that was
thought dead and comes back cannot end a run that somebody else has taken over. A run that is paused is nobody's: its
holder lets go of it with a checkpoint, and when it is resumed any trainer may claim it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from studio.contract.records import (
    LeaseLost,
    Record,
    RunAdjusted,
    RunCancelled,
    RunClaimed,
    RunCompleted,
    RunFailed,
    RunPaused,
    RunRequested,
    RunResumed,
)

from processors.training.commands import (
    AdjustRun,
    CancelRun,
    ClaimRun,
    Command,
    CompleteRun,
    FailRun,
    PauseRun,
    ReportLeaseLost,
    RequestRun,
    ResumeRun,
)
from processors.training.outside import ContinueOutside, StartOutside, go_on, is_outside, let_be, start
from processors.training.request import adjusted, checked_changes, requested
from streams.decider import Decider, Refused

__all__ = [
    "AdjustRun",
    "CancelRun",
    "ClaimRun",
    "Command",
    "CompleteRun",
    "FailRun",
    "PauseRun",
    "ReportLeaseLost",
    "RequestRun",
    "ResumeRun",
]
MOST_CLAIMS = 10
OPEN = ("pending", "claimed", "paused")


@dataclass(frozen=True)
class Run:
    """What is known of a run when something is asked of it.

    Attributes:
        status: pending, claimed, paused, completed, failed or cancelled; empty before.
        epoch: of the last claim.
        forgiven: claims up to this epoch do not count against the run: somebody paused it after them.
        config: as requested, with the changes since.
        revision: number of the last change.
        outside: whether a loop outside of the studio trains.
    """

    status: str = ""
    epoch: int = 0
    trainer: str = ""
    dataset_id: str = ""
    model_name: str = ""
    forgiven: int = 0
    config: str = "{}"
    revision: int = 0
    outside: bool = False


def decide(state: Run, command: Command | StartOutside | ContinueOutside) -> list[Record]:
    """Decide about one run.

    Raises:
        Refused: INVALID with the field at fault; ALREADY_REQUESTED; NOT_FOUND; NOT_PENDING for a claim that is late;
            LEASE_LOST for a report of an epoch that is over; NOT_RUNNING for a cancel, pause, resume or change that
            is late.
    """
    if isinstance(command, RequestRun):
        if state.status:
            raise Refused("ALREADY_REQUESTED", "this run exists", remedy="use a new id")
        return [requested(command)]
    if isinstance(command, StartOutside):
        return start(state, command)
    if not state.status:
        raise Refused("NOT_FOUND", "there is no such run")
    if isinstance(command, ContinueOutside):
        return go_on(state, command)
    let_be(state, command)
    match command:
        case ClaimRun():
            if state.status != "pending":
                raise Refused("NOT_PENDING", f"the run is {state.status}")
            return [RunClaimed(trainer=command.trainer, epoch=state.epoch + 1, lease_seconds=command.lease_seconds)]
        case ReportLeaseLost():
            if state.status != "claimed" or command.epoch != state.epoch:
                return []  # somebody else said so, or it ended meanwhile
            lost = LeaseLost(epoch=state.epoch, trainer=state.trainer, reason=command.reason)
            tries = state.epoch - state.forgiven
            return [lost] if tries < MOST_CLAIMS else [lost, _given_up(state.epoch, tries, command.reason)]
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
            _open(state)
            return [RunCancelled(reason=command.reason, author=command.author)]
        case PauseRun():
            _open(state)
            paused = RunPaused(reason=command.reason, author=command.author)
            return [] if state.status == "paused" else [paused]
        case ResumeRun():
            _open(state)
            return [RunResumed(author=command.author)] if state.status == "paused" else []
        case AdjustRun():
            _open(state)
            changes = checked_changes(state.config, command.changes)
            number = state.revision + 1
            return [RunAdjusted(revision=number, changes=changes, reason=command.reason, author=command.author)]


def evolve(state: Run, record: Record) -> Run:
    """Fold one record."""
    match record:
        case RunRequested():
            known = Run("pending", dataset_id=record.dataset_id, model_name=record.model_name, config=record.config)
            return replace(known, outside=is_outside(record.needs))
        case RunClaimed():
            return replace(state, status="claimed", epoch=record.epoch, trainer=record.trainer)
        case LeaseLost():
            return replace(state, status="pending")
        case RunPaused():
            return replace(state, status="paused", forgiven=state.epoch)
        case RunResumed():
            return replace(state, status="pending")
        case RunAdjusted():
            return replace(state, revision=record.revision, config=adjusted(state.config, record.changes))
        case RunCompleted():
            return replace(state, status="completed")
        case RunFailed():
            return replace(state, status="failed")
        case RunCancelled():
            return replace(state, status="cancelled")
        case _:
            return state


def _holds(state: Run, epoch: int) -> None:
    if state.status != "claimed" or state.epoch != epoch:
        raise Refused("LEASE_LOST", f"epoch {epoch} does not hold the run; it is {state.status}, epoch {state.epoch}")


def _open(state: Run) -> None:
    if state.status not in OPEN:
        raise Refused("NOT_RUNNING", f"the run is {state.status} already")


def _given_up(epoch: int, tries: int, reason: str) -> Record:
    return RunFailed(
        epoch=epoch,
        code="TRAINER_LOST",
        reason=f"{tries} trainers in a row did not get through; the last one: {reason}",
        remedy="look at the trainer's log, for memory above all; then request the run again",
    )


RUN = Decider("run", "studio.training", Run(), decide, evolve)
