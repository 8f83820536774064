"""`studio generate`: samples from documents."""

from __future__ import annotations

from typing import Annotated

import typer

from studio.cli.progress import watch
from studio.cli.screen import Follow, Json, connected, screen, show


def generate(
    documents: Annotated[list[str] | None, typer.Argument(help="Ids of documents; none with --collection.")] = None,
    count: Annotated[int, typer.Option(min=1, help="How many samples.")] = 200,
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
    """
    if not documents and not collection:
        raise typer.BadParameter("name documents or --collection")
    with connected() as studio:
        batch = studio.batches.create(
            documents or (),
            count=count,
            collection=collection,
            method="endpoint" if endpoint else "extractive",
            quality_threshold=quality,
            endpoint=endpoint,
            model=model,
            template=template,
            temperature=temperature,
            max_tokens=max_tokens,
            seed=seed,
        )
        if follow:
            batch = watch(studio, batch, "samples", screen)
        show(batch, json_, ("status", "asked", "delivered", "shortfall", "tokens_in", "tokens_out", "error"))
