"""Curations: score batches, apply a rule."""

from __future__ import annotations

from dataclasses import dataclass, replace

from studio.contract.records import (
    CurationFailed,
    CurationFinished,
    CurationRequested,
    Record,
    Shortfall,
)
from studio.rule import RuleError, parse

from processors.curation import choosing
from processors.curation.scorers import DEFAULT_RULE
from streams.decider import Decider, Refused

MOST_BATCHES = 1_000


@dataclass(frozen=True)
class Curation:
    """status: requested, finished or failed; empty before."""

    status: str = ""
    batches: tuple[str, ...] = ()
    rule: str = ""
    result_blob: str = ""


@dataclass(frozen=True)
class RequestCuration:
    """Score what the batches delivered, and keep what the rule keeps. An empty rule is the default one.

    scorers: names; empty takes the default ones. settings: JSON, scorer to its settings.
    """

    batches: tuple[str, ...]
    rule: str = ""
    requested_by: str = ""
    scorers: tuple[str, ...] = ()
    settings: str = ""


@dataclass(frozen=True)
class FinishCuration:
    """Every score exists. reasons: how many samples were dropped for what."""

    samples: int
    kept: int
    dropped: int
    reasons: tuple[Shortfall, ...]
    result_blob: str


@dataclass(frozen=True)
class FailCuration:
    """There is nothing to curate, or scoring failed for good."""

    code: str
    reason: str
    remedy: str = ""


def decide_curation(state: Curation, command: RequestCuration | FinishCuration | FailCuration) -> list[Record]:
    """Decide about one curation.

    Raises:
        Refused: INVALID with the field at fault; ALREADY_REQUESTED; NOT_FOUND and NOT_RUNNING for outcomes out of turn.
    """
    match command:
        case RequestCuration():
            if state.status:
                raise Refused("ALREADY_REQUESTED", "this curation exists", remedy="use a new id")
            return [_request(command)]
        case FinishCuration():
            if state.status == "finished" and state.result_blob == command.result_blob:
                return []
            _running(state)
            return [
                CurationFinished(
                    samples=command.samples,
                    kept=command.kept,
                    dropped=command.dropped,
                    reasons=command.reasons,
                    result_blob=command.result_blob,
                )
            ]
        case FailCuration():
            _running(state)
            return [CurationFailed(code=command.code, reason=command.reason, remedy=command.remedy)]


def evolve_curation(state: Curation, record: Record) -> Curation:
    """Fold one record."""
    match record:
        case CurationRequested():
            return Curation("requested", record.batches, record.rule)
        case CurationFinished():
            return replace(state, status="finished", result_blob=record.result_blob)
        case CurationFailed():
            return replace(state, status="failed")
        case _:
            return state


def _request(command: RequestCuration) -> Record:
    batches = tuple(dict.fromkeys(command.batches))
    if not batches or not all(batches):
        raise Refused("INVALID", "a curation needs at least one batch", "batches", "give the ids of finished batches")
    if len(batches) > MOST_BATCHES:
        raise Refused("INVALID", f"{len(batches)} batches are too many", "batches", f"at most {MOST_BATCHES}")
    try:
        rule = parse(command.rule.strip() or DEFAULT_RULE)
    except RuleError as error:
        raise Refused("INVALID", str(error), "rule", f"for example: {DEFAULT_RULE}") from error
    choosing.check(command.scorers, command.settings)
    return CurationRequested(
        batches=batches,
        rule=rule.expression,
        rule_version=rule.version,
        requested_by=command.requested_by,
        scorers=tuple(dict.fromkeys(command.scorers)),
        settings=command.settings,
    )


def _running(state: Curation) -> None:
    if not state.status:
        raise Refused("NOT_FOUND", "there is no such curation")
    if state.status != "requested":
        raise Refused("NOT_RUNNING", f"this curation is {state.status}")


CURATION = Decider("curation", "studio.curation", Curation(), decide_curation, evolve_curation)
