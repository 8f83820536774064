"""`studio up`: start the platform and say how far it is."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from ops import status as reports
from ops.local import control
from ops.local import state as states
from ops.local.environment import environment
from ops.local.home import Home
from ops.local.state import PlatformState
from ops.screen import FAILED, Json, home_here, say, screen


class Progress:
    """Tells each change of a process's state once."""

    def __init__(self) -> None:
        self.told: dict[str, str] = {}

    def __call__(self, state: PlatformState) -> None:
        """Called with every state of the platform."""
        for child in state.children.values():
            if self.told.get(child.name) != child.state and child.state != "waiting":
                self.told[child.name] = child.state
                colour = reports.COLOURS.get(child.state, "yellow")
                screen.print(f"  [{colour}]{child.state:<9}[/] {child.name} {child.message}")


def up(
    detach: Annotated[bool, typer.Option("--detach", "-d", help="Return when healthy; the platform goes on.")] = False,
    only: Annotated[str, typer.Option(help="Names with commas; what they need is started too.")] = "",
    without: Annotated[str, typer.Option(help="Names with commas that shall not run, for example trainer.")] = "",
    json_: Json = False,
) -> None:
    """Start the platform: Kafka, Postgres, an S3 server and every role, under one supervisor.

    Where STUDIO_KAFKA_BOOTSTRAP, STUDIO_POSTGRES_ADMIN_DSN or STUDIO_S3_ENDPOINT is set, that server is not started.
    Without --detach Ctrl-C stops all of it.

    Exit codes: 0 healthy (or stopped by Ctrl-C), 1 something does not start.

    Example: studio up --detach
    """
    home = home_here()
    names = _names(home, only, without)
    try:
        if detach or states.running(home) is not None:
            control.up(home, names, Progress())
            _greet(home, json_)
        else:
            asyncio.run(_foreground(home, names, json_))
    except control.PlatformError as error:
        screen.print(f"[red]{error}[/]")
        raise typer.Exit(FAILED) from None


async def _foreground(home: Home, names: list[str], json_: bool) -> None:
    progress, greeted = Progress(), False

    def told(state: PlatformState) -> None:
        nonlocal greeted
        progress(state)
        if state.healthy and not greeted:
            greeted = True
            _greet(home, json_)

    control.want_only(home, names)
    await control.supervise(home, told)


def _names(home: Home, only: str, without: str) -> list[str]:
    left_out = set(filter(None, without.split(",")))
    names = [name for name in only.split(",") if name]
    if left_out:
        names = [name for name in names or control.known(home) if name not in left_out]
    return names


def _greet(home: Home, json_: bool) -> None:
    document = reports.report(home)
    if json_:
        say(document)
        return
    screen.print(reports.table(document))
    full = environment(home)
    screen.print(
        f"API {full['STUDIO_API_URL']}  login {full['STUDIO_ADMIN_EMAIL']} / {full['STUDIO_ADMIN_PASSWORD']}  "
        f"logs {home.logs}"
    )
