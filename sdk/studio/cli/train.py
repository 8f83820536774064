"""`studio train`: a run on a dataset version."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="One setting, e.g. grpo.steps=100; may be repeated.")
    ] = None,
    follow: Follow = True,
    json_: Json = False,
) -> None:
    """Train a model with GRPO on a dataset version and register the result.

    Example: studio train 0198c0de... --model support-bot --set grpo.steps=100
    """
    settings: dict[str, Any] = json.loads(config.read_text()) if config else {}
    settings = merged(settings, settings_of(set_ or ()))
    with connected() as studio:
        run = studio.runs.create(dataset, model_name=model, base_model=base, config=settings)
        if follow:
            run = watch(studio, run, "training", screen)
        show(run, json_, ("status", "model_name", "step", "steps_total", "reward", "metrics", "error"))


def settings_of(pairs: Sequence[str]) -> dict[str, Any]:
    """An object from NAME=VALUE pairs; dots in a name lead inside, values are JSON where they read as JSON."""
    found: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise typer.BadParameter(f"--set {pair}: write NAME=VALUE")
        *path, last = name.split(".")
        place = found
        for part in path:
            place = place.setdefault(part, {})
            if not isinstance(place, dict):
                raise typer.BadParameter(f"--set {pair}: {part} is a value already")
        try:
            place[last] = json.loads(value)
        except ValueError:
            place[last] = value
    return found


def merged(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Both objects in one; where both have a value the second wins."""
    found = dict(first)
    for name, value in second.items():
        both = isinstance(value, dict) and isinstance(found.get(name), dict)
        found[name] = merged(found[name], value) if both else value
    return found
