"""`studio deploy`, `rollback`, `pause` and `resume`: give versions their traffic, and take it away."""

from __future__ import annotations

from typing import Annotated

import typer

from studio.cli.progress import Bars
from studio.cli.progress import follow as follow_job
from studio.cli.screen import Json, connected, screen, show
from studio.item import Item

NAMES = ("model", "stable_version", "candidate_version", "strategy", "weight", "status", "paused", "verdict")


def deploy(
    name: Annotated[str, typer.Argument(help="The deployment: what clients give as `model`.")],
    model: Annotated[str, typer.Option(help="Registered model.")],
    version: Annotated[str, typer.Option(help="A version of it, or an alias.")],
    strategy: Annotated[str, typer.Option(help="canary (on trial) or blue_green (at once).")] = "canary",
    weight: Annotated[float, typer.Option(min=0, max=1, help="Part of the calls that a canary gets.")] = 0.1,
    margin: Annotated[float, typer.Option(help="By how much its success rate may be lower without harm.")] = 0.05,
    confidence: Annotated[float, typer.Option(help="Of the verdict, however often it is looked at.")] = 0.95,
    minimum_calls: Annotated[int, typer.Option(help="No verdict before so many judged calls.")] = 50,
    maximum_calls: Annotated[int, typer.Option(help="Without a verdict by then the trial stops.")] = 5000,
    follow: Annotated[bool, typer.Option("--follow/--no-follow", help="Wait for the verdict; it needs calls.")] = False,
    json_: Json = False,
) -> None:
    """Deploy a model version: the first one at once, later ones as a canary that a verdict promotes or rolls back.

    Example: studio deploy answers --model support-bot --version 0.1.1 --weight 0.2
    """
    with connected() as studio:
        started = studio.deployments.create(
            name,
            model=model,
            version=version,
            strategy=strategy,
            weight=weight,
            margin=margin,
            confidence=confidence,
            minimum_calls=minimum_calls,
            maximum_calls=maximum_calls,
        )
        deployment = studio.deployments.get(name)
        if follow and deployment.get("candidate_version"):
            with Bars(screen).live() as bars:
                deployment = follow_job(studio, Item(name, "deployment"), bars.begin(name), since=started.revision)
        show(deployment, json_, NAMES)


def rollback(
    name: Annotated[str, typer.Argument(help="The deployment.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept with the decision.")] = "",
    json_: Json = False,
) -> None:
    """End a trial, or go back to the version before: one command, effective in a moment.

    Example: studio rollback answers --reason "wrong prices"
    """
    with connected() as studio:
        studio.deployments.rollback(name, reason=reason)
        show(studio.deployments.get(name), json_, NAMES)


def pause(
    name: Annotated[str, typer.Argument(help="The deployment.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept with the decision.")] = "",
    json_: Json = False,
) -> None:
    """Hold a trial: no calls to the version on trial and no verdict, until it is resumed.

    Example: studio pause answers --reason "release day"
    """
    with connected() as studio:
        studio.deployments.pause(name, reason=reason)
        show(studio.deployments.get(name), json_, NAMES)


def resume(
    name: Annotated[str, typer.Argument(help="The deployment.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept with the decision.")] = "",
    json_: Json = False,
) -> None:
    """Let a paused trial go on, with the share of the calls that it had.

    Example: studio resume answers
    """
    with connected() as studio:
        studio.deployments.resume(name, reason=reason)
        show(studio.deployments.get(name), json_, NAMES)
