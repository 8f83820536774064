"""What may be asked of a run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RequestRun:
    """Ask for a run.

    Attributes:
        base_model: `small`, a hub id, or a directory that the trainer can read.
        config: JSON, see ``grpo.config``.
        parent_run, parent_step: a fork goes on from another run as it was after that step of reinforcement.
        needs: JSON with `device` (cpu, cuda or any) and `memory` in bytes.
        labels: JSON, name to text.
    """

    dataset_id: str
    base_model: str = "small"
    config: str = "{}"
    model_name: str = ""
    requested_by: str = ""
    parent_run: str = ""
    parent_step: int = 0
    needs: str = "{}"
    labels: str = "{}"


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


@dataclass(frozen=True)
class PauseRun:
    """Stop at the next step, with a checkpoint; nobody goes on until it is resumed."""

    reason: str = ""
    author: str = ""


@dataclass(frozen=True)
class ResumeRun:
    """Let any trainer go on."""

    author: str = ""


@dataclass(frozen=True)
class AdjustRun:
    """Change settings from the next step on. changes: JSON, see ``processors.training.request``."""

    changes: str
    reason: str = ""
    author: str = ""


Command = RequestRun | ClaimRun | ReportLeaseLost | CompleteRun | FailRun | CancelRun | PauseRun | ResumeRun | AdjustRun
