"""Recipes: saved as versions that never change, and tried before anything is spent."""

from __future__ import annotations

from contextlib import aclosing
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field, StringConstraints

from api.access import requires
from api.body import Body
from api.cursor import Cursor, Limit
from api.envelope import Count, Item, Page, item, page
from api.errors import documented, invalid, missing
from api.ordering import found_recipe, sources
from api.paths import IdField
from api.reading import Reading, View
from api.writing import Writing
from processors.generation.endpoint import Endpoint
from processors.generation.local import Local
from processors.generation.preview import preview
from processors.generation.prompt import PromptRefused
from processors.generation.recipe_decide import SaveRecipe, recipe_id
from processors.generation.recipe_file import RecipeRefused, read_recipe
from streams import egress

router = APIRouter(prefix="/recipes", tags=["recipes"])
VIEW = View("read.recipe", ("created_at", "name"))
RecipeText = Annotated[str, StringConstraints(max_length=100_000)]


class NewRecipe(Body):
    """A recipe as YAML; its `name` says what it is a version of."""

    source: RecipeText


class RecipeAttributes(BaseModel):
    """A version of a recipe: as it was written, and resolved."""

    name: str
    recipe_version: int
    sha256: str = ""
    source: str = ""
    recipe: dict[str, Any] = {}
    author: str = ""


class PreviewBody(Body):
    """What to try: a recipe as YAML, or a saved one by name and version (0: the newest), on one of the documents."""

    recipe: RecipeText = ""
    recipe_name: Annotated[str, StringConstraints(max_length=64)] = ""
    recipe_version: int = 0
    documents: Annotated[list[IdField], Field(min_length=1, max_length=1000)]


class PreviewSample(BaseModel):
    """A sample as a batch would make it."""

    kind: str
    question: str
    answer: str
    quote: str
    reasoning: str = ""
    rejected: str = ""
    choices: list[str] = []
    messages: list[dict[str, str]] = []
    quality: float
    section_title: str = ""
    repaired: bool = False


class PreviewAttributes(BaseModel):
    """Up to five samples, a reason for each that is missing, and what the endpoint charged for them."""

    samples: list[PreviewSample]
    shortfall: list[Count]
    tokens_in: int
    tokens_out: int
    detail: str = ""


@router.post("", status_code=201, dependencies=requires("batches:write"), responses=documented(400, 401, 403, 409, 422))
async def save(writer: Writing, body: NewRecipe) -> Item[RecipeAttributes]:
    """Keep a recipe as the next version of its name; the same text again is the same version."""
    try:
        recipe = read_recipe(body.source)
    except RecipeRefused as refused:
        raise invalid(f"source.{refused.field}", str(refused), "see docs/generation.md") from refused
    await writer.do("recipe", recipe_id(recipe.name), SaveRecipe(body.source, writer.who.email))
    _, state = await writer.backend.gate.state(writer.who.tenant, "recipe", recipe_id(recipe.name))
    told = RecipeAttributes(
        name=recipe.name, recipe_version=state.version, sha256=recipe.sha256, source=body.source,
        author=writer.who.email,
    )  # fmt: skip
    return item(f"{recipe.name}@{state.version}", "recipe", told)


@router.get("", dependencies=requires("studio:read"), responses=documented(401, 403, 422))
async def index(reader: Reading, limit: Limit = 50, cursor: Cursor = "") -> Page[RecipeAttributes]:
    """The newest version of each recipe."""
    rows, following = await reader.page(VIEW, limit, cursor)
    found = [(f"{row['name']}@{row['recipe_version']}", _told(row)) for row in rows]
    return page("recipe", found, following)


@router.get(
    "/{name}/versions/{version}", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422)
)
async def show(reader: Reading, name: str, version: int) -> Item[RecipeAttributes]:
    """One version, as it was written and resolved."""
    row = await reader.one("read.recipe_version", name=name, recipe_version=version)
    if row is None:
        raise missing("recipe", f"{name}@{version}")
    return item(f"{name}@{version}", "recipe", _told(row))


@router.post(
    "/preview", dependencies=requires("batches:write"), responses=documented(400, 401, 403, 404, 422)
)  # fmt: skip
async def try_out(writer: Writing, reader: Reading, body: PreviewBody) -> Item[PreviewAttributes]:
    """Five samples of a recipe, made now; nothing is kept."""
    found = await found_recipe(writer, reader, body.recipe, body.recipe_name, body.recipe_version)
    if found is None:
        raise invalid("recipe", "is missing", "send a recipe, or the name of a saved one")
    document, text = (await sources(reader, body.documents[:1]))[0]
    settings = writer.backend.settings
    try:
        if found.recipe.method == "endpoint":
            async with egress.session(settings.allow_private_endpoints) as session, aclosing(Local()) as local:
                endpoint = Endpoint(session, settings.allow_private_endpoints, settings.endpoint_keys, local=local)
                made = await preview(found.recipe, document, text, endpoint)
        else:
            made = await preview(found.recipe, document, text, None)
    except PromptRefused as refused:
        raise invalid("recipe.template", str(refused)) from refused
    samples = [
        PreviewSample(
            kind=one.kind, question=one.question, answer=one.answer, quote=one.quote, reasoning=one.reasoning,
            rejected=one.rejected, choices=list(one.choices), quality=one.quality, repaired=one.repaired,
            section_title=one.passage.section_title,
            messages=[{"role": role, "content": content} for role, content in one.messages],
        )
        for one in made.samples
    ]  # fmt: skip
    short = [Count(reason=one.reason, count=one.count) for one in made.missing]
    told = PreviewAttributes(
        samples=samples, shortfall=short, tokens_in=made.tokens_in, tokens_out=made.tokens_out, detail=made.detail
    )
    return item("preview", "preview", told)


def _told(row: dict[str, Any]) -> RecipeAttributes:
    return RecipeAttributes(**{name: row[name] for name in RecipeAttributes.model_fields if row.get(name) is not None})
