"""Recipes: every saved version, none of which ever changes, and the newest one of each name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studio.contract import Event
from studio.contract.records import RecipeSaved

from projections.table import Row, Table, parsed

NAME, VERSION = "recipes", 1
TOPICS = ("studio.generation",)
TABLES = (
    Table(
        "recipe",
        "name text",
        "version bigint, recipe_version bigint, sha256 text, created_at timestamptz least, updated_at timestamptz",
        indexes=("created_at, name",),
    ),
    Table(
        "recipe_version",
        "name text, recipe_version bigint",
        "version bigint, source text, recipe jsonb, sha256 text, author text, created_at timestamptz",
    ),
)


def rows(events: Sequence[Event]) -> Iterator[Row]:
    for event in events:
        match event.data:
            case RecipeSaved() as data:
                number = int(data.recipe_version)
                key = {"tenant_id": event.tenant, "name": data.name, "recipe_version": number, "version": event.version}
                times = {"created_at": event.time, "updated_at": event.time}
                yield Row("recipe", {**key, "sha256": data.sha256, **times})
                said = {"source": data.source, "recipe": parsed(data.recipe), "sha256": data.sha256}
                yield Row("recipe_version", {**key, **said, "author": data.author, "created_at": event.time})
