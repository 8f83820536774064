"""The state of a model: its registered versions and where its aliases point."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from studio.contract.records import AliasMoved, ModelRegistered, Record


@dataclass(frozen=True)
class Registered:
    """A version of the model. `manifest_blob` names its weights and tokenizer in the blob store."""

    version: str
    manifest_blob: str
    run_id: str = ""


@dataclass(frozen=True)
class Model:
    """versions: in order of registration. aliases, before: alias to its version now and before its last move."""

    name: str = ""
    versions: tuple[Registered, ...] = ()
    aliases: dict[str, str] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)

    def find(self, version: str) -> Registered | None:
        return next((known for known in self.versions if known.version == version), None)


def evolve(state: Model, event: Record) -> Model:
    match event:
        case ModelRegistered():
            added = Registered(event.version, event.manifest_blob, event.run_id)
            return replace(state, name=event.name, versions=(*state.versions, added))
        case AliasMoved():
            return replace(
                state,
                aliases={**state.aliases, event.alias: event.version},
                before={**state.before, event.alias: event.previous},
            )
        case _:
            return state
