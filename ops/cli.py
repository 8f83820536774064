"""Commands of the operator; the `studio` command finds them through the entry-point group `studio.commands`."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Console

from ops import status as reports
from ops.local import control
from ops.local import state as states
from ops.local.environment import environment
from ops.local.home import Home, home_from
from ops.local.state import PlatformState
from streams.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Operate the studio.")
screen = Console(stderr=True, highlight=False)
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout, everything else on stderr.")]
FAILED, NOT_RUNNING, REFUSED = 1, 3, 78


def _home() -> Home:
    """The home of STUDIO_HOME, made if need be; exit code 1 with the reason where it cannot be."""
    home = home_from()
    try:
        home.create()
    except OSError as error:
        screen.print(f"[red]STUDIO_HOME {home.path} cannot be used: {error.strerror}[/]; set it to a folder of yours")
        raise typer.Exit(FAILED) from None
    return home


def say(document: Any) -> None:
    """One JSON document on stdout."""
    sys.stdout.write(json.dumps(document, default=str) + "\n")
    sys.stdout.flush()


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


@app.command()
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
    home = _home()
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


@app.command()
def down(json_: Json = False) -> None:
    """Stop the platform in order; data stays.

    Exit codes: 0 stopped, or nothing ran; 1 a process does not end.

    Example: studio down
    """
    home = _home()
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
    document = reports.report(_home())
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

    findings = examine(_home())
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

    _use_home()
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
    _use_home()
    raise typer.Exit(run_role(name))


@app.command()
def rebuild(
    names: Annotated[list[str] | None, typer.Argument(help="Views, or gate; none: all of them.")] = None,
    compare: Annotated[bool, typer.Option("--compare", help="Only look: is the live one what the log gives?")] = False,
    show: Annotated[int, typer.Option("--show", help="Only let readers of one view see this version of it.")] = 0,
    json_: Json = False,
) -> None:
    """Fold views (and the gate's heads) again from the log; compare them, or put the fresh ones in place.

    The platform goes on meanwhile.

    Exit codes: 0 all equal, 1 something differs or a server does not answer, 2 no such view.

    Example: studio rebuild --compare
    """
    from ops.rebuild import names as all_names
    from streams.settings import settings

    unknown = sorted(set(names or []) - set(all_names()))
    if unknown:
        screen.print(f"[red]no such view: {', '.join(unknown)}[/]; there are {', '.join(all_names())}")
        raise typer.Exit(2)
    _use_home()
    if show:
        _show(names or [], show, json_)
        return
    try:
        reports_ = asyncio.run(_rebuild(settings(), names or all_names(), compare, json_))
    except Exception as error:  # the servers' clients fail in their own ways; the person needs the words
        screen.print(f"[red]cannot rebuild: {error or type(error).__name__}[/]; is the platform up? studio status")
        raise typer.Exit(FAILED) from None
    if json_:
        say({"equal": all(one["equal"] for one in reports_), "reports": reports_})
    if not all(one["equal"] for one in reports_):
        raise typer.Exit(FAILED)


def _show(names: list[str], version: int, quiet: bool) -> None:
    from ops.rebuild import show
    from streams.settings import settings

    if len(names) != 1:
        screen.print("[red]--show is for one view:[/] studio rebuild NAME --show VERSION")
        raise typer.Exit(2)
    try:
        asyncio.run(show(settings(), names[0], version))
    except Exception as error:  # no such version, or a server that does not answer
        screen.print(f"[red]cannot show it: {error or type(error).__name__}[/]")
        raise typer.Exit(FAILED) from None
    if quiet:
        say({"name": names[0], "shown": version})
    else:
        screen.print(f"{names[0]} shows version {version}")


async def _rebuild(settings: Settings, names: list[str], compare: bool, quiet: bool) -> list[dict[str, Any]]:
    from ops.rebuild import rebuild as rebuild_

    done = []
    async for one in rebuild_(settings, names, compare):
        done.append(one)
        if not quiet:
            verdict = "[green]equal[/]" if one["equal"] else "[red]differs[/]"
            screen.print(f"{verdict:<16} {one['name']}: {one['events']} events, {one['seconds']} s")
            for odd in one.get("differing", []) or [t for t in one.get("tables", {}).values() if not t["equal"]]:
                screen.print(f"    {json.dumps(odd, default=str)}")
    return done


@app.command(name="env")
def env_() -> None:
    """Print the settings of this home as shell exports.

    Example: eval "$(studio env)"
    """
    import shlex

    home = _home()
    for key, value in environment(home).items():
        sys.stdout.write(f"export {key}={shlex.quote(value)}\n")


def _use_home() -> None:
    # A role started by hand on a machine with a home gets that home's addresses; in a container everything is set.
    home = home_from()
    if (home.path / "ports.json").exists():
        os.environ.update(environment(home))
