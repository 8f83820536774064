"""`studio runs`: look at training runs, stop one."""

from __future__ import annotations

from typing import Annotated

import typer

from studio.cli.screen import EXIT_CODES, Json, connected, listing, say, screen, show

app = typer.Typer(no_args_is_help=True, help="Training runs.", epilog=EXIT_CODES)


@app.command(name="list")
def list_(
    status: Annotated[str | None, typer.Option(help="pending, running, completed, failed or cancelled")] = None,
    json_: Json = False,
) -> None:
    """List runs, newest first.

    Example: studio runs list --status running
    """
    with connected() as studio:
        names = ("model_name", "status", "phase", "step", "steps_total", "reward", "trainer", "error")
        listing(studio.runs.list(status=status, limit=200), json_, names)


@app.command(name="show")
def show_(id: str, json_: Json = False) -> None:
    """Show one run.

    Example: studio runs show 0198c0de...
    """
    with connected() as studio:
        show(studio.runs.get(id), json_)


@app.command()
def cancel(
    id: str, reason: Annotated[str, typer.Option(help="Why; it is kept with the run.")] = "", json_: Json = False
) -> None:
    """Stop a run; its checkpoints stay.

    Example: studio runs cancel 0198c0de... --reason "wrong dataset"
    """
    with connected() as studio:
        studio.runs.cancel(id, reason=reason)
        say({"id": id, "cancelled": True}) if json_ else screen.print("cancelled")
