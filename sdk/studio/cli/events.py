"""`studio events`: everything that happens, as it happens."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from studio.cli.screen import EXIT_CODES, Json, connected, paper, say

app = typer.Typer(no_args_is_help=True, help="Everything that happens.", epilog=EXIT_CODES)
SHOWN = 120  # characters of an event's data


@app.command()
def tail(
    after: Annotated[str, typer.Option(help="A position, begin or end; --json shows positions.")] = "",
    type_: Annotated[list[str] | None, typer.Option("--type", help="Only events of this type.")] = None,
    topic: Annotated[list[str] | None, typer.Option(help="Only events of this topic.")] = None,
    subject: Annotated[list[str] | None, typer.Option(help="Only events about this id.")] = None,
    count: Annotated[int, typer.Option(min=0, help="Stop after so many; 0 never.")] = 0,
    json_: Json = False,
) -> None:
    """Show events as they happen, for ever. A lost connection is resumed without a gap and without a repeat.

    Example: studio events tail --topic studio.training.steps --json
    """
    with connected() as studio:
        stream = studio.events.stream(after=after, types=type_ or (), topics=topic or (), subjects=subject or ())
        for number, event in enumerate(stream, 1):
            if json_:
                say(event.plain())
            else:
                data = json.dumps(dict(event.data), ensure_ascii=False)
                shown = data if len(data) <= SHOWN else data[: SHOWN - 1] + "…"
                line = f"{event.time:%H:%M:%S}  {event.type:<20} {event.subject}  {shown}"
                paper.print(line, markup=False, soft_wrap=True)
            if number == count:
                return
