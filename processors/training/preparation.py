"""From the log and the blob store to the files that a torch process trains on: the job of one claim.

A run that was begun goes on from its newest usable checkpoint and the recorded groups after it. A fork that was not
begun goes on from its parent's last checkpoint before the fork, and the parent's groups up to there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from studio.contract.records import DatasetFrozen

from processors.training.base_model import BaseUnusable, fetched
from processors.training.board import Board, RunView
from processors.training.decide import FailRun
from processors.training.manifest import Store, clear, told_hashes
from streams.blobs import BlobBroken, BlobMissing

log = structlog.get_logger()
PATIENCE = 20.0  # seconds for something that a run names to turn up in the log
STEP_PATIENCE = 5.0  # for facts of a step that a decision already speaks of
PAUSE = 0.2
UNUSABLE = (BlobMissing, BlobBroken, ValueError, KeyError)
Checkpoint = tuple[str, int, str]


class JobImpossible(Exception):
    """Neither this trainer nor another one can do it."""

    def __init__(self, code: str, message: str, field: str, remedy: str) -> None:
        super().__init__(message)
        self.code, self.message, self.field, self.remedy = code, message, field, remedy

    def command(self, epoch: int) -> FailRun:
        return FailRun(epoch, self.code, self.message, self.field, self.remedy)


@dataclass
class Prepared:
    """A job for the torch process, and what a person should know of how it came about."""

    job: dict[str, Any]
    warnings: list[str] = field(default_factory=list)


async def awaited(found: Callable[[], bool], seconds: float | None = None) -> bool:
    """Whether ``found`` came true in time (``PATIENCE``); the topics of the log are read side by side."""
    for _ in range(max(1, int((PATIENCE if seconds is None else seconds) / PAUSE))):
        if found():
            return True
        await asyncio.sleep(PAUSE)
    return found()


async def dataset_of(board: Board, view: RunView) -> DatasetFrozen:
    """The dataset that a run names.

    Raises:
        JobImpossible: it was never frozen.
    """
    name = (view.key[0], view.request.dataset_id)
    if not await awaited(lambda: name in board.datasets):
        remedy = "freeze the dataset first, then request the run again"
        raise JobImpossible("DATASET_NOT_FOUND", f"dataset {name[1]} was never frozen", "dataset_id", remedy)
    return board.datasets[name]


class Preparation:
    """Fetches into ``home``, which is emptied first."""

    def __init__(self, store: Store, board: Board, view: RunView, home: Path) -> None:
        self.store, self.board, self.view, self.home = store, board, view, home
        self.data = home / "data"
        self.warnings: list[str] = []

    async def begin(self, dataset: DatasetFrozen, threads: int, epoch: int) -> Prepared:
        """Everything but where to go on from.

        Raises:
            JobImpossible: a file of the dataset or the base model is lost.
        """
        clear(self.home)  # what an earlier life may have left
        self.data.mkdir(parents=True)
        tenant, request = self.view.key[0], self.view.request
        try:
            for name in ("train", "heldout", "corpus"):
                await self.store.blobs.get_file(getattr(dataset, f"{name}_blob"), self.data / name)
            base = await fetched(request.base_model, tenant, self.store, self.data / "base")
        except (BlobMissing, BlobBroken) as problem:
            remedy = "restore the blob store, or freeze again"
            raise JobImpossible("DATASET_BLOB_LOST", str(problem), "dataset_id", remedy) from problem
        except BaseUnusable as problem:
            raise JobImpossible(problem.code, problem.message, problem.field, problem.remedy) from problem
        files = {name: str(self.data / name) for name in ("train", "heldout", "corpus")}
        job = {"directory": str(self.home / "work"), "base_model": base, "config": request.config, "threads": threads}
        more = {"epoch": epoch, "orders": str(self.home / "orders.json"), "resume": "", "groups": {}, "parent": None}
        return Prepared({**job, **files, **more, "changes": changes_of(self.view)}, self.warnings)

    async def going_on(self, dataset: DatasetFrozen, threads: int, epoch: int) -> Prepared:
        """The job of whoever takes the run over.

        Raises:
            JobImpossible: see ``begin``; or the run to fork is not there, or not that far.
        """
        prepared = await self.begin(dataset, threads, epoch)
        job, progress = prepared.job, self.view.progress
        job["resume"], at = await self.newest(list(reversed(progress.checkpoints)))
        if self.view.request.parent_run and not job["resume"]:
            await self.fork(job)
        else:
            job["groups"] = await self.groups(self.view, at, None)
        log.info("training_prepared", run=self.view.key[1], epoch=epoch, replayed=len(job["groups"]))
        return prepared

    async def fork(self, job: dict[str, Any]) -> None:
        """Complete ``job`` for a fork that has no checkpoint of its own yet."""
        step = self.view.request.parent_step
        parent = await self.parent()
        known = parent.progress.checkpoints
        reached = [one for one in known if one[0] == "grpo" and one[1] <= step]
        job["resume"], at = await self.newest(sorted(reached, key=lambda one: one[1], reverse=True))
        if not job["resume"]:
            raise self.unreachable(parent, "has no checkpoint before it that can be read")
        job["groups"] = await self.groups(parent, at, step)
        if at + len(job["groups"]) < step:
            raise self.unreachable(parent, f"has its steps recorded up to {at + len(job['groups'])}")
        job["groups"] |= await self.groups(self.view, step, None)
        job["parent"] = {"config": parent.request.config, "step": step, "changes": changes_of(parent)}

    async def parent(self) -> RunView:
        """The run that recorded the steps before the fork: the parent, or where that is a fork, perhaps its parent."""
        key, step = (self.view.key[0], self.view.request.parent_run), self.view.request.parent_step
        while True:
            if not await awaited(lambda: key in self.board.runs):  # noqa: B023 - awaited before key changes
                message = f"there is no run {key[1]}"
                raise JobImpossible("PARENT_NOT_FOUND", message, "parent_run", "fork a run that exists")
            view = self.board.runs[key]
            if not view.request.parent_run or view.request.parent_step < step or view.progress.checkpoints:
                await awaited(lambda: view.progress.recorded.get("grpo", 0) >= step, STEP_PATIENCE)  # noqa: B023
                reached = any(phase == "grpo" and at <= step for phase, at, _ in view.progress.checkpoints)
                if reached or not view.request.parent_run:
                    return view
            key = (key[0], view.request.parent_run)

    def unreachable(self, parent: RunView, why: str) -> JobImpossible:
        message = f"run {parent.key[1]} cannot be forked after step {self.view.request.parent_step}: it {why}"
        return JobImpossible("PARENT_STEP_LOST", message, "parent_step", "fork after a step that it recorded")

    async def newest(self, candidates: Sequence[Checkpoint]) -> tuple[str, int]:
        """The first usable checkpoint, and its grpo step (0 in the warm start); empty where there is none.

        Candidates come best first. One that is not whole is passed over, and that is told to people.
        """
        for phase, step, manifest in candidates:
            path = self.home / "resume"
            try:
                told_hashes(path, await self.store.fetch(manifest, path))
                return str(path), step if phase == "grpo" else 0
            except UNUSABLE as problem:
                log.warning("checkpoint_unusable", run=self.view.key[1], phase=phase, step=step, error=str(problem))
                self.warnings.append(f"the checkpoint of {phase} step {step} is unusable, the one before is: {problem}")
        return "", 0

    async def groups(self, view: RunView, after: int, last: int | None) -> dict[int, str]:
        """Files with the recorded groups of the steps that follow ``after``, without a gap, up to ``last``."""
        found: dict[int, str] = {}
        while last is None or after + len(found) < last:
            number = after + 1 + len(found)
            if not (blob := view.progress.groups.get(number)):
                break
            path = self.data / f"groups-{number:06d}.parquet"
            try:
                await self.store.blobs.get_file(blob, path)
            except (BlobMissing, BlobBroken) as problem:
                # What is sampled again from here on is the same; only the time is lost.
                self.warnings.append(f"the groups of step {number} are lost, they are sampled again: {problem}")
                break
            found[number] = str(path)
        return found


def changes_of(view: RunView) -> dict[int, list[dict[str, Any]]]:
    """Changes of settings that were made, by the first step under them."""
    found: dict[int, list[dict[str, Any]]] = {}
    for revision, step in sorted(view.progress.changes.items()):
        if revision in view.changes:
            found.setdefault(step, []).append(order(revision, view.changes[revision]))
    return found


def order(revision: int, values: Mapping[str, float]) -> dict[str, Any]:
    return {"revision": revision, "values": dict(values)}


def standing_orders(view: RunView, epoch: int) -> dict[str, Any]:
    """What the torch process is asked at the moment: every change so far, and whether to pause."""
    paused = view.state.status == "paused" and view.state.epoch == epoch
    return {"pause": paused, "changes": [order(number, view.changes[number]) for number in sorted(view.changes)]}
