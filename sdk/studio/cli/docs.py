"""`studio docs`: upload, list, show, withdraw."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from studio.cli.affected import show_affected
from studio.cli.progress import Bars, follow
from studio.cli.screen import EXIT_CODES, OK, Follow, Json, connected, listing, say, screen, show, tell_error
from studio.errors import JobCancelled, JobFailed, ValidationError

app = typer.Typer(no_args_is_help=True, help="Documents: what everything is made from.", epilog=EXIT_CODES)


@app.command()
def add(
    files: Annotated[
        list[Path],
        typer.Argument(exists=True, help="Of kinds that `studio docs formats` lists; folders take all."),
    ],
    collection: Annotated[str, typer.Option(help="A word to find them by.")] = "",
    licence: Annotated[str, typer.Option(help="Of these files: an SPDX identifier or words; data cards name it.")] = "",
    source: Annotated[str, typer.Option(help="Where they are from.")] = "",
    follow_: Follow = True,
    json_: Json = False,
) -> None:
    """Upload files and wait until their text is extracted. One that fails is told, and the others go on.

    Example: studio docs add handbook.pdf faq.html --collection support
    """
    paths = [path for file in files for path in (_inside(file) if file.is_dir() else [file])]
    worst = OK
    with connected() as studio, Bars(screen).live() as bars:
        for path in (path for path in paths if path.is_file()):
            track = bars.begin(path.name)
            try:
                document = studio.documents.upload(path, collection=collection, licence=licence, source=source)
                document = follow(studio, document, track) if follow_ else document
            except (JobFailed, JobCancelled, ValidationError) as error:  # of this file; the others go on
                worst = tell_error(error, json_)
                continue
            say(document.plain()) if json_ else screen.print(f"{document.id}  {document['name']}")
    raise typer.Exit(worst)


@app.command(name="list")
def list_(
    status: Annotated[str | None, typer.Option(help="registered, extracted, failed or withdrawn")] = None,
    collection: Annotated[str | None, typer.Option(help="Only these.")] = None,
    json_: Json = False,
) -> None:
    """List documents, newest first.

    Example: studio docs list --status failed
    """
    with connected() as studio:
        names = ("name", "status", "media_type", "size", "sections", "chunks", "error")
        listing(studio.documents.each(status=status, collection=collection), json_, names)


@app.command(name="show")
def show_(id: str, json_: Json = False) -> None:
    """Show one document.

    Example: studio docs show 0198c0de...
    """
    with connected() as studio:
        show(studio.documents.get(id), json_)


@app.command()
def formats(json_: Json = False) -> None:
    """List the kinds of documents that can be read, by their content.

    Example: studio docs formats
    """
    with connected() as studio:
        listing(iter(studio.documents.formats()), json_, ("title", "extensions", "place", "structure"))


@app.command()
def structure(
    id: str,
    kind: Annotated[str | None, typer.Option(help="heading, list, item, table, row, code, term or definition")] = None,
    json_: Json = False,
) -> None:
    """List the headings, lists, tables, code and definitions of a document, as spans of its text.

    Example: studio docs structure 0198c0de... --kind table
    """
    with connected() as studio:
        listing(studio.documents.structure(id, kind=kind), json_, ("kind", "level", "start", "end", "detail", "text"))


def _inside(folder: Path) -> list[Path]:
    """All files under a folder, in order, without hidden ones."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return [path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts)]


@app.command()
def withdraw(
    id: str,
    reason: Annotated[str, typer.Option(help="Why; it is kept with the document.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what it has gone into.")] = False,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="And freeze affected datasets again without it.")] = False,
    json_: Json = False,
) -> None:
    """Take a document out: nothing new is made from it. What was made of it before is shown by --dry-run.

    Example: studio docs withdraw 0198c0de... --reason "superseded" --rebuild
    """
    with connected() as studio:
        if dry_run:
            show_affected(studio.documents.affected(id), json_)
            return
        studio.documents.withdraw(id, reason=reason)
        made = [one.plain() for one in studio.documents.rebuild(id)] if rebuild else []
        say({"id": id, "withdrawn": True, "rebuilt": made}) if json_ else screen.print("withdrawn")
        for one in [] if json_ else made:
            screen.print(f"asked for {one['attributes']['name']} without it: {one['id']}")
