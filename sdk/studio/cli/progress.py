"""Progress of jobs, folded from their events: nothing is asked for twice, the stream tells."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from studio.client import Studio
from studio.feed import FeedEvent
from studio.item import Item

STEPS_OF_TEN = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """How far a job is. `total` 0 means that nobody knows yet."""

    title: str
    done: int = 0
    total: int = 0
    text: str = ""
    ended: bool = False


def advance(bar: Bar, event: FeedEvent) -> Bar:
    """The bar after one more event of its job."""
    data = event.data
    match event.type:
        case "DocumentExtracted":
            text = f"{data['characters']:,} characters, {data['sections']} sections, {data['chunks']} passages"
            return replace(bar, done=1, total=1, text=text, ended=True)
        case "BatchRequested":
            return replace(bar, total=int(data["count"]))
        case "SampleGenerated":
            return replace(bar, done=bar.done + 1, total=max(bar.total, bar.done + 1))
        case "BatchFinished":
            text = f"{data['delivered']:,} of {data['asked']:,} samples"
            return replace(bar, done=int(data["delivered"]), total=int(data["delivered"]), text=text, ended=True)
        case "SampleScored":
            return replace(bar, done=bar.done + 1, text=f"{bar.done + 1:,} scores")
        case "CurationFinished":
            text = f"{data['kept']:,} of {data['samples']:,} kept"
            return replace(bar, done=1, total=1, text=text, ended=True)
        case "DatasetFrozen":
            text = f"{data['train_rows']:,} to train on, {data['heldout_rows']:,} held out"
            return replace(bar, done=1, total=1, text=text, ended=True)
        case "RunClaimed":
            return replace(bar, text=f"claimed by {data['trainer']}")
        case "LeaseLost":
            return replace(bar, text=f"{data['trainer']} went silent; waiting for another trainer")
        case "RunPaused":
            return replace(bar, text=f"paused by {data['author']}: {data['reason']}")
        case "RunResumed":
            return replace(bar, text=f"resumed by {data['author']}; waiting for a trainer")
        case "AdjustmentApplied":
            return replace(bar, text=f"from step {data['step']} on with {data['changes']}")
        case "RunHeartbeat" | "StepRecorded":
            text = str(data["phase"]).replace("_", " ")
            if data.get("reward"):
                text += f", reward {data['reward']:.2f}"
            return replace(bar, done=int(data["step"]), total=int(data["steps_total"]), text=text)
        case "EvaluationRecorded":
            return replace(bar, text=f"{data['phase']} {data['step']}: held-out reward {data['reward']:.3f}")
        case "RunCompleted":
            return replace(bar, done=max(bar.total, 1), total=max(bar.total, 1), ended=True)
        case "VerdictReached":
            text = f"{data['decision']}: {data['reason']}"
            return replace(bar, done=int(data["canary_calls"]) + int(data["baseline_calls"]), text=text)
        case "DeploymentPaused":
            return replace(bar, text=f"paused by {data['author']}: {data['reason']}")
        case "DeploymentResumed":
            return replace(bar, text=f"resumed by {data['author']}")
        case "Promoted":
            return replace(bar, done=1, total=1, text=f"{data['version']} promoted", ended=True)
        case "RolledBack":
            return replace(bar, done=1, total=1, text=f"back to {data['to']}: {data['reason']}", ended=True)
        case "ExtractionFailed" | "BatchFailed" | "CurationFailed" | "DatasetRefused" | "RunFailed":
            return replace(bar, text=f"{data['code']}: {data['reason']}", ended=True)
        case "BatchCancelled" | "RunCancelled" | "DocumentWithdrawn":
            return replace(bar, text=f"cancelled: {data['reason']}", ended=True)
    return bar


class Bars:
    """Bars on a terminal; without one, a line when a job begins a new text or a new tenth."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            TextColumn("{task.description:<12}"),
            BarColumn(30, complete_style="cyan", finished_style="green", pulse_style="cyan"),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[text]}", markup=True),
            console=console,
            disable=not console.is_terminal,
        )

    @contextmanager
    def live(self) -> Iterator[Bars]:
        """Draw while inside."""
        with self._progress:
            yield self

    def begin(self, title: str) -> Track:
        """A new bar."""
        return Track(self, Bar(title))

    def draw(self, track: Track) -> None:
        """Called by tracks."""
        bar = track.bar
        text = bar.text.replace("[", r"\[")
        if self._console.is_terminal:
            if track.task is None:
                track.task = self._progress.add_task(bar.title, total=None, text="")
            self._progress.update(track.task, completed=bar.done, total=bar.total or None, text=text)
            return
        tenth = bar.done * STEPS_OF_TEN // bar.total if bar.total else 0
        if bar.ended or (bar.total, tenth) != (track.total, track.tenth):
            track.total, track.tenth = bar.total, tenth
            share = "done" if bar.ended else f"{tenth * STEPS_OF_TEN:3d} %"
            self._console.print(f"{bar.title:<12} {share} {text}", soft_wrap=True)


class Track:
    """One bar that follows one job."""

    def __init__(self, bars: Bars, bar: Bar) -> None:
        self.bars, self.bar = bars, bar
        self.total = self.tenth = 0  # when it was last told, without a terminal
        self.task: TaskID | None = None
        bars.draw(self)

    def feed(self, event: FeedEvent) -> None:
        """Take one more event."""
        before, self.bar = self.bar, advance(self.bar, event)
        if self.bar != before:
            self.bars.draw(self)

    def say(self, done: int, text: str) -> None:
        """How far it is, from somebody who counts for himself."""
        self.bar = replace(self.bar, done=done, text=text)
        self.bars.draw(self)

    def end(self, text: str) -> None:
        """It is over, for a reason that no event tells."""
        self.bar = replace(self.bar, done=self.bar.total or 1, total=self.bar.total or 1, text=text, ended=True)
        self.bars.draw(self)


def follow(studio: Studio, job: Item, track: Track, *, since: int | None = None) -> Item:
    """Follow a job to its end with a bar.

    Raises:
        JobFailed, JobCancelled: it did not end well.
    """
    last: FeedEvent | None = None
    for event in studio.follow(job, since=since):
        track.feed(event)
        last = event
    assert last is not None
    return studio.finished(job, last)


def watch(studio: Studio, job: Item, title: str, console: Console) -> Item:
    """Follow one job with a bar of its own."""
    with Bars(console).live() as bars:
        return follow(studio, job, bars.begin(title))
