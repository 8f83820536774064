"""Deployments: a version on trial against the stable one, promoted or rolled back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import Field, StringConstraints

from api.access import requires
from api.body import Body, Whole
from api.cursor import Cursor, Limit
from api.envelope import Aggregate, Attributes, Decided, Item, Page, item, page
from api.errors import documented, invalid, missing
from api.paths import AsOf, Name, NameField
from api.reading import Reader, Reading, Row, View
from api.rows import shown
from api.writing import Writer, Writing
from processors.deployment.decide import Promote, RollBack, SetWeight, StartDeployment

router = APIRouter(prefix="/deployments", tags=["deployments"])
VIEW = View("read.deployment", ("created_at", "name"))
WINDOWS = View("read.outcome_window", ("start", "version", "role"), (datetime, str, str))
Version = Annotated[str, StringConstraints(max_length=100)]


class NewDeployment(Body):
    """A version to be put on trial; the first one of a name serves at once.

    version, baseline_version: a version or an alias of the model. weight: share of the calls of the canary. margin:
    mean score that may be lost. maximum_calls: after so many undecided ones a person decides.
    """

    name: NameField
    model: NameField
    version: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    strategy: Literal["canary", "blue_green"] = "canary"
    baseline_version: Version = ""
    weight: Annotated[float, Field(gt=0, lt=1)] = 0.1
    margin: Annotated[float, Field(ge=0, lt=1)] = 0.05
    confidence: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    minimum_calls: Annotated[Whole, Field(ge=1, le=10_000_000)] = 50
    maximum_calls: Annotated[Whole, Field(ge=1, le=10_000_000)] = 5000


class Weight(Body):
    """Share of the calls that the canary gets."""

    weight: Annotated[float, Field(gt=0, lt=1)]


class Nothing(Body):
    """No fields."""


class Why(Body):
    """Why."""

    reason: Annotated[str, StringConstraints(max_length=1000)] = ""


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


class DeploymentAttributes(Aggregate):
    """A deployment. candidate_version: on trial, empty without one; `status` tells how the last trial stands or ended.

    With `as_of` the arms and the weight are those of that time; the terms of the trial are today's.
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
    verdict: VerdictAttributes | None = None
    calls: dict[str, dict[str, Any]] = {}


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


@router.post(
    "", status_code=201, dependencies=requires("deployments:write"), responses=documented(400, 401, 403, 409, 422)
)
async def start(writer: Writing, body: NewDeployment) -> Item[Decided]:
    """Put a version on trial."""
    baseline = ("", "")
    if before := await writer.answered():
        # Of another command, if the key is used twice: then nothing here fits, and the gate says so.
        version, manifest = before[0].get("version", ""), before[0].get("manifest_blob", "")
        if body.baseline_version:
            baseline = before[0].get("baseline_version", ""), before[0].get("baseline_manifest_blob", "")
    else:
        version, manifest = await _version(writer, body.model, body.version, "version")
        if body.baseline_version:
            baseline = await _version(writer, body.model, body.baseline_version, "baseline_version")
    command = StartDeployment(
        name=body.name,
        model=body.model,
        version=version,
        manifest_blob=manifest,
        strategy=body.strategy,
        baseline_version=baseline[0],
        baseline_manifest_blob=baseline[1],
        weight=body.weight,
        margin=body.margin,
        confidence=body.confidence,
        minimum_calls=body.minimum_calls,
        maximum_calls=body.maximum_calls,
        author=writer.who.email,
    )
    return await writer.act("deployment", "deployment", body.name, command)


@router.get("", dependencies=requires("studio:read"), responses=documented(401, 403, 422))
async def index(
    reader: Reading, as_of: AsOf = None, limit: Limit = 50, cursor: Cursor = ""
) -> Page[DeploymentAttributes]:
    """Deployments, newest first."""
    rows, following = await reader.page(VIEW, limit, cursor)
    found = await _deployments(reader, rows, as_of)
    return page("deployment", [(row["name"], found[row["name"]]) for row in rows if row["name"] in found], following)


@router.get("/{name}", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def show(reader: Reading, name: Name, response: Response, as_of: AsOf = None) -> Item[DeploymentAttributes]:
    """A deployment, now or as it was."""
    row = await reader.one("read.deployment", name=name)
    found = await _deployments(reader, [row], as_of) if row else {}
    if row is None or name not in found:
        raise missing("deployment", name)
    response.headers["ETag"] = f'"{row["version"]}"'
    return item(name, "deployment", found[name])


ACTION = documented(400, 401, 403, 404, 409, 422)


@router.patch("/{name}", dependencies=requires("deployments:write"), responses=ACTION)
async def set_weight(writer: Writing, name: Name, body: Weight) -> Item[Decided]:
    """Change the share of the calls that the canary gets."""
    await _known(writer, name)
    return await writer.act("deployment", "deployment", name, SetWeight(body.weight, writer.who.email))


@router.post("/{name}/promote", dependencies=requires("deployments:write"), responses=ACTION)
async def promote(writer: Writing, name: Name, body: Nothing | None = None) -> Item[Decided]:
    """Make the version on trial the stable one, whatever the test says so far."""
    await _known(writer, name)
    return await writer.act("deployment", "deployment", name, Promote(writer.who.email))


@router.post("/{name}/rollback", dependencies=requires("deployments:write"), responses=ACTION)
async def roll_back(writer: Writing, name: Name, body: Why | None = None) -> Item[Decided]:
    """Drop the version on trial; without one, go back to what was stable before."""
    await _known(writer, name)
    return await writer.act("deployment", "deployment", name, RollBack((body or Why()).reason, writer.who.email))


@router.get("/{name}/windows", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def windows(reader: Reading, name: Name, limit: Limit = 50, cursor: Cursor = "") -> Page[WindowAttributes]:
    """Windows of calls and outcomes, newest first."""
    if await reader.one("read.deployment", name=name) is None:
        raise missing("deployment", name)
    rows, following = await reader.page(WINDOWS, limit, cursor, {"deployment": name})
    found = [
        (f"{name}/{row['version']}/{row['role']}/{row['start'].isoformat()}", WindowAttributes.model_validate(row))
        for row in rows
    ]
    return page("window", found, following)


async def _version(writer: Writer, model: str, named: str, field: str) -> tuple[str, str]:
    """Version and manifest, asked of the gate: what was registered a moment ago counts."""
    number, state = await writer.backend.gate.state(writer.who.tenant, "model", model)
    if number == 0:
        raise invalid("model", f"model {model} does not exist", "list them at /api/v1/models")
    found = state.find(state.aliases.get(named, named))
    if found is None:
        known = ", ".join([item.version for item in state.versions[-5:]] + list(state.aliases)[:5])
        raise invalid(field, f"model {model} has no version or alias {named!r}", f"the last ones are: {known}")
    return found.version, found.manifest_blob


async def _known(writer: Writer, name: str) -> None:
    version, _ = await writer.backend.gate.state(writer.who.tenant, "deployment", name)
    if version == 0:
        raise missing("deployment", name)


async def _deployments(reader: Reader, rows: list[Row], as_of: datetime | None) -> dict[str, DeploymentAttributes]:
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
            names_shown = ("calls", "errors", "outcomes", "latency_ms", "score", "version", "role")
            own = [call for call in calls if call["deployment"] == name]
            more["calls"] = {f"{c['version']}/{c['role']}": {n: c[n] for n in names_shown} for c in own}
        else:
            change = then[name]
            more |= {"candidate_version": change["canary_version"] or "", "weight": change["weight"] or 0.0}
            more |= {"stable_version": change["stable_version"] or "", "model": change["model"] or row["model"]}
            more |= {"author": change["author"] or "", "reason": change["reason"] or "", "revision": change["revision"]}
        found[name] = shown(DeploymentAttributes, row, **more)
    return found
