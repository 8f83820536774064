"""The model registry: semantic versions, and aliases that move between them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import StringConstraints

from api.access import requires
from api.artefacts import Artefacts
from api.body import Body, JsonObject
from api.cursor import Cursor, Limit
from api.envelope import Aggregate, Attributes, Decided, Item, Page, item, page
from api.errors import Problem, documented, invalid, missing
from api.paths import AsOf, Id, Name
from api.reading import Reader, Reading, Row, View
from api.rows import shown
from api.writing import Writer, Writing
from processors.deployment.decide import MoveAlias, RegisterModel, RollBackAlias

router = APIRouter(prefix="/models", tags=["models"])
VIEW = View("read.model", ("created_at", "name"))
Version = Annotated[str, StringConstraints(max_length=50)]
Text = Annotated[str, StringConstraints(max_length=200)]


class NewVersion(Body):
    """A version: the manifest of its files, or the completed run that made it. version: empty for the next one."""

    manifest_blob: Text = ""
    run_id: Text = ""
    version: Version = ""
    dataset_id: Text = ""
    metadata: JsonObject = {}
    metrics: JsonObject = {}


class Move(Body):
    """Where the alias is to point."""

    version: Annotated[str, StringConstraints(min_length=1, max_length=50)]


class AliasBack(Body):
    """The alias that is to point where it did before."""

    alias: Annotated[str, StringConstraints(min_length=1, max_length=100)] = "production"


class VersionAttributes(Attributes):
    """A registered version."""

    version: str
    run_id: str = ""
    dataset_id: str = ""
    manifest_blob: str = ""
    metadata: dict[str, Any] | None = None
    metrics: dict[str, Any] | None = None
    created_at: datetime


class ModelAttributes(Aggregate):
    """A model with its versions, oldest first, and where its aliases point."""

    name: str
    latest_version: str | None = None
    versions: list[VersionAttributes] = []
    aliases: dict[str, str] = {}


@router.get("", dependencies=requires("studio:read"), responses=documented(401, 403, 422))
async def index(reader: Reading, as_of: AsOf = None, limit: Limit = 50, cursor: Cursor = "") -> Page[ModelAttributes]:
    """Models, newest first."""
    rows, following = await reader.page(VIEW, limit, cursor)
    found = await _models(reader, rows, as_of)
    return page("model", [(row["name"], found[row["name"]]) for row in rows if row["name"] in found], following)


@router.get("/{name}", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def show(reader: Reading, name: Name, response: Response, as_of: AsOf = None) -> Item[ModelAttributes]:
    """A model, now or as it was."""
    row = await reader.one("read.model", name=name)
    found = await _models(reader, [row], as_of) if row else {}
    if row is None or name not in found:
        raise missing("model", name)
    response.headers["ETag"] = f'"{row["version"]}"'
    return item(name, "model", found[name])


@router.post(
    "/{name}/versions",
    status_code=201,
    dependencies=requires("models:write"),
    responses=documented(400, 401, 403, 404, 409, 422),
)
async def register(writer: Writing, reader: Reading, name: Name, body: NewVersion) -> Item[Decided]:
    """Register a version of a model; its first one makes the model."""
    manifest, dataset = body.manifest_blob, body.dataset_id
    if body.run_id and not manifest:
        run = await reader.one("read.run", run_id=body.run_id)
        if run is None or not run["manifest_blob"]:
            raise invalid("run_id", f"run {body.run_id} has no model", "name a completed run")
        manifest, dataset = run["manifest_blob"], dataset or run["dataset_id"]
    if await writer.answered() is None:
        await check_manifest(writer, manifest)
    command = RegisterModel(
        name=name,
        manifest_blob=manifest,
        version=body.version,
        run_id=body.run_id,
        dataset_id=dataset,
        metadata=json.dumps(body.metadata, sort_keys=True),
        metrics=json.dumps(body.metrics, sort_keys=True),
    )
    return await writer.act("model", "model", name, command)


@router.put(
    "/{name}/aliases/{alias}",
    dependencies=requires("models:write"),
    responses=documented(400, 401, 403, 404, 409, 422),
)
async def move(writer: Writing, name: Name, alias: Id, body: Move) -> Item[Decided]:
    """Point an alias at a version."""
    await _known(writer, name)
    return await writer.act("model", "model", name, MoveAlias(name, alias, body.version, writer.who.email))


@router.post(
    "/{name}/rollback", dependencies=requires("models:write"), responses=documented(400, 401, 403, 404, 409, 422)
)
async def roll_back(writer: Writing, name: Name, body: AliasBack | None = None) -> Item[Decided]:
    """Point an alias at the version where it was before its last move."""
    await _known(writer, name)
    alias = (body or AliasBack()).alias
    return await writer.act("model", "model", name, RollBackAlias(name, alias, writer.who.email))


async def check_manifest(writer: Writer, key: str) -> None:
    """A manifest that a worker can load, made of blobs of the same tenant only.

    Raises:
        Problem: 422 for `manifest_blob`.
    """
    own = f"{writer.who.tenant}/"
    remedy = "name the manifest of a run or a checkpoint"
    if not key.startswith(own) or len(key) != len(own) + 64:
        raise invalid("manifest_blob", "is no blob of this tenant", remedy)
    try:
        manifest = await _manifest(writer.backend.artefacts, key)
    except Problem as problem:
        raise invalid("manifest_blob", problem.message, remedy) from problem
    strangers = [file["blob"] for file in manifest.values() if not str(file["blob"]).startswith(own)]
    if not manifest or strangers:
        raise invalid("manifest_blob", "names no files, or files of somebody else", remedy)


async def _manifest(artefacts: Artefacts, key: str) -> dict[str, Any]:
    try:
        files = (await artefacts.json(key))["files"]
        return {str(name): {"blob": file["blob"]} for name, file in files.items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise invalid("manifest_blob", "is no model manifest") from error


async def _known(writer: Writer, name: str) -> None:
    version, _ = await writer.backend.gate.state(writer.who.tenant, "model", name)
    if version == 0:
        raise missing("model", name)


async def _models(reader: Reader, rows: list[Row], as_of: datetime | None) -> dict[str, ModelAttributes]:
    """Models by name; one that had no version at `as_of` is left out."""
    names = [row["name"] for row in rows]
    versions = await reader.rows(
        "select *, model_version as version, registered_at as created_at from read.model_version"
        " where name = any(%(names)s) and (%(at)s::timestamptz is null or registered_at <= %(at)s)"
        " order by registered_in, registered_at",
        {"names": names, "at": as_of},
    )
    aliases = await reader.rows(
        "select name, alias, model_version from read.model_alias where name = any(%(names)s)"
        " and valid_from <= coalesce(%(at)s::timestamptz, 'infinity')"
        " and (valid_to is null or valid_to > %(at)s::timestamptz)",
        {"names": names, "at": as_of},
    )
    found: dict[str, ModelAttributes] = {}
    for row in rows:
        own = [VersionAttributes.model_validate({k: v for k, v in one.items() if v is not None}) for one in versions
               if one["name"] == row["name"]]  # fmt: skip
        if own:
            pointers = {one["alias"]: one["model_version"] for one in aliases if one["name"] == row["name"]}
            latest = own[-1].version
            found[row["name"]] = shown(ModelAttributes, row, versions=own, aliases=pointers, latest_version=latest)
    return found
