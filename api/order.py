"""The body of a request for samples, and the command that it becomes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from api.body import Body, Whole
from api.errors import invalid
from api.ordering import found_recipe, priced
from api.paths import IdField
from api.reading import Reader
from api.writing import Writer
from processors.generation.decide import RequestBatch
from processors.generation.prices import Price
from processors.generation.recipe import Part, Recipe

MOST_DOCUMENTS = 1000
Method = Literal["extractive", "endpoint"]


class NewBatch(Body):
    """Samples that are asked for.

    documents: ids; or leave it out and name a `collection`, which means all of its extracted documents.
    template: Jinja, for `endpoint` only; empty for the built-in one. endpoint: base URL of an OpenAI-compatible server.
    recipe: YAML; or recipe_name with recipe_version (0: the newest) for a saved one. A recipe says all that follows
    `method`; `count` scales its mix, 0 leaves it. budget_tokens, budget_money (in the currency of the price): most that
    may be spent, 0 for no limit.
    """

    documents: Annotated[list[IdField], Field(max_length=MOST_DOCUMENTS)] = []
    collection: Annotated[str, StringConstraints(max_length=200)] = ""
    method: Method = "extractive"
    count: Annotated[Whole, Field(ge=0, le=1_000_000)] = 0
    template: Annotated[str, StringConstraints(max_length=20_000)] = ""
    quality_threshold: Annotated[float, Field(ge=0, le=1)] = 0.0
    endpoint: Annotated[str, StringConstraints(max_length=2000)] = ""
    model: Annotated[str, StringConstraints(max_length=200)] = ""
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.0
    max_tokens: Annotated[Whole, Field(ge=0, le=32_768)] = 0
    seed: Annotated[Whole, Field(ge=0, le=2**53)] = 0
    recipe: Annotated[str, StringConstraints(max_length=100_000)] = ""
    recipe_name: Annotated[str, StringConstraints(max_length=64)] = ""
    recipe_version: Whole = 0
    budget_tokens: Annotated[Whole, Field(ge=0, le=2**53)] = 0
    budget_money: Annotated[float, Field(ge=0, le=1_000_000_000)] = 0.0


class EstimateAttributes(BaseModel):
    """What a batch will take if every question is answered well at the first try; most_*: what is reserved for that.

    cost: in millionths of `currency`; null where no price is known.
    """

    chunks: int
    count: int
    requests: int
    tokens_in: int
    tokens_out: int
    most_tokens: int
    cost: int | None = None
    most_cost: int | None = None
    currency: str = ""


async def command_of(
    writer: Writer, reader: Reader, body: NewBatch, documents: list[str]
) -> tuple[RequestBatch, Recipe, Price | None]:
    """The command of a request, its recipe and its price."""
    ordered = await found_recipe(writer, reader, body.recipe, body.recipe_name, body.recipe_version)
    given = ("method", "endpoint", "model", "temperature", "max_tokens", "quality_threshold", "seed")
    if ordered:
        recipe = ordered.recipe.scaled(body.count) if body.count else ordered.recipe
    else:
        if not body.count:
            raise invalid("count", "is missing", "say how many samples, or send a recipe")
        part = Part("", body.count, body.template)
        recipe = Recipe("", (part,), structure="json_object", **{name: getattr(body, name) for name in given})
    price = priced(writer, recipe)
    command = RequestBatch(
        documents=tuple(documents),
        count=recipe.count,
        template="" if ordered else body.template,
        requested_by=writer.who.email,
        recipe=recipe.to_json() if ordered else "",
        recipe_name=ordered.name if ordered else "",
        recipe_version=ordered.version if ordered else "",
        budget_tokens=body.budget_tokens,
        budget_money=round(body.budget_money * 1_000_000),
        currency=price.currency if price else "",
        prices=price.to_json() if price else "",
        **{name: getattr(recipe, name) for name in given},
    )
    return command, recipe, price
