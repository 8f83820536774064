"""What may be asked of a deployment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StartDeployment:
    """Put a version on trial; the very first one, without a baseline, becomes stable at once.

    weight: share of the calls, in (0, 1); blue-green keeps it at 0 until the switch. margin: mean score that may be
    lost. confidence: in (0.5, 1). minimum_calls: judged calls per arm before a promotion. maximum_calls: of the
    candidate, after which an undecided trial waits for a person.
    """

    name: str
    model: str
    version: str
    manifest_blob: str
    strategy: str = "canary"
    baseline_version: str = ""
    baseline_manifest_blob: str = ""
    weight: float = 0.1
    margin: float = 0.05
    confidence: float = 0.95
    minimum_calls: int = 50
    maximum_calls: int = 5000
    author: str = ""


@dataclass(frozen=True)
class SetWeight:
    weight: float
    author: str = ""


@dataclass(frozen=True)
class RecordVerdict:
    """What the canary test says of `version`; without effect where that version is no longer on trial."""

    version: str
    decision: str
    reason: str = ""
    canary_rate: float = 0.0
    canary_low: float = 0.0
    canary_high: float = 1.0
    baseline_rate: float = 0.0
    baseline_low: float = 0.0
    baseline_high: float = 1.0
    canary_calls: int = 0
    baseline_calls: int = 0


@dataclass(frozen=True)
class Promote:
    """Make the candidate stable, whatever the test says so far."""

    author: str = ""


@dataclass(frozen=True)
class RollBack:
    """Drop the candidate; without one, go back to what was stable before."""

    reason: str = ""
    author: str = ""


@dataclass(frozen=True)
class Pause:
    """No calls to the candidate, and no verdict, until it is resumed; what it has shown so far stays."""

    reason: str = ""
    author: str = ""


@dataclass(frozen=True)
class Resume:
    """Let the trial go on with the share that it had."""

    reason: str = ""
    author: str = ""


Command = StartDeployment | SetWeight | RecordVerdict | Promote | RollBack | Pause | Resume
