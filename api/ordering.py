"""What a batch is asked for by: a recipe and the texts of documents, found and checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.errors import invalid, missing
from api.reading import Reader
from api.writing import Writer
from processors.generation.prices import Price, PricesRefused, price_of
from processors.generation.recipe import Recipe
from processors.generation.recipe_decide import recipe_id
from processors.generation.recipe_file import RecipeRefused, read_recipe
from processors.generation.texts import Text, Texts


@dataclass(frozen=True, slots=True)
class Ordered:
    """A recipe with the name and version under which it is kept; no version where it came with the request."""

    recipe: Recipe
    name: str
    version: str


async def found_recipe(writer: Writer, reader: Reader, text: str, name: str, version: int) -> Ordered | None:
    """The recipe of a request; None where it names none.

    Raises:
        Problem: 422 with the recipe's field and line; 404 for a version that is not there.
    """
    if not text and not name:
        return None
    if not text:
        newest, state = await writer.backend.gate.state(writer.who.tenant, "recipe", recipe_id(name))
        if not newest or version > state.version or version < 0:
            raise missing("recipe", f"{name}@{version}" if version else name)
        text, number = state.source, state.version
        if version and version != state.version:
            row = await reader.one("read.recipe_version", name=name, recipe_version=version)
            if row is None:
                raise missing("recipe", f"{name}@{version}")
            text, number = row["source"], version
        return Ordered(_read(text), name, str(number))
    recipe = _read(text)
    return Ordered(recipe, recipe.name, "")


def _read(text: str) -> Recipe:
    try:
        return read_recipe(text)
    except RecipeRefused as refused:
        raise invalid(f"recipe.{refused.field}", str(refused), "see docs/generation.md") from refused


def priced(writer: Writer, recipe: Recipe) -> Price | None:
    """The price that applies, None where no price is known.

    Raises:
        Problem: 422; the platform's price table cannot be read.
    """
    try:
        return price_of(recipe, writer.backend.settings.prices)
    except PricesRefused as refused:
        raise invalid("budget_money", str(refused), "mend STUDIO_PRICES") from refused


async def sources(reader: Reader, documents: Sequence[str]) -> list[tuple[str, Text]]:
    """(id, text) of extracted documents.

    Raises:
        Problem: 422; one of them is not there or not extracted yet.
    """
    texts = Texts(reader.backend.blobs)
    found: list[tuple[str, Text]] = []
    for place, id in enumerate(documents):
        row = await reader.one("read.document", document_id=id)
        if row is None or not row["text_blob"]:
            state = "is not there" if row is None else f"is {row['state']}"
            raise invalid(f"documents.{place}", f"document {id} {state}", "wait for its extraction")
        found.append((id, await texts.get(row["text_blob"], row["chunks_blob"])))
    return found
