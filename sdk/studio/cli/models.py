"""`studio models` and `studio deployments`: what was trained, and what answers."""

from __future__ import annotations

from typing import Annotated

import typer

from studio.cli.screen import EXIT_CODES, Json, connected, listing, show

models = typer.Typer(no_args_is_help=True, help="Registered models and their versions.", epilog=EXIT_CODES)
deployments = typer.Typer(no_args_is_help=True, help="Names under which versions answer.", epilog=EXIT_CODES)
AsOf = Annotated[str | None, typer.Option(help="As it was at a time, e.g. 2026-11-23T10:00:00Z.")]


@models.command(name="list")
def list_models(json_: Json = False) -> None:
    """List models with their newest version and their aliases, newest first.

    Example: studio models list
    """
    with connected() as studio:
        listing(studio.models.list(limit=200), json_, ("latest_version", "aliases", "updated_at"))


@models.command(name="show")
def show_model(name: str, as_of: AsOf = None, json_: Json = False) -> None:
    """Show a model: its versions with their figures, and where its aliases point.

    Example: studio models show support-bot
    """
    with connected() as studio:
        show(studio.models.get(name, as_of=as_of), json_)


@deployments.command(name="list")
def list_deployments(json_: Json = False) -> None:
    """List deployments with the version that serves and the one on trial, newest first.

    Example: studio deployments list
    """
    with connected() as studio:
        names = ("model", "status", "stable_version", "candidate_version", "weight", "updated_at")
        listing(studio.deployments.list(limit=200), json_, names)


@deployments.command(name="show")
def show_deployment(name: str, as_of: AsOf = None, json_: Json = False) -> None:
    """Show a deployment: its terms, its arms, and how the test of its trial stands.

    Example: studio deployments show answers
    """
    with connected() as studio:
        show(studio.deployments.get(name, as_of=as_of), json_)
