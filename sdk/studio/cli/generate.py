"""`studio generate`: samples from documents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from studio.cli.preview import show_preview
from studio.cli.progress import watch
from studio.cli.screen import Follow, Json, connected, screen, show

FINISHED = (
    "status", "asked", "delivered", "shortfall", "tokens_in", "tokens_out", "cost", "currency", "repaired", "error",
)  # fmt: skip
ESTIMATED = ("count", "chunks", "requests", "tokens_in", "tokens_out", "most_tokens", "cost", "most_cost", "currency")


def generate(
    documents: Annotated[list[str] | None, typer.Argument(help="Ids of documents; none with --collection.")] = None,
    count: Annotated[int | None, typer.Option(min=1, help="How many samples; 200, or as the recipe says.")] = None,
    recipe: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="A recipe, YAML.")] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Show five samples of the recipe; keep nothing.")] = False,
    estimate: Annotated[bool, typer.Option("--estimate", help="Tokens and money it would take; ask nothing.")] = False,
    budget_tokens: Annotated[int, typer.Option(min=0, help="Most tokens, in and out; 0: no limit.")] = 0,
    budget_money: Annotated[float, typer.Option(min=0, help="Most money, in the prices' currency; 0: no limit.")] = 0.0,
    reread: Annotated[str, typer.Option(help="Read the kept replies of this batch again; nothing is paid.")] = "",
    collection: Annotated[str, typer.Option(help="All extracted documents of this collection.")] = "",
    quality: Annotated[float, typer.Option(min=0, max=1, help="Leave out what is less certain than this.")] = 0.0,
    endpoint: Annotated[str, typer.Option(help="An OpenAI-compatible server; without one no model is used.")] = "",
    model: Annotated[str, typer.Option(help="The model there.")] = "",
    template: Annotated[str, typer.Option(help="Prompt template.")] = "",
    temperature: Annotated[float, typer.Option(min=0, max=2, help="Of the model's sampling.")] = 0.0,
    max_tokens: Annotated[int, typer.Option(min=0, help="Of one reply; 0: as is usual.")] = 0,
    seed: Annotated[int, typer.Option(help="Same seed, same choice.")] = 0,
    follow: Follow = True,
    json_: Json = False,
) -> None:
    """Generate grounded question and answer samples. Asked N, you get N or a reason for each that is missing.

    Example: studio generate --collection support --count 500
    Example: studio generate --collection support --recipe support.yaml --budget-money 5
    """
    if not documents and not collection and not reread:
        raise typer.BadParameter("name documents or --collection")
    if preview and not (recipe and documents):
        raise typer.BadParameter("--preview needs --recipe and a document")
    text = recipe.read_text() if recipe else ""
    count = count or (0 if recipe else 200)
    with connected() as studio:
        if preview:
            show_preview(studio.recipes.preview(documents or (), recipe=text), json_)
            return
        order: dict[str, Any] = {"count": count, "collection": collection, "recipe": text}
        if not recipe:
            order |= {
                "method": "endpoint" if endpoint else "extractive", "quality_threshold": quality, "endpoint": endpoint,
                "model": model, "template": template, "temperature": temperature, "max_tokens": max_tokens,
                "seed": seed,
            }  # fmt: skip
        if estimate:
            show(studio.batches.estimate(documents or (), order=order), json_, ESTIMATED)
            return
        order |= {"budget_tokens": budget_tokens, "budget_money": budget_money}
        batch = studio.batches.reread(reread) if reread else studio.batches.create(documents or (), **order)
        if follow:
            batch = watch(studio, batch, "samples", screen)
        show(batch, json_, FINISHED)
