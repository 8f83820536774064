"""NAME=VALUE pairs of commands as settings, labels and needs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import typer

Set = Annotated[list[str] | None, typer.Option("--set", help="One setting, e.g. grpo.steps=100; may be repeated.")]
Labels = Annotated[list[str] | None, typer.Option("--label", help="A label, e.g. owner=ann; may be repeated.")]
Device = Annotated[
    Literal["cpu", "cuda", "any"] | None, typer.Option(help="What its trainer must have; any without it.")
]
Memory = Annotated[float | None, typer.Option(min=0, help="Free memory that its trainer must have, in GiB.")]
GIB = 1 << 30


def labels_of(pairs: Sequence[str]) -> dict[str, str]:
    """Labels from NAME=TEXT pairs."""
    found = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or not name:
            raise typer.BadParameter(f"--label {pair}: write NAME=TEXT")
        found[name] = text
    return found


def needs_of(device: str | None, memory: float | None) -> dict[str, Any] | None:
    """What a run needs, as the API takes it; None where neither is given."""
    if device is None and memory is None:
        return None
    return {"device": device or "any", "memory": round((memory or 0) * GIB)}


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
