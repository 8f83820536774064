"""The versions of a deployment that take calls: their share, their health, and how the trial between them stands."""

from __future__ import annotations

from typing import Literal

from api.envelope import Attributes
from api.reading import Reader, Row
from processors.deployment.decide import Counts, verdict

RECENT = 60  # seconds


class Standing(Attributes):
    """What the canary test says of the running trial, at this moment, from its windows; see `VerdictAttributes`.

    difference_low, difference_high: of the candidate's mean score minus the baseline's, valid at any time.
    """

    decision: Literal["promote", "rollback", "continue", "stop"]
    reason: str
    canary_rate: float | None
    canary_low: float
    canary_high: float
    baseline_rate: float | None
    baseline_low: float
    baseline_high: float
    difference_low: float
    difference_high: float
    canary_outcomes: int
    baseline_outcomes: int


class ArmAttributes(Attributes):
    """A version that takes calls. asked: its share by the routing table. actual: its share of the calls since the trial
    began, recent: of those of the last minute; null without any.

    calls to score: since the trial began; error_rate, latency_ms and score are means, null without any.
    """

    version: str
    role: Literal["canary", "baseline", "stable"]
    asked: float
    actual: float | None = None
    recent: float | None = None
    calls: int = 0
    errors: int = 0
    outcomes: int = 0
    error_rate: float | None = None
    latency_ms: float | None = None
    recent_latency_ms: float | None = None
    score: float | None = None


# Windows of the arms that are at work, since the trial began; what the baseline took in a pause is not compared.
WINDOWS = """
select w.deployment, w.version, w.role, sum(w.calls)::bigint as calls, sum(w.errors)::bigint as errors,
    sum(w.latency_ms_sum) as latency, sum(w.outcomes)::bigint as outcomes, sum(w.score_sum) as score,
    coalesce(sum(w.calls) filter (where w.start > now() - make_interval(secs => %(recent)s)), 0)::bigint as recent,
    sum(w.latency_ms_sum) filter (where w.start > now() - make_interval(secs => %(recent)s)) as recent_latency
from read.deployment d join read.outcome_window w on w.deployment = d.name
where d.name = any(%(names)s) and (d.started_at is null or w.start + w.seconds * interval '1 second' > d.started_at)
    and (w.role = 'canary' and w.version = d.canary_version or w.role <> 'canary' and w.version = d.stable_version)
    and (d.canary_version = '' or w.role <> 'stable')
    and not (w.role = 'baseline' and exists (
        select 1 from read.deployment_change c where c.name = d.name and c.type = 'DeploymentPaused'
        and c.valid_from <= w.start and (c.valid_to is null or w.start < c.valid_to)))
group by 1, 2, 3
"""


async def windows_of(reader: Reader, names: list[str]) -> dict[str, list[Row]]:
    """Sums of the windows of each arm, by deployment."""
    found: dict[str, list[Row]] = {}
    for row in await reader.rows(WINDOWS, {"names": names, "recent": RECENT}) if names else []:
        found.setdefault(row["deployment"], []).append(row)
    return found


def arms(row: Row, windows: list[Row]) -> list[ArmAttributes]:
    """The versions that take calls now, the candidate first."""
    weight = 0.0 if row["paused"] else row["weight"] or 0.0
    at_work: list[tuple[str, str, float]] = []
    if row["canary_version"]:
        at_work.append((row["canary_version"], "canary", weight))
    if row["stable_version"]:
        trial = bool(row["canary_version"])
        at_work.append((row["stable_version"], "baseline" if trial else "stable", 1.0 - weight if trial else 1.0))
    total, recent = (sum(one[name] or 0 for one in windows) for name in ("calls", "recent"))
    found = []
    for version, role, asked in at_work:
        # After a trial the windows of the version that won are those of its time as the candidate, too.
        own = [one for one in windows if one["version"] == version and (one["role"] == role or role == "stable")]
        calls, errors, outcomes, lately = (
            sum(one[name] or 0 for one in own) for name in ("calls", "errors", "outcomes", "recent")
        )
        latency, score, recent_latency = (
            sum(one[name] or 0.0 for one in own) for name in ("latency", "score", "recent_latency")
        )
        values = {"version": version, "role": role, "asked": asked, "calls": calls, "errors": errors}
        values |= {"outcomes": outcomes, "actual": _mean(calls, total), "recent": _mean(lately, recent)}
        values |= {"error_rate": _mean(errors, calls), "latency_ms": _mean(latency, calls)}
        values |= {"recent_latency_ms": _mean(recent_latency, lately), "score": _mean(score, outcomes)}
        found.append(ArmAttributes.model_validate(values))
    return found


def standing(row: Row, windows: list[Row]) -> Standing | None:
    """The canary test on what both arms have shown since the trial began; None without a trial."""
    if not row["canary_version"] or not row["stable_version"]:
        return None
    by_role = {one["role"]: one for one in windows}
    canary, baseline = (_counts(by_role.get(role)) for role in ("canary", "baseline"))
    found = verdict(
        canary, baseline, row["margin"] or 0.0, row["confidence"] or 0.95, row["minimum_calls"] or 0,
        row["maximum_calls"] or 0,
    )  # fmt: skip
    return Standing(
        decision=found.decision,
        reason=found.reason,
        canary_rate=canary.rate if canary.outcomes else None,
        canary_low=found.canary.low,
        canary_high=found.canary.high,
        baseline_rate=baseline.rate if baseline.outcomes else None,
        baseline_low=found.baseline.low,
        baseline_high=found.baseline.high,
        difference_low=found.difference.low,
        difference_high=found.difference.high,
        canary_outcomes=canary.outcomes,
        baseline_outcomes=baseline.outcomes,
    )


def _counts(row: Row | None) -> Counts:
    return Counts(row["calls"], row["errors"], row["outcomes"], row["score"] or 0.0) if row else Counts()


def _mean(total: float, count: float) -> float | None:
    return total / count if count else None
