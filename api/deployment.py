"""What is shown of a deployment: its versions, the split of the calls, their health, and how the trial stands."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from api.arms import ArmAttributes, Standing, arms, standing, windows_of
from api.envelope import Aggregate, Attributes
from api.reading import Reader, Row
from api.rows import shown


class VerdictAttributes(Attributes):
    """What the canary test said, with the rates and their intervals then."""

    revision: int
    version: str
    decision: str
    reason: str = ""
    canary_rate: float | None = None
    canary_low: float | None = None
    canary_high: float | None = None
    baseline_rate: float | None = None
    baseline_low: float | None = None
    baseline_high: float | None = None
    canary_calls: int = 0
    baseline_calls: int = 0
    reached_at: datetime


class CallsAttributes(Attributes):
    """Counters of one version in one role."""

    version: str
    role: str
    calls: int = 0
    errors: int = 0
    outcomes: int = 0
    latency_ms: float | None = None
    score: float | None = None


class DeploymentAttributes(Aggregate):
    """A deployment. candidate_version: on trial, empty without one; `status` tells how the last trial stands or ended.

    verdict: the last one that was reached. standing: what the test says of the trial now. arms: who gets which share of
    the calls. calls: counters of every version ever, by version/role. With `as_of` the versions and the weight are
    those of that time and there is nothing on calls; the terms of the trial are today's.
    """

    name: str
    model: str = ""
    status: str = ""
    strategy: str = ""
    stable_version: str = ""
    candidate_version: str = ""
    weight: float = 0.0
    margin: float | None = None
    confidence: float | None = None
    minimum_calls: int | None = None
    maximum_calls: int | None = None
    reason: str = ""
    author: str = ""
    started_at: datetime | None = None
    paused: bool = False
    verdict: VerdictAttributes | None = None
    standing: Standing | None = None
    arms: list[ArmAttributes] = []
    calls: dict[str, CallsAttributes] = {}


async def deployments_of(reader: Reader, rows: list[Row], as_of: datetime | None) -> dict[str, DeploymentAttributes]:
    """Deployments by name; one that did not exist at `as_of` is left out."""
    names = [row["name"] for row in rows]
    then: dict[str, Row] = {}
    if as_of is not None:
        changes = await reader.rows(
            "select * from read.deployment_change where name = any(%s) and valid_from <= %s"
            " and (valid_to is null or valid_to > %s)",
            [names, as_of, as_of],
        )
        then = {change["name"]: change for change in changes}
    verdicts = await reader.rows(
        "select distinct on (name) * from read.deployment_verdict where name = any(%(names)s)"
        " and (%(at)s::timestamptz is null or reached_at <= %(at)s) order by name, revision desc",
        {"names": names, "at": as_of},
    )
    calls = await reader.rows("select * from read.call_counter where deployment = any(%s)", [names])
    windows = await windows_of(reader, names) if as_of is None else {}
    found: dict[str, DeploymentAttributes] = {}
    for row in rows:
        name = row["name"]
        if as_of is not None and name not in then:
            continue
        more: dict[str, Any] = {"candidate_version": row["canary_version"] or "", "verdict": None}
        for verdict in verdicts:
            if verdict["name"] == name:
                more["verdict"] = {**verdict, "version": verdict["canary_version"]}
        if as_of is None:
            own = [call for call in calls if call["deployment"] == name]
            more["calls"] = {f"{c['version']}/{c['role']}": CallsAttributes.model_validate(c) for c in own}
            more["arms"] = arms(row, windows.get(name, []))
            more["standing"] = await asyncio.to_thread(standing, row, windows.get(name, []))
        else:
            change = then[name]
            more |= {"candidate_version": change["canary_version"] or "", "weight": change["weight"] or 0.0}
            more |= {"stable_version": change["stable_version"] or "", "model": change["model"] or row["model"]}
            more["paused"] = change["type"] == "DeploymentPaused"
            more |= {"author": change["author"] or "", "reason": change["reason"] or "", "revision": change["revision"]}
        found[name] = shown(DeploymentAttributes, row, **more)
    return found
