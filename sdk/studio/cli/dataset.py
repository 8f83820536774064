"""`studio dataset`: freeze what was kept, look at versions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from studio.cli import dataset_views
from studio.cli.progress import watch
from studio.cli.screen import EXIT_CODES, Follow, Json, connected, listing, say, screen, show

SHOWN = ("name", "version", "status", "train_rows", "heldout_rows", "train_sections", "heldout_sections")
Split = Literal["train", "heldout", "all"]
Format = Literal["parquet", "hf", "jsonl", "chat", "openai", "alpaca", "sharegpt", "trl", "preference", "conversations"]
FORMATS = {".parquet": "parquet", ".jsonl": "jsonl"}
app = typer.Typer(no_args_is_help=True, help="Frozen versions of samples to train on.", epilog=EXIT_CODES)
for command in (dataset_views.diff, dataset_views.card, dataset_views.coverage, dataset_views.rebuild):
    app.command()(command)


@app.command()
def freeze(
    name: Annotated[str, typer.Argument(help="The dataset; every freeze is a new version of it.")],
    curation: Annotated[str, typer.Option(help="Whose samples.")],
    rule: Annotated[str, typer.Option(help="Another rule than the curation's.")] = "",
    heldout: Annotated[
        float, typer.Option(min=0, max=0.99, help="Part of the sections that training never sees.")
    ] = 0.3,
    reward: Annotated[str, typer.Option(help="Reward specification, a JSON object; empty: default.")] = "",
    seed: Annotated[int, typer.Option(help="Of the split.")] = 0,
    without: Annotated[list[str] | None, typer.Option(help="A document to leave out; several times for more.")] = None,
    prompt_limit: Annotated[int, typer.Option(min=0, help="Characters; longer rows are left out. 0: usual.")] = 0,
    follow: Follow = True,
    json_: Json = False,
) -> None:
    """Freeze a dataset version: Parquet files, split by section, under one Merkle root.

    Example: studio dataset freeze support --curation 0198c0de... --heldout 0.3
    """
    specification = _object(reward)
    with connected() as studio:
        dataset = studio.datasets.create(
            name,
            curation,
            rule=rule,
            heldout_fraction=heldout,
            reward=specification,
            seed=seed,
            without=without or (),
            prompt_limit=prompt_limit,
        )
        if follow:
            dataset = watch(studio, dataset, "dataset", screen)
        show(dataset, json_, (*SHOWN, "dropped", "merkle_root", "error"))


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Parquet or JSON lines.")],
    name: Annotated[str, typer.Option(help="The dataset; every import is a new version of it.")],
    prompt: Annotated[str, typer.Option(help="Column with the prompt: text or chat messages.")] = "",
    answer: Annotated[str, typer.Option(help="Column with the answer; a.b leads into an object.")] = "",
    context: Annotated[str, typer.Option(help="Column with a passage that the answer stands in.")] = "",
    heldout: Annotated[float, typer.Option(min=0, max=0.99, help="Part that training never sees.")] = 0.3,
    reward: Annotated[str, typer.Option(help="Reward specification, a JSON object; empty: word overlap.")] = "",
    seed: Annotated[int, typer.Option(help="Of the split.")] = 0,
    follow: Follow = True,
    json_: Json = False,
) -> None:
    """Freeze a dataset that you have, in the format that TRL trains on: prompts with answers.

    Example: studio dataset import gsm8k.jsonl --name arithmetic --answer solution
    """
    named = {"prompt": prompt, "answer": answer, "context": context}
    with connected() as studio:
        dataset = studio.datasets.bring(
            file,
            name,
            columns={part: column for part, column in named.items() if column},
            heldout_fraction=heldout,
            reward=_object(reward),
            seed=seed,
        )
        if follow:
            dataset = watch(studio, dataset, "dataset", screen)
        show(dataset, json_, (*SHOWN, "dropped", "merkle_root", "error"))


@app.command(name="list")
def list_(
    status: Annotated[str | None, typer.Option(help="requested, frozen or refused")] = None, json_: Json = False
) -> None:
    """List dataset versions, newest first.

    Example: studio dataset list --status frozen
    """
    with connected() as studio:
        names = ("name", "version", "status", "train_rows", "heldout_rows")
        listing(studio.datasets.list(status=status, limit=200), json_, names)


@app.command(name="show")
def show_(id: str, json_: Json = False) -> None:
    """Show one dataset version.

    Example: studio dataset show 0198c0de...
    """
    with connected() as studio:
        show(studio.datasets.get(id), json_)


@app.command()
def export(
    id: str,
    file: Annotated[Path, typer.Argument(help="Where to; a file that is there is replaced. For hf a folder, or .zip.")],
    split: Annotated[
        Split | None, typer.Option(help="train, if not given; hf: all. all tells each row's split.")
    ] = None,
    format: Annotated[
        Format | None,
        typer.Option(help="What reads it, see docs/datasets.md; else by the file's name: parquet, jsonl, hf."),
    ] = None,
    json_: Json = False,
) -> None:
    """Write the rows of a dataset version to a file that other trainers read; each says its source.

    Example: studio dataset export 0198c0de... support --format hf
    """
    chosen = format or FORMATS.get(file.suffix, "hf" if file.suffix in ("", ".zip") else "jsonl")
    with connected() as studio:
        size = studio.datasets.export(id, file, split=split, format=chosen)
    say({"id": id, "file": str(file), "bytes": size}) if json_ else screen.print(f"{file}: {size:,} bytes")


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError as error:
        raise typer.BadParameter(f"--reward is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise typer.BadParameter("--reward must be a JSON object")
    return found
