"""`studio chat`: talk to what is deployed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from studio.cli.screen import Json, connected, paper, say, screen
from studio.client import Studio
from studio.rooms.chat import grounded


def chat(
    deployment: Annotated[str, typer.Argument(help="A deployment, or model@version.")],
    message: Annotated[str | None, typer.Argument(help="What to say; without it, lines from the keyboard.")] = None,
    passage: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="Text file to answer from.")] = None,
    temperature: Annotated[float, typer.Option(min=0, max=2, help="0 is always the likeliest word.")] = 0.0,
    max_tokens: Annotated[int | None, typer.Option(min=1, help="Longest answer.")] = None,
    session: Annotated[str, typer.Option(help="Calls of one session stay with one version.")] = "",
    json_: Json = False,
) -> None:
    """Ask a deployed model. A model trained here answers questions about a passage, so give it one.

    Example: studio chat answers "How deep may the boat dive?" --passage section.txt
    """
    text = passage.read_text() if passage else ""
    kept = session or uuid4().hex
    with connected() as studio:
        if message is not None:
            _answer(studio, deployment, grounded(text, message), temperature, max_tokens, kept, json_)
            return
        while line := _line():
            _answer(studio, deployment, grounded(text, line), temperature, max_tokens, kept, json_)


def _answer(
    studio: Studio, deployment: str, said: str, temperature: float, limit: int | None, session: str, json_: bool
) -> None:
    if not json_ and paper.is_terminal:
        for piece in studio.chat.stream(deployment, said, temperature=temperature, max_tokens=limit, session=session):
            sys.stdout.write(piece)
            sys.stdout.flush()
        sys.stdout.write("\n")
        return
    answer = studio.chat.complete(deployment, said, temperature=temperature, max_tokens=limit, session=session)
    if json_:
        say(
            {
                "text": answer.text,
                "call_id": answer.call_id,
                "version": answer.version,
                "role": answer.role,
                "finish_reason": answer.finish_reason,
                "usage": dict(answer.usage),
            }
        )
    else:
        sys.stdout.write(answer.text + "\n")


def _line() -> str:
    if sys.stdin.isatty():
        screen.print("[bold]you[/] ", end="")
    return sys.stdin.readline().strip()
