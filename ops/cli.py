"""Commands of the operator; the `studio` command finds them through the entry-point group `studio.commands`."""

from __future__ import annotations

import asyncio
import shlex
import sys
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from ops import status as reports
from ops.local import control
from ops.local.environment import environment
from ops.rebuild_command import rebuild
from ops.screen import FAILED, NOT_RUNNING, REFUSED, Json, home_here, say, screen, use_home
from ops.up_command import up

app = typer.Typer(no_args_is_help=True, help="Operate the studio.")
app.command()(up)


@app.command()
def down(json_: Json = False) -> None:
    """Stop the platform in order; data stays.

    Exit codes: 0 stopped, or nothing ran; 1 a process does not end.

    Example: studio down
    """
    home = home_here()
    try:
        stopped = control.down(home)
    except control.PlatformError as error:
        screen.print(f"[red]{error}[/]")
        raise typer.Exit(FAILED) from None
    if json_:
        say({"home": str(home.path), "stopped": stopped})
    else:
        screen.print("stopped" if stopped else f"nothing ran for {home.path}")


@app.command()
def status(json_: Json = False) -> None:
    """Show every process: state, pid, restarts, memory, ports, address.

    Exit codes: 0 all healthy, 1 something is not, 3 nothing runs for this STUDIO_HOME.

    Example: studio status --json
    """
    document = reports.report(home_here())
    if json_:
        say(document)
    elif document["running"]:
        Console().print(reports.table(document))
    else:
        screen.print(f"nothing runs for {document['home']}: studio up --detach")
    if not document["running"]:
        raise typer.Exit(NOT_RUNNING)
    if not document["healthy"]:
        raise typer.Exit(FAILED)


@app.command()
def doctor(json_: Json = False) -> None:
    """Say what is wrong with this machine, configuration or platform, each with the way out.

    Exit codes: 0 nothing is wrong, 1 at least one problem.

    Example: studio doctor
    """
    from ops.doctor import examine

    findings = examine(home_here())
    problems = [finding for finding in findings if finding.verdict == "problem"]
    if json_:
        say({"healthy": not problems, "findings": [asdict(finding) for finding in findings]})
    else:
        colours = {"ok": "green", "problem": "red", "skipped": "yellow"}
        for finding in findings:
            screen.print(f"[{colours[finding.verdict]}]{finding.verdict:<8}[/] {finding.check}: {finding.message}")
            if finding.remedy:
                screen.print(f"         [bold]do:[/] {finding.remedy}")
    if problems:
        raise typer.Exit(FAILED)


@app.command()
def create(json_: Json = False) -> None:
    """Create topics, database roles, tables and the bucket where they are missing.

    Exit codes: 0 everything is there, 1 a server does not answer, 78 what exists contradicts the catalogue.

    Example: studio create
    """
    from ops.create import Drift
    from ops.create import create as make
    from streams.logs import configure
    from streams.settings import settings

    use_home()
    configure("create", settings().log_level)
    try:
        asyncio.run(make(settings()))
    except Drift as error:
        screen.print(f"[red]{error}[/]")
        raise typer.Exit(REFUSED) from None
    except Exception as error:  # three servers, three families of errors; the person needs the words
        screen.print(f"[red]cannot create: {error or type(error).__name__}[/]; is the platform up? studio status")
        raise typer.Exit(FAILED) from None
    if json_:
        say({"created": True})


@app.command()
def run(role: Annotated[list[str], typer.Argument(help="core, relay, processor NAME, ...")]) -> None:
    """Run one long-running role in the foreground, configured by STUDIO_* variables.

    Roles: core (the light ones together), relay, processor NAME, projections, trainer, serving, router, api.

    Exit codes: 0 stopped by a signal, 1 failed, 2 no such role.

    Example: studio run processor metrics
    """
    from ops.run import ROLES, members
    from ops.run import run as run_role

    name = " ".join(role)
    try:
        members(name)
    except KeyError:
        screen.print(f"[red]there is no role {name!r}[/]; there are core, {', '.join(ROLES)}")
        raise typer.Exit(2) from None
    use_home()
    raise typer.Exit(run_role(name))


app.command()(rebuild)


@app.command(name="env")
def env_() -> None:
    """Print the settings of this home as shell exports.

    Example: eval "$(studio env)"
    """
    home = home_here()
    for key, value in environment(home).items():
        sys.stdout.write(f"export {key}={shlex.quote(value)}\n")
