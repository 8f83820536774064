"""`studio docs`: upload, list, show, withdraw."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from studio.cli.progress import Bars, follow
from studio.cli.screen import EXIT_CODES, OK, Follow, Json, connected, listing, say, screen, show, tell_error
from studio.errors import JobCancelled, JobFailed, ValidationError

app = typer.Typer(no_args_is_help=True, help="Documents: what everything is made from.", epilog=EXIT_CODES)


@app.command()
def add(
    files: Annotated[list[Path], typer.Argument(exists=True, help="PDF, HTML, Markdown or text; folders take all.")],
    collection: Annotated[str, typer.Option(help="A word to find them by.")] = "",
    licence: Annotated[str, typer.Option(help="Of these files: an SPDX identifier or words; data cards name it.")] = "",
    source: Annotated[str, typer.Option(help="Where they are from.")] = "",
    follow_: Follow = True,
    json_: Json = False,
) -> None:
    """Upload files and wait until their text is extracted. One that fails is told, and the others go on.

    Example: studio docs add handbook.pdf faq.html --collection support
    """
    paths = [path for file in files for path in (sorted(file.iterdir()) if file.is_dir() else [file])]
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
def withdraw(
    id: str, reason: Annotated[str, typer.Option(help="Why; it is kept with the document.")] = "", json_: Json = False
) -> None:
    """Take a document out: nothing new is made from it.

    Example: studio docs withdraw 0198c0de... --reason "superseded"
    """
    with connected() as studio:
        studio.documents.withdraw(id, reason=reason)
        say({"id": id, "withdrawn": True}) if json_ else screen.print("withdrawn")
