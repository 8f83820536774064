"""What can be called, as a fold of `studio.routing` and `studio.models`, and the task that keeps it current."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from aiokafka.errors import KafkaError
from studio.contract import Event
from studio.contract.records import ModelRegistered, RoutingTable

from streams.settings import Settings
from streams.source import LogSource

TOPICS = ("studio.routing", "studio.models")
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Known:
    """A registered version: its manifest's blob key, and when it came (Unix seconds)."""

    manifest: str
    created: int


@dataclass(slots=True)
class Directory:
    """tables: (tenant, deployment) to its newest routing table. versions: (tenant, `model@version`) to what it is."""

    tables: dict[tuple[str, str], RoutingTable] = field(default_factory=dict)
    versions: dict[tuple[str, str], Known] = field(default_factory=dict)
    started: dict[tuple[str, str], int] = field(default_factory=dict)

    def fold(self, event: Event) -> RoutingTable | None:
        """Take an event in; returns the table if it is a newer one. Older revisions and repeats change nothing."""
        created = int(event.time.timestamp())
        match event.data:
            case RoutingTable() as table:
                place = (event.tenant, table.deployment)
                known = self.tables.get(place)
                if known is not None and known.revision >= table.revision:
                    return None
                self.tables[place] = table
                self.started.setdefault(place, created)
                for target in table.targets:
                    name = f"{target.model}@{target.version}"
                    self.versions.setdefault((event.tenant, name), Known(target.manifest_blob, created))
                return table
            case ModelRegistered() as model:
                name = f"{model.name}@{model.version}"
                self.versions[event.tenant, name] = Known(model.manifest_blob, created)
                return None
            case _:
                return None


async def follow(
    settings: Settings, directory: Directory, ready: asyncio.Event, changed: Callable[[str, RoutingTable], None]
) -> None:
    """Keep `directory` current until cancelled; a lost broker is waited for. `ready` is set once it is complete.

    changed: called with tenant and table for each newer table.
    """
    while True:
        try:
            async with LogSource(settings, TOPICS) as source:
                if source.caught_up:
                    ready.set()
                async for event in source.events(0.2):
                    table = directory.fold(event) if event is not None else None
                    if event is not None and table is not None:
                        changed(event.tenant, table)
                    if source.caught_up:
                        ready.set()
        except (KafkaError, OSError, LookupError) as error:
            log.warning("routing_lost", error=str(error))
            await asyncio.sleep(1)
