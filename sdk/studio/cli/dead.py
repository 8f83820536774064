"""`studio dead`: events that could not be taken, and what to do with them."""

from __future__ import annotations

from typing import Annotated

import typer

from studio.cli.screen import EXIT_CODES, Json, connected, listing, screen, show

app = typer.Typer(no_args_is_help=True, help="Dead letters: events that could not be taken.", epilog=EXIT_CODES)
Reason = Annotated[str, typer.Option(help="Why; it is kept with your name.")]


@app.command(name="list")
def list_(
    state: Annotated[str | None, typer.Option(help="parked, released or skipped")] = None,
    consumer: Annotated[str | None, typer.Option(help="Only of this consumer.")] = None,
    json_: Json = False,
) -> None:
    """List dead letters, newest first. Later events of the same key wait behind a parked one.

    Example: studio dead list --state parked
    """
    with connected() as studio:
        names = ("state", "consumer", "topic", "partition", "offset", "key", "code", "message")
        listing(studio.dead_letters.list(state=state, consumer=consumer, limit=200), json_, names)


@app.command()
def release(id: str, reason: Reason, json_: Json = False) -> None:
    """Offer it to its consumer again, and what waited behind it.

    Example: studio dead release 0198c0de... --reason "reader upgraded"
    """
    with connected() as studio:
        answer = studio.dead_letters.release(id, reason=reason)
        show(answer, json_) if json_ else screen.print("released")


@app.command()
def skip(id: str, reason: Reason, json_: Json = False) -> None:
    """Leave it out for good and go on with what waited behind it.

    Example: studio dead skip 0198c0de... --reason "test data"
    """
    with connected() as studio:
        answer = studio.dead_letters.skip(id, reason=reason)
        show(answer, json_) if json_ else screen.print("skipped")
