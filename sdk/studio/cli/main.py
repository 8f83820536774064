"""The `studio` command. Commands that operate a platform are added by the distribution that contains it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points

import typer

from studio.cli import (
    chat,
    curate,
    dataset,
    dead,
    deploy,
    docs,
    events,
    generate,
    lineage,
    login,
    models,
    review,
    runs,
    samples,
    search,
    train,
)
from studio.cli.screen import EXIT_CODES, INTERRUPTED, screen, tell_error
from studio.errors import StudioError

GROUP = "studio.commands"
HELP = "Synthetic Data Studio: documents in, trained and deployed agents out; every step an event."
GROUPS = {
    "docs": docs.app,
    "samples": samples.app,
    "review": review.app,
    "dataset": dataset.app,
    "lineage": lineage.app,
    "runs": runs.app,
    "models": models.models,
    "deployments": models.deployments,
    "events": events.app,
    "dead": dead.app,
}
COMMANDS: Mapping[str, Callable[..., None]] = {
    "generate": generate.generate,
    "curate": curate.curate,
    "train": train.train,
    "search": search.search,
    "deploy": deploy.deploy,
    "rollback": deploy.rollback,
    "pause": deploy.pause,
    "resume": deploy.resume,
    "chat": chat.chat,
    "login": login.login,
}


def application(arguments: list[str]) -> typer.Typer:
    """The commands. What operates the platform is imported only where it may be meant: it is heavy."""
    app = typer.Typer(
        no_args_is_help=True, help=HELP, epilog=EXIT_CODES, pretty_exceptions_enable=False, add_completion=False
    )
    for name, group in GROUPS.items():
        app.add_typer(group, name=name)
    for name, command in COMMANDS.items():
        app.command(name=name, epilog=EXIT_CODES)(command)
    if not arguments or arguments[0] not in {*GROUPS, *COMMANDS}:
        for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
            app.command(name=entry.name)(entry.load())
    return app


def main() -> None:
    """Run a command and exit with its code; errors of the studio become one line and a stable code."""
    arguments = sys.argv[1:]
    try:
        application(arguments)()
    except StudioError as error:
        sys.exit(tell_error(error, "--json" in arguments))
    except KeyboardInterrupt:
        screen.print("interrupted; what was started goes on")
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
