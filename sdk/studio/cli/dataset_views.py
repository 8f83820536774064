"""`studio dataset diff|card|coverage|rebuild`: what is in a version, beside another one and beside its documents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from studio.cli.progress import watch
from studio.cli.screen import Follow, Json, connected, paper, plain, say, screen, show, table

ChangeKind = Literal["added", "removed", "changed", "moved"]
SHORT = 100  # characters of a cell


def diff(
    a: str,
    b: str,
    change: Annotated[ChangeKind | None, typer.Option(help="Only these rows.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="Rows to show.")] = 20,
    json_: Json = False,
) -> None:
    """Say what is different from version A to B: rows added, removed, changed, and moved between the splits.

    Example: studio dataset diff 0198c0de... 0198c0df... --change changed
    """
    with connected() as studio:
        found = studio.datasets.diff(a, b, change=change, limit=limit)
    if json_:
        say(found.plain())
        return
    one, two = found["a"], found["b"]
    screen.print(f"{plain(one['name'])} {one['version']} -> {plain(two['name'])} {two['version']}")
    paper.print(", ".join(f"{count} {name}" for name, count in found["counts"].items()))
    rows = [(row["change"], row["sample_id"], _said(row["before"]), _said(row["after"])) for row in found["rows"]]
    table(("change", "sample", "before", "after"), rows)


def card(
    id: str,
    file: Annotated[Path | None, typer.Option(dir_okay=False, help="Write it there.")] = None,
    json_: Json = False,
) -> None:
    """Show the data card: sources with their licences, how it was made, what was left out.

    Example: studio dataset card 0198c0de... --file README.md
    """
    with connected() as studio:
        found = studio.datasets.card(id)
    if file is not None:
        file.write_text(str(found["markdown"]))
    if json_:
        say(found.plain())
    elif file is None:
        paper.print(plain(str(found["markdown"])), soft_wrap=True)


def coverage(
    id: str,
    document: Annotated[str | None, typer.Option(help="One document, with its pages.")] = None,
    silent: Annotated[bool, typer.Option("--silent", help="Only parts that gave nothing.")] = False,
    json_: Json = False,
) -> None:
    """Show which parts of the documents gave rows, and why others gave none.

    Example: studio dataset coverage 0198c0de... --silent
    """
    with connected() as studio:
        found = studio.datasets.coverage(id, document=document)
    if json_:
        say(found.plain())
        return
    for one in found["documents"]:
        told = ", ".join(f"{one[f'covered_{name}s']} of {one[f'{name}_count']} {name}s" for name in _parts(one))
        paper.print(f"{plain(one['name'])}: {told}")
        parts = [(" page", part) for part in one["pages"]] + [("", part) for part in one["sections"]]
        rows = [
            (f"{part['title'] or part['id']}{kind}", part["train_rows"], part["heldout_rows"], part["why"])
            for kind, part in parts
            if part["why"] or not silent
        ]
        table(("part", "train", "held out", "why not"), rows)
    for batch in found["batches"]:
        short = ", ".join(f"{one['count']} × {one['reason']}" for one in batch["shortfall"]) or "nothing missing"
        paper.print(f"batch {batch['id']}: {batch['delivered']} of {batch['asked']} samples; {plain(short)}")


def rebuild(
    id: str,
    without: Annotated[list[str], typer.Option(help="A document to leave out; may stand there several times.")],
    follow: Follow = True,
    json_: Json = False,
) -> None:
    """Freeze a dataset again without some documents, as its next version. Nothing is trained or deployed.

    Example: studio dataset rebuild 0198c0de... --without 0198d0c5...
    """
    with connected() as studio:
        made = studio.datasets.get(studio.datasets.rebuild(id, without).id)
        if follow:
            made = watch(studio, made, "dataset", screen)
        show(made, json_, ("name", "version", "status", "without", "train_rows", "heldout_rows", "dropped", "error"))


def _parts(document: dict[str, object]) -> list[str]:
    return [name for name in ("page", "section", "chunk") if document[f"{name}_count"]]


def _said(values: dict[str, object]) -> str:
    text = ", ".join(f"{name}: {value}" for name, value in values.items())
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"
