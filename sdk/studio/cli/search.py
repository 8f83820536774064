"""`studio search`: try settings, each as a run."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from studio.cli.screen import Json, listing, paper, say, screen
from studio.client import AsyncStudio
from studio.item import Item
from studio.search_reading import read


def search(
    spec: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="YAML: what to try; see docs/search.md.")],
    json_: Json = False,
) -> None:
    """Search for settings with Optuna: trials are runs, those that lead nowhere are stopped early.

    Interrupted or not, the same command goes on where it was: the search remembers nothing but its runs.

    Example: studio search rates.yaml
    """
    asked = read(spec.read_text())
    from studio.search import Search
    from studio.search_trial import Trial

    def tell(trial: Trial) -> None:
        result = "" if trial.result is None else f", {asked.metric} {trial.result:.4g}"
        settings = ", ".join(f"{name}={value}" for name, value in trial.params.items())
        screen.print(f"trial {trial.number}: {trial.state}{result} ({settings}) run {trial.run_id}", markup=False)

    async def searching() -> None:
        async with AsyncStudio() as studio:
            found = (await Search(studio, asked, tell).run()).plain()
        if json_:
            say(found)
            return
        settings = list(asked.space)
        rows = [
            Item(one["run"], "run", {**{name: one["params"][name] for name in settings}, **one})
            for one in found["trials"]
        ]
        listing(rows, False, ("number", "status", "result", *settings, "steps"))
        best = found["best"]
        paper.print(f"best: trial {best['number']}, run {best['run']}" if best else "no trial completed", markup=False)

    asyncio.run(searching())
