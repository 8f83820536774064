"""`studio samples`: look at what was generated, with its scores and what was decided."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

import typer

from studio.cli.screen import EXIT_CODES, Json, connected, listing, show

app = typer.Typer(no_args_is_help=True, help="Questions with their answers.", epilog=EXIT_CODES)


@app.command(name="list")
def list_(
    batch: Annotated[str | None, typer.Option(help="Only those of a batch.")] = None,
    document: Annotated[str | None, typer.Option(help="Only those made from a document.")] = None,
    curation: Annotated[str | None, typer.Option(help="Only those that a curation judged, in its order.")] = None,
    kept: Annotated[bool | None, typer.Option("--kept/--dropped", help="What the curation decided.")] = None,
    kind: Annotated[str | None, typer.Option(help="cloze, definition, is_a, normative, number or another one.")] = None,
    text: Annotated[str, typer.Option(help="Words in the question or the answer.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 200,
    json_: Json = False,
) -> None:
    """List samples, newest first.

    Example: studio samples list --curation 0198c0de... --kept --limit 20
    """
    if kept is not None and not (batch or curation):
        raise typer.BadParameter("--kept and --dropped go with --curation, or with the last one of --batch")
    with connected() as studio:
        found = studio.samples.each(
            batch_id=batch, document_id=document, curation_id=curation, kept=kept, kind=kind, text=text
        )
        listing(islice(found, limit), json_, ("kind", "question", "answer", "quality", "kept", "reason"))


@app.command(name="show")
def show_(id: str, json_: Json = False) -> None:
    """Show one sample with its passage and the place of its answer.

    Example: studio samples show 0198c0de...
    """
    with connected() as studio:
        show(studio.samples.get(id), json_)
