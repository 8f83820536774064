"""What a deployment has been through: windows of calls, changes, verdicts."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter

from api.access import requires
from api.cursor import Cursor, Limit
from api.deployment import VerdictAttributes
from api.envelope import Attributes, Page, page
from api.errors import documented, missing
from api.paths import Name
from api.reading import Reader, Reading, View

router = APIRouter(prefix="/deployments", tags=["deployments"])
WINDOWS = View("read.outcome_window", ("start", "version", "role"), (datetime, str, str))
CHANGES = View("read.deployment_change", ("revision", "name"), (int, str))
VERDICTS = View("read.deployment_verdict", ("revision", "name"), (int, str))


class WindowAttributes(Attributes):
    """Calls and outcomes of one arm in one window of time."""

    deployment: str
    version: str
    role: str
    start: datetime
    seconds: float
    calls: int
    errors: int
    latency_ms_sum: float
    outcomes: int
    successes: int
    score_sum: float


class ChangeAttributes(Attributes):
    """A decision, and what held from it on. weight: the candidate's share of the calls. valid_to: null for the last."""

    revision: int
    type: str
    model: str | None = None
    stable_version: str | None = None
    candidate_version: str | None = None
    weight: float | None = None
    reason: str | None = None
    author: str | None = None
    valid_from: datetime
    valid_to: datetime | None = None


@router.get("/{name}/windows", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def windows(reader: Reading, name: Name, limit: Limit = 50, cursor: Cursor = "") -> Page[WindowAttributes]:
    """Windows of calls and outcomes, newest first."""
    await _known(reader, name)
    rows, following = await reader.page(WINDOWS, limit, cursor, {"deployment": name})
    found = [
        (f"{name}/{row['version']}/{row['role']}/{row['start'].isoformat()}", WindowAttributes.model_validate(row))
        for row in rows
    ]
    return page("window", found, following)


@router.get("/{name}/changes", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def changes(reader: Reading, name: Name, limit: Limit = 50, cursor: Cursor = "") -> Page[ChangeAttributes]:
    """Every decision about it, newest first."""
    await _known(reader, name)
    rows, following = await reader.page(CHANGES, limit, cursor, {"name": name})
    found = [
        (
            f"{name}/{row['revision']}",
            ChangeAttributes.model_validate({**row, "candidate_version": row["canary_version"]}),
        )
        for row in rows
    ]
    return page("change", [(f"{name}/{revision}", change) for revision, change in found], following)


@router.get("/{name}/verdicts", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def verdicts(reader: Reading, name: Name, limit: Limit = 50, cursor: Cursor = "") -> Page[VerdictAttributes]:
    """What the canary test has said of its trials, newest first."""
    await _known(reader, name)
    rows, following = await reader.page(VERDICTS, limit, cursor, {"name": name})
    found = [
        (f"{name}/{row['revision']}", VerdictAttributes.model_validate({**row, "version": row["canary_version"]}))
        for row in rows
    ]
    return page("verdict", found, following)


async def _known(reader: Reader, name: str) -> None:
    if await reader.one("read.deployment", name=name) is None:
        raise missing("deployment", name)
