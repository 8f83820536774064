"""Saved recipes: each version is an event and never changes; the aggregate is `recipe/NAME`."""

from __future__ import annotations

from dataclasses import dataclass

from studio.contract.records import RecipeSaved, Record

from processors.generation.recipe_file import RecipeRefused, read_recipe
from streams.decider import Decider, Refused


@dataclass(frozen=True)
class Saved:
    """The newest version, 0 where there is none, with its source."""

    version: int = 0
    source: str = ""


@dataclass(frozen=True)
class SaveRecipe:
    """Keep a recipe as the next version of its name. The same text again changes nothing."""

    source: str
    author: str = ""


def recipe_id(name: str) -> str:
    """The aggregate of a name; the prefix keeps it apart from batches, which share the topic."""
    return f"recipe/{name}"


def decide(state: Saved, command: SaveRecipe) -> list[Record]:
    """Decide about one name.

    Raises:
        Refused: INVALID with the recipe's field and line.
    """
    if state.version and command.source == state.source:
        return []
    try:
        recipe = read_recipe(command.source)
    except RecipeRefused as refused:
        raise Refused("INVALID", str(refused), f"recipe.{refused.field}", "see docs/generation.md") from refused
    return [
        RecipeSaved(
            name=recipe.name,
            recipe_version=str(state.version + 1),
            source=command.source,
            recipe=recipe.to_json(),
            sha256=recipe.sha256,
            author=command.author,
        )
    ]


def evolve(state: Saved, record: Record) -> Saved:
    """Fold one record."""
    return Saved(int(record.recipe_version), record.source) if isinstance(record, RecipeSaved) else state


RECIPE = Decider("recipe", "studio.generation", Saved(), decide, evolve)
