"""Deployments: a version on trial against the stable one, promoted or rolled back."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import Field, StringConstraints

from api.access import requires
from api.body import Body, Whole
from api.cursor import Cursor, Limit
from api.deployment import DeploymentAttributes, deployments_of
from api.envelope import Decided, Item, Page, item, page
from api.errors import documented, invalid, missing
from api.paths import AsOf, Name, NameField
from api.reading import Reading, View
from api.writing import Writer, Writing
from processors.deployment.decide import Pause, Promote, Resume, RollBack, SetWeight, StartDeployment

router = APIRouter(prefix="/deployments", tags=["deployments"])
VIEW = View("read.deployment", ("created_at", "name"))
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
    found = await deployments_of(reader, rows, as_of)
    return page("deployment", [(row["name"], found[row["name"]]) for row in rows if row["name"] in found], following)


@router.get("/{name}", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def show(reader: Reading, name: Name, response: Response, as_of: AsOf = None) -> Item[DeploymentAttributes]:
    """A deployment, now or as it was."""
    row = await reader.one("read.deployment", name=name)
    found = await deployments_of(reader, [row], as_of) if row else {}
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


@router.post("/{name}/pause", dependencies=requires("deployments:write"), responses=ACTION)
async def pause(writer: Writing, name: Name, body: Why | None = None) -> Item[Decided]:
    """Keep calls away from the version on trial, and judge it no further, until it is resumed."""
    await _known(writer, name)
    return await writer.act("deployment", "deployment", name, Pause((body or Why()).reason, writer.who.email))


@router.post("/{name}/resume", dependencies=requires("deployments:write"), responses=ACTION)
async def resume(writer: Writing, name: Name, body: Why | None = None) -> Item[Decided]:
    """Let a paused trial go on with the share of the calls that it had."""
    await _known(writer, name)
    return await writer.act("deployment", "deployment", name, Resume((body or Why()).reason, writer.who.email))


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
