"""`studio train`: a run on a dataset version."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from studio.cli.progress import watch
from studio.cli.screen import Follow, Json, connected, screen, show


def train(
    dataset: Annotated[str, typer.Argument(help="Id of a frozen dataset version.")],
    model: Annotated[str, typer.Option(help="Name under which the result is registered.")],
    base: Annotated[str, typer.Option(help="small, a hub id, or a path that the trainer can read.")] = "small",
    config: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="JSON file with settings.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="One setting, NAME=VALUE; may be repeated.")] = None,
    follow: Follow = True,
    json_: Json = False,
) -> None:
    """Train a model with GRPO on a dataset version and register the result.

    Example: studio train 0198c0de... --model support-bot --set steps=100
    """
    settings: dict[str, Any] = json.loads(config.read_text()) if config else {}
    settings |= dict(map(setting, set_ or ()))
    with connected() as studio:
        run = studio.runs.create(dataset, model_name=model, base_model=base, config=settings)
        if follow:
            run = watch(studio, run, "training", screen)
        show(run, json_, ("status", "model_name", "step", "steps_total", "reward", "metrics", "error"))


def setting(pair: str) -> tuple[str, Any]:
    """Name and value of NAME=VALUE; the value is JSON where it reads as JSON, text otherwise."""
    name, equals, value = pair.partition("=")
    if not equals or not name:
        raise typer.BadParameter(f"--set {pair}: write NAME=VALUE")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value
