"""`studio train`: a run on a dataset version."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from studio.cli.progress import watch
from studio.cli.screen import Follow, Json, connected, screen, show
from studio.cli.settings import Device, Labels, Memory, Set, labels_of, needs_of, settings_of
from studio.nested import merged


def train(
    dataset: Annotated[str, typer.Argument(help="Id of a frozen dataset version.")],
    model: Annotated[str, typer.Option(help="Name under which the result is registered.")],
    base: Annotated[str, typer.Option(help="small, a hub id, or a path that the trainer can read.")] = "small",
    config: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="JSON file with settings.")] = None,
    set_: Set = None,
    device: Device = None,
    memory: Memory = None,
    label: Labels = None,
    follow: Follow = True,
    json_: Json = False,
) -> None:
    """Train a model with GRPO on a dataset version and register the result.

    Example: studio train 0198c0de... --model support-bot --set grpo.steps=100
    """
    settings: dict[str, Any] = json.loads(config.read_text()) if config else {}
    settings = merged(settings, settings_of(set_ or ()))
    needs, labels = needs_of(device, memory), labels_of(label or ())
    with connected() as studio:
        run = studio.runs.create(
            dataset, model_name=model, base_model=base, config=settings, needs=needs, labels=labels
        )
        if follow:
            run = watch(studio, run, "training", screen)
        show(run, json_, ("status", "model_name", "step", "steps_total", "reward", "metrics", "error"))
