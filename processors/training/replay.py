"""Trains a run again from the log and the blob store alone, and compares with what it recorded.

    python -m processors.training.replay RUN [--tenant TENANT] [--recorded]

Everything is sampled again; with --recorded the stored groups are applied instead, which is faster, and the only way
where another engine sampled. A run that is not finished is followed to its last recorded step, a fork from the step
that it shares with its parent. Prints one JSON line: what was compared, and what differs; ends with 1 where anything
does. The same processor, number of threads and version of torch give the same bits; others need not.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from processors.training.board import TOPICS, Board, RunView
from processors.training.groups import read_groups
from processors.training.manifest import Store, digest
from processors.training.preparation import JobImpossible, Preparation, dataset_of
from processors.training.process import Child, ChildCrashed
from streams.blobs import BlobBroken, BlobMissing, Blobs
from streams.settings import Settings
from streams.source import LogSource

COMPARED = ("model/model.safetensors", "optimizer.safetensors")  # of a checkpoint; its state also says whose it is
MOST_TOLD = 20


class Comparison:
    """What of the run was found again. ``counts`` by kind; ``differ`` says where it was not the same."""

    def __init__(self, view: RunView, store: Store, directory: Path) -> None:
        self.view, self.store, self.directory = view, store, directory
        self.counts: Counter[str] = Counter()
        self.differ: list[str] = []
        self.checkpoints = {(phase, step): blob for phase, step, blob in view.progress.checkpoints}

    async def take(self, record: dict[str, Any]) -> None:
        """Compare one record of the torch process with what the log has of it."""
        match record["kind"]:
            case "step" if record["groups"] and (blob := self.view.progress.groups.get(record["step"])):
                again = Path(record["groups"])
                same = digest(again) == blob.rpartition("/")[2] or await self.alike(again, blob)
                self.found("steps", same, f"groups of step {record['step']}")
                again.unlink()
            case "checkpoint" if blob := self.checkpoints.get((record["phase"], record["step"])):
                where = f"checkpoint of {record['phase']} step {record['step']}"
                await self.files("checkpoints", blob, Path(record["path"]), COMPARED, where)
            case "finished" if self.view.trained:
                await self.files("weights", self.view.trained, Path(record["path"]), (), "trained model")
            case "error":
                self.differ.append(f"it ends with {record['code']}: {record['message']}")

    async def alike(self, again: Path, blob: str) -> bool:
        """Whether the rows are equal; a file may also tell how long something took."""
        stored = self.directory / "stored.parquet"
        try:
            await self.store.blobs.get_file(blob, stored)
        except (BlobMissing, BlobBroken):
            return False
        return read_groups(stored) == read_groups(again)

    async def files(self, kind: str, blob: str, path: Path, names: tuple[str, ...], where: str) -> None:
        """Hashes of ``names`` (none: all weights) in a manifest, against the files below ``path``."""
        try:
            files = json.loads(await self.store.blobs.get(blob))["files"]
        except (BlobMissing, BlobBroken) as problem:
            self.differ.append(f"{where}: {problem}")
            return
        wanted = {name: file["sha256"] for name, file in files.items() if named(name, names)}
        try:
            other = [name for name, known in wanted.items() if digest(path / name) != known]
        except FileNotFoundError:
            if not path.is_dir():
                return  # the loop keeps the last two and was faster
            raise
        self.found(kind, bool(wanted) and not other, f"{where}: {', '.join(other)}")

    def found(self, kind: str, same: bool, where: str) -> None:
        self.counts[kind] += 1
        if not same:
            self.differ.append(where)

    def over(self, record: dict[str, Any]) -> bool:
        """Whether what the log has of an unfinished run is behind ``record``."""
        known = self.view.progress.recorded
        if self.view.trained or record["kind"] != "step":
            return False
        # Whoever recorded a step of reinforcement had all of the warm start.
        behind = record["phase"] != "grpo" and "grpo" in known
        return not behind and bool(record["step"] > known.get(record["phase"], 0))


def named(name: str, names: tuple[str, ...]) -> bool:
    return name in names if names else name.endswith(".safetensors")


async def read(settings: Settings) -> Board:
    """The board as the log gives it now."""
    board = Board()
    async with LogSource(settings, TOPICS) as source:
        async for event in source.events():
            if event is not None:
                board.take(event, time.monotonic())
            elif source.caught_up:
                break
    return board


def chosen(board: Board, run_id: str, tenant: str) -> RunView:
    """The run that is meant.

    Raises:
        LookupError: there is none, or several tenants have one, or nothing of it is recorded.
    """
    views = [view for key, view in board.runs.items() if key[1] == run_id and tenant in ("", key[0])]
    if len(views) != 1:
        raise LookupError(f"{len(views) or 'no'} runs are called {run_id}" + ("; say --tenant" if views else ""))
    if not views[0].progress.recorded:
        raise LookupError(f"nothing of run {run_id} is recorded")
    return views[0]


async def replay(settings: Settings, run_id: str, tenant: str = "", recorded: bool = False) -> dict[str, Any]:
    """Train the run again and compare.

    Raises:
        LookupError, JobImpossible: there is no such run, or what it was trained on is lost.
        ChildCrashed: the torch process ended without a word.
    """
    started = time.monotonic()
    board = await read(settings)
    view, store = chosen(board, run_id, tenant), Store(Blobs(settings))
    with tempfile.TemporaryDirectory(prefix="studio-replay-") as folder:
        home = Path(folder) / "run"
        preparation = Preparation(store, board, view, home)
        job = (await preparation.begin(await dataset_of(board, view), settings.training_threads, 0)).job
        shared = view.request.parent_step if view.request.parent_run else 0
        if view.request.parent_run:
            await preparation.fork(job)
        job["groups"] = {step: path for step, path in job["groups"].items() if step <= shared}
        if recorded:
            job["groups"] |= await preparation.groups(view, shared, None)
        comparison = Comparison(view, store, Path(folder))
        async with Child(job, home / "job.json") as child:
            async for record in child.records():
                if comparison.over(record):
                    break
                await comparison.take(record)
    return {
        "run": run_id,
        "tenant": view.key[0],
        "status": view.state.status,
        "recorded": view.progress.recorded,
        "compared": dict(comparison.counts),
        "equal": bool(comparison.counts) and not comparison.differ,
        "differ": comparison.differ[:MOST_TOLD],
        "seconds": round(time.monotonic() - started, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run")
    parser.add_argument("--tenant", default="")
    parser.add_argument("--recorded", action="store_true")
    given = parser.parse_args()
    try:
        report = asyncio.run(replay(Settings(), given.run, given.tenant, given.recorded))
    except (LookupError, JobImpossible, ChildCrashed) as problem:
        sys.exit(str(problem))
    print(json.dumps(report))
    sys.exit(0 if report["equal"] else 1)


if __name__ == "__main__":
    main()
