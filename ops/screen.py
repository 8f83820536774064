"""What the operator's commands print, the codes that they exit with, and the home that they work on."""

from __future__ import annotations

import json
import os
import sys
from typing import Annotated, Any

import typer
from rich.console import Console

from ops.local.environment import environment
from ops.local.home import Home, home_from

screen = Console(stderr=True, highlight=False)
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout, everything else on stderr.")]
FAILED, NOT_RUNNING, REFUSED = 1, 3, 78


def home_here() -> Home:
    """The home of STUDIO_HOME, made if need be; exit code 1 with the reason where it cannot be."""
    home = home_from()
    try:
        home.create()
    except OSError as error:
        screen.print(f"[red]STUDIO_HOME {home.path} cannot be used: {error.strerror}[/]; set it to a folder of yours")
        raise typer.Exit(FAILED) from None
    return home


def use_home() -> None:
    """Take the settings of the home, where there is one."""
    # A role started by hand on a machine with a home gets that home's addresses; in a container everything is set.
    home = home_from()
    if (home.path / "ports.json").exists():
        os.environ.update(environment(home))


def say(document: Any) -> None:
    """One JSON document on stdout."""
    sys.stdout.write(json.dumps(document, default=str) + "\n")
    sys.stdout.flush()
