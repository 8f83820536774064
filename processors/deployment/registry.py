"""The model registry: an aggregate per model name, its semantic versions and its aliases."""

from __future__ import annotations

import json
from dataclasses import dataclass

from studio.contract.records import AliasMoved, ModelRegistered, Record

from processors.deployment.model import Model, evolve
from processors.deployment.semver import Version, parse
from streams.decider import Decider, Refused

FIRST = Version(0, 1, 0)


@dataclass(frozen=True)
class RegisterModel:
    """Register a version; an empty `version` means the next minor one. metadata, metrics: JSON."""

    name: str
    manifest_blob: str
    version: str = ""
    run_id: str = ""
    dataset_id: str = ""
    metadata: str = "{}"
    metrics: str = "{}"


@dataclass(frozen=True)
class RegisterRun:
    """Register what a training run made: the weights before reinforcement as `x.y.0`, the trained ones as the patch.

    So a canary of the trained version has the very model that it was trained from as its baseline.
    """

    name: str
    run_id: str
    manifest_blob: str
    base_manifest_blob: str = ""
    dataset_id: str = ""
    metrics: str = "{}"


@dataclass(frozen=True)
class MoveAlias:
    name: str
    alias: str
    version: str
    author: str = ""


@dataclass(frozen=True)
class RollBackAlias:
    """Move the alias back to where it was before its last move."""

    name: str
    alias: str
    author: str = ""


Command = RegisterModel | RegisterRun | MoveAlias | RollBackAlias


def decide(state: Model, command: Command) -> list[Record]:
    """The events that follow from `command`; none where it changes nothing.

    Raises:
        Refused: BAD_VERSION, VERSION_EXISTS, VERSION_NOT_LATER, NO_MANIFEST, UNKNOWN_VERSION, BAD_ALIAS, NO_PREVIOUS.
    """
    match command:
        case RegisterModel():
            return _register(state, command)
        case RegisterRun():
            return _register_run(state, command)
        case MoveAlias():
            return _move(state, command.alias, command.version, command.author)
        case RollBackAlias():
            previous = state.before.get(command.alias, "")
            if not previous:
                raise Refused(
                    "NO_PREVIOUS", f"alias {command.alias!r} was never moved", "alias", "move it with a version"
                )
            return _move(state, command.alias, previous, command.author)


def next_version(state: Model) -> Version:
    """The next minor version after the highest one; 0.1.0 for a new model."""
    known = sorted(parse(item.version) for item in state.versions)
    return known[-1].next_minor() if known else FIRST


def _register(state: Model, command: RegisterModel) -> list[Record]:
    if not command.manifest_blob:
        raise Refused(
            "NO_MANIFEST", "a version needs the manifest of its files", "manifest_blob", "upload the files first"
        )
    try:
        version = parse(command.version) if command.version else next_version(state)
    except ValueError as error:
        raise Refused("BAD_VERSION", str(error), "version", "give major.minor.patch, or leave it empty") from error
    known = state.find(str(version))
    if known is not None:
        if known.manifest_blob == command.manifest_blob:
            return []
        raise Refused("VERSION_EXISTS", f"{version} is taken by other files", "version", f"use {next_version(state)}")
    line = [parse(item.version) for item in state.versions]
    newest = max((v for v in line if (v.major, v.minor) == (version.major, version.minor)), default=None)
    if newest is not None and version < newest:
        raise Refused(
            "VERSION_NOT_LATER", f"{newest} is there already", "version", f"use {newest.next_patch()} or later"
        )
    return [
        ModelRegistered(
            name=command.name,
            version=str(version),
            run_id=command.run_id,
            manifest_blob=command.manifest_blob,
            dataset_id=command.dataset_id,
            metadata=command.metadata,
            metrics=command.metrics,
        )
    ]


def _register_run(state: Model, command: RegisterRun) -> list[Record]:
    trained = {item.manifest_blob for item in state.versions if item.run_id == command.run_id}
    if command.manifest_blob in trained:
        return []
    found: list[Record] = []
    base = next((item.version for item in state.versions if item.manifest_blob == command.base_manifest_blob), "")
    if not base and command.base_manifest_blob:
        base = str(next_version(state))
        found = _register(
            state,
            RegisterModel(
                command.name, command.base_manifest_blob, base, command.run_id, command.dataset_id,
                json.dumps({"stage": "base"}),
            ),
        )  # fmt: skip
        state = evolve(state, found[0])
    version = ""
    if base:
        start = parse(base)
        line = [parse(item.version) for item in state.versions]
        version = str(max(v for v in line if (v.major, v.minor) == (start.major, start.minor)).next_patch())
    return found + _register(
        state,
        RegisterModel(
            command.name, command.manifest_blob, version, command.run_id, command.dataset_id,
            json.dumps({"stage": "trained", "base": base}), command.metrics,
        ),
    )  # fmt: skip


def _move(state: Model, alias: str, version: str, author: str) -> list[Record]:
    if not alias or not alias.replace("-", "").replace("_", "").isalnum():
        raise Refused("BAD_ALIAS", f"{alias!r} is no alias", "alias", "use letters, digits, '-' and '_'")
    if state.find(version) is None:
        known = ", ".join(item.version for item in state.versions[-5:]) or "none"
        raise Refused("UNKNOWN_VERSION", f"there is no version {version!r}", "version", f"the last ones are: {known}")
    current = state.aliases.get(alias, "")
    if current == version:
        return []
    return [AliasMoved(name=state.name, alias=alias, version=version, previous=current, author=author)]


MODEL = Decider("model", "studio.models", Model(), decide, evolve)
