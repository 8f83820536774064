"""Deployments: what serves now, what served at any time, and every verdict of the canary test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from studio.contract import Event, to_dict
from studio.contract.records import (
    DeploymentPaused,
    DeploymentResumed,
    DeploymentStarted,
    Promoted,
    RolledBack,
    VerdictReached,
    WeightSet,
)

from projections.table import Row, Table

NAME, VERSION = "deployments", 1
TOPICS = ("studio.deployments",)
# The stable version is not in every change: it is carried on from the last change that names it.
HISTORY = """
select tenant_id, name, revision, type, model,
    first_value(stable_version) over (partition by tenant_id, name, known order by revision) as stable_version,
    canary_version, weight, reason, author, valid_from,
    lead(valid_from) over (partition by tenant_id, name order by revision) as valid_to
from (select t.*, count(stable_version) over (partition by tenant_id, name order by revision) as known from {table} t) t
"""
TABLES = (
    Table(
        "deployment",
        "name text",
        """version bigint, state text, model text, strategy text, stable_version text, canary_version text,
        canary_manifest_blob text, weight double precision, margin double precision, confidence double precision,
        minimum_calls bigint, maximum_calls bigint, verdict text, verdict_reason text, reason text, author text,
        paused boolean, created_at timestamptz least, started_at timestamptz, updated_at timestamptz greatest""",
        indexes=("created_at, name",),
    ),
    Table(
        "deployment_change",
        "name text, revision bigint",
        """type text, model text, stable_version text, canary_version text, weight double precision, reason text,
        author text, valid_from timestamptz""",
        view=HISTORY,
    ),
    Table(
        "deployment_verdict",
        "name text, revision bigint",
        """canary_version text, decision text, reason text, canary_rate double precision,
        canary_low double precision, canary_high double precision, baseline_rate double precision,
        baseline_low double precision, baseline_high double precision, canary_calls bigint, baseline_calls bigint,
        reached_at timestamptz""",
    ),
)
TEST = ("margin", "confidence", "minimum_calls", "maximum_calls")
NOTHING_ON_TRIAL: dict[str, Any] = {"canary_version": "", "weight": 0.0}


def rows(events: Sequence[Event]) -> Iterator[Row]:
    """State is trial, undecided (the test stopped; a person decides), promoted or rolled_back.

    A change has the share of the calls that followed from it: none in a pause, whose end brings `weight` back.
    """
    for event in events:
        deployment = {"tenant_id": event.tenant, "name": event.subject}
        now = {"version": event.version, "created_at": event.time, "updated_at": event.time}
        change: dict[str, Any] = {"revision": event.version, "type": event.type, "valid_from": event.time}
        match event.data:
            case DeploymentStarted() as data:
                arms = {"stable_version": data.baseline_version, "canary_version": data.version, "weight": data.weight}
                both = {**arms, "model": data.model, "reason": "", "author": data.author}
                test = {name: getattr(data, name) for name in TEST}
                test |= {"strategy": data.strategy, "canary_manifest_blob": data.manifest_blob, "verdict": ""}
                state = {"state": "trial", "started_at": event.time, "verdict_reason": "", "paused": False}
            case WeightSet() as data:
                both = {"canary_version": data.version, "weight": data.weight, "author": data.author}
                test, state = {}, {}
            case Promoted() as data:
                both = {**NOTHING_ON_TRIAL, "stable_version": data.version, "author": data.author}
                test, state = {}, {"state": "promoted", "canary_manifest_blob": "", "paused": False}
            case RolledBack() as data:
                both = {**NOTHING_ON_TRIAL, "stable_version": data.to, "author": data.author, "reason": data.reason}
                test, state = {}, {"state": "rolled_back", "canary_manifest_blob": "", "paused": False}
            case DeploymentPaused() | DeploymentResumed() as data:
                why = {"reason": data.reason, "author": data.author}
                share = data.weight if isinstance(data, DeploymentResumed) else 0.0
                paused = {"paused": isinstance(data, DeploymentPaused)}
                yield Row("deployment", {**deployment, **now, **why, **paused})
                yield Row(
                    "deployment_change",
                    {**deployment, **change, **why, "canary_version": data.version, "weight": share},
                )
                continue
            case VerdictReached() as data:
                verdict = {**to_dict(data), "revision": event.version, "reached_at": event.time}
                verdict["canary_version"] = verdict.pop("version")
                yield Row("deployment_verdict", {**deployment, **verdict})
                state = {"verdict": data.decision, "verdict_reason": data.reason}
                if data.decision == "stop":
                    state["state"] = "undecided"
                yield Row("deployment", {**deployment, **now, **state})
                continue
            case _:
                continue
        yield Row("deployment", {**deployment, **now, **both, **test, **state})
        yield Row("deployment_change", {**deployment, **change, **both})
