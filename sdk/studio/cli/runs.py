"""`studio runs`: look at training runs, and pause, resume, adjust, fork or cancel one."""

from __future__ import annotations

from typing import Annotated

import typer

from studio.cli.progress import watch
from studio.cli.screen import EXIT_CODES, Follow, Json, connected, listing, say, screen, show
from studio.cli.settings import Device, Labels, Memory, Set, labels_of, needs_of, settings_of
from studio.item import Item

app = typer.Typer(no_args_is_help=True, help="Training runs.", epilog=EXIT_CODES)
Reason = Annotated[str, typer.Option(help="Why; it is kept with the run.")]


@app.command(name="list")
def list_(
    status: Annotated[
        str | None, typer.Option(help="pending, running, paused, lost, completed, failed or cancelled")
    ] = None,
    label: Labels = None,
    forks_of: Annotated[str | None, typer.Option(help="Only forks of this run.")] = None,
    json_: Json = False,
) -> None:
    """List runs, newest first.

    Example: studio runs list --status running
    """
    with connected() as studio:
        names = ("model_name", "status", "phase", "step", "steps_total", "eta_seconds", "reward", "trainer", "error")
        labels = labels_of(label or ())
        listing(studio.runs.list(status=status, labels=labels, parent_run=forks_of, limit=200), json_, names)


@app.command(name="show")
def show_(id: str, json_: Json = False) -> None:
    """Show one run.

    Example: studio runs show 0198c0de...
    """
    with connected() as studio:
        show(studio.runs.get(id), json_)


@app.command()
def pause(id: str, reason: Reason = "", json_: Json = False) -> None:
    """Pause a run: its trainer stores a checkpoint at the next step and lets go.

    Example: studio runs pause 0198c0de... --reason "the machine is needed"
    """
    with connected() as studio:
        _tell(studio.runs.pause(id, reason=reason), json_, "paused", "is paused already")


@app.command()
def resume(id: str, json_: Json = False) -> None:
    """Let any trainer go on with a paused run, from its last checkpoint.

    Example: studio runs resume 0198c0de...
    """
    with connected() as studio:
        _tell(studio.runs.resume(id), json_, "resumed", "is not paused")


@app.command()
def adjust(
    id: str,
    learning_rate: Annotated[float | None, typer.Option(help="The base rate, which the schedule scales.")] = None,
    kl_target: Annotated[float | None, typer.Option(help="Of the adaptive controller.")] = None,
    kl_coefficient: Annotated[float | None, typer.Option(help="Weight of the KL penalty.")] = None,
    reason: Reason = "",
    json_: Json = False,
) -> None:
    """Change settings of a run while it trains, from its next step on.

    Example: studio runs adjust 0198c0de... --learning-rate 0.0001 --reason "the reward jumps"
    """
    if learning_rate is kl_target is kl_coefficient is None:
        raise typer.BadParameter("give at least one of --learning-rate, --kl-target and --kl-coefficient")
    with connected() as studio:
        decided = studio.runs.adjust(
            id,
            learning_rate=learning_rate,
            kl_target=kl_target,
            kl_coefficient=kl_coefficient,
            reason=reason,
        )
        _tell(decided, json_, "adjusted; `studio runs changes` tells from which step", "has these settings already")


@app.command()
def changes(id: str, json_: Json = False) -> None:
    """List what was changed while a run trained, and from which step each change holds.

    Example: studio runs changes 0198c0de...
    """
    with connected() as studio:
        names = ("changes", "applied_phase", "applied_step", "author", "reason", "decided_at")
        listing(studio.runs.adjustments(id), json_, names)


@app.command()
def fork(
    id: str,
    step: Annotated[int, typer.Option(min=0, help="The last step of reinforcement that both runs share.")],
    model: Annotated[str | None, typer.Option(help="Name of the result; the run's own without it.")] = None,
    set_: Set = None,
    device: Device = None,
    memory: Memory = None,
    label: Labels = None,
    follow: Follow = False,
    json_: Json = False,
) -> None:
    """Start a run that shares all steps up to one of another run, and goes on with other settings.

    Example: studio runs fork 0198c0de... --step 40 --set grpo.learning_rate=0.0001
    """
    config, needs, labels = settings_of(set_ or ()), needs_of(device, memory), labels_of(label or ())
    with connected() as studio:
        run = studio.runs.fork(id, step, config=config, model_name=model, needs=needs, labels=labels)
        if follow:
            run = watch(studio, run, "training", screen)
        show(run, json_, ("status", "model_name", "parent_run", "parent_step", "config", "labels"))


@app.command()
def cancel(id: str, reason: Reason = "", json_: Json = False) -> None:
    """Stop a run; its checkpoints stay.

    Example: studio runs cancel 0198c0de... --reason "wrong dataset"
    """
    with connected() as studio:
        studio.runs.cancel(id, reason=reason)
        say({"id": id, "cancelled": True}) if json_ else screen.print("cancelled")


@app.command()
def figures(id: str, json_: Json = False) -> None:
    """Say what the figures of a run's steps mean.

    Example: studio runs figures 0198c0de...
    """
    with connected() as studio:
        found = studio.runs.definitions(id)
        listing([Item(name, "figure", {"meaning": text}) for name, text in found.items()], json_, ("meaning",))


@app.command()
def trainers(json_: Json = False) -> None:
    """List trainers with their devices, free memory and the run that each holds.

    Example: studio runs trainers
    """
    with connected() as studio:
        listing(studio.trainers.list(), json_, ("status", "run_id", "model_name", "devices", "announced_at"))


def _tell(decided: Item, as_json: bool, done: str, nothing: str) -> None:
    """What a command led to; nothing, where it was so already."""
    if as_json:
        say(decided.plain())
    else:
        screen.print(done if decided["events"] else f"the run {nothing}")
