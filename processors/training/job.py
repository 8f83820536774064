"""One run under one claim: fetch, start the torch process, turn its records into facts, end the run at the gate."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import structlog
from psycopg import OperationalError
from studio.contract.records import (
    CheckpointSaved,
    DatasetFrozen,
    EvaluationRecorded,
    RunHeartbeat,
    StepRecorded,
)

from processors.training.base import BaseUnusable, fetched
from processors.training.board import RunView
from processors.training.decide import Command, CompleteRun, FailRun, ReportLeaseLost
from processors.training.facts import Facts
from processors.training.figures import open_figures
from processors.training.manifest import Store, clear
from processors.training.process import Child, ChildCrashed
from streams.blobs import BlobBroken, BlobMissing
from streams.cause import Cause
from streams.decider import Refused
from streams.gate import Do, Gate
from streams.room import Runtime

log = structlog.get_logger()


class Job:
    """Works on ``view`` under the claim ``epoch``; ``work`` returns when the run has ended or was given back."""

    def __init__(self, runtime: Runtime, gate: Gate, view: RunView, dataset: DatasetFrozen, epoch: int) -> None:
        self.runtime, self.gate, self.view, self.dataset, self.epoch = runtime, gate, view, dataset, epoch
        self.tenant, self.run_id = view.key
        self.facts = Facts(runtime.sink, self.tenant, self.run_id, epoch, view.requested)
        self.store = Store(runtime.blobs)
        self.home = runtime.settings.home / "trainers" / runtime.settings.trainer_name / self.tenant / self.run_id
        self.recorded = dict(view.progress.recorded)
        self.evaluated = frozenset(view.progress.evaluated)
        self.place = ("", 0, 0)
        self.base_manifest = ""

    async def work(self) -> None:
        """Train to the end; a typed error of the torch process fails the run.

        Raises:
            ChildCrashed: it ended without a word; the run was given back.
        """
        beat = asyncio.create_task(self.beat())
        try:
            async with Child(await self.prepared(), self.home / "job.json") as child:
                async for record in child.records():
                    await self.take(record)
        except ChildCrashed as crash:
            log.warning("training_process_crashed", run=self.run_id, reason=str(crash))
            await self.say(ReportLeaseLost(self.epoch, str(crash)))
            raise
        except BaseUnusable as problem:
            await self.say(FailRun(self.epoch, problem.code, problem.message, problem.field, problem.remedy))
        except (BlobMissing, BlobBroken) as problem:
            await self.say(
                FailRun(
                    self.epoch,
                    "DATASET_BLOB_LOST",
                    str(problem),
                    "dataset_id",
                    "restore the blob store, or freeze again",
                )
            )
        finally:
            beat.cancel()
            clear(self.home)

    async def beat(self) -> None:
        """Say that the claim is held, a few times per lease, whatever the torch process is doing."""
        while True:
            phase, step, total = self.place
            await self.facts.publish(
                RunHeartbeat(
                    run_id=self.run_id,
                    trainer=self.runtime.settings.trainer_name,
                    phase=phase,
                    step=step,
                    steps_total=total,
                )
            )
            await asyncio.sleep(min(2.0, self.view.lease_seconds / 4))

    async def prepared(self) -> dict[str, Any]:
        """Fetch what the torch process reads, and describe it."""
        clear(self.home)  # what an earlier life may have left
        data, blobs = self.home / "data", self.runtime.blobs
        data.mkdir(parents=True, exist_ok=True)
        for name in ("train", "heldout", "corpus"):
            await blobs.get_file(getattr(self.dataset, f"{name}_blob"), data / name)
        resume, step = await self.last_checkpoint()
        groups: dict[int, str] = {}
        while resume and step is not None and (blob := self.view.progress.groups.get(step + 1 + len(groups))):
            number = step + 1 + len(groups)
            groups[number] = str(data / f"groups-{number:06d}.parquet")
            await blobs.get_file(blob, Path(groups[number]))
        base = self.view.request.base_model
        if not resume:
            base = await fetched(base, self.tenant, self.store, self.home / "base")
        log.info("training_prepared", run=self.run_id, epoch=self.epoch, checkpoint=resume, replayed=len(groups))
        return {
            "directory": str(self.home / "work"),
            "train": str(data / "train"),
            "heldout": str(data / "heldout"),
            "corpus": str(data / "corpus"),
            "base_model": base,
            "config": self.view.request.config,
            "resume": resume,
            "groups": groups,
            "threads": self.runtime.settings.training_threads,
        }

    async def last_checkpoint(self) -> tuple[str, int | None]:
        """The newest checkpoint that can be fetched whole, and its grpo step (``None`` in the warm start)."""
        for phase, step, manifest in reversed(self.view.progress.checkpoints):
            path = self.home / "resume"
            try:
                await self.store.fetch(manifest, path)
                return str(path), step if phase == "grpo" else None
            except (BlobMissing, BlobBroken, ValueError, KeyError) as problem:
                log.warning("checkpoint_unusable", run=self.run_id, phase=phase, step=step, error=str(problem))
        return "", None

    async def take(self, record: dict[str, Any]) -> None:
        """Publish what one record of the torch process says."""
        match record["kind"]:
            case "step":
                await self.step(record)
            case "evaluation" if (record["moment"], record["step"]) not in self.evaluated:
                ref = await self.runtime.blobs.put_file(self.tenant, Path(record["detail"]))
                numbers = {
                    name: record[name]
                    for name in ("step", "items", "sections", "reward", "low", "high", "gain", "gain_low", "gain_high")
                }
                await self.facts.publish(
                    EvaluationRecorded(
                        run_id=self.run_id, phase=record["moment"], split="heldout", detail_blob=ref.key, **numbers
                    )
                )
            case "checkpoint":
                await self.checkpoint(record)
            case "base":
                self.base_manifest, _ = await self.store.put(self.tenant, Path(record["path"]), step=0, role="base")
            case "finished":
                manifest, _ = await self.store.put(
                    self.tenant, Path(record["path"]), step=record["step"], epoch=self.epoch, role="trained"
                )
                await self.say(
                    CompleteRun(self.epoch, record["step"], manifest, self.base_manifest, json.dumps(record["metrics"]))
                )
            case "error":
                await self.say(
                    FailRun(self.epoch, record["code"], record["message"], record["field"], record["remedy"])
                )

    async def step(self, record: dict[str, Any]) -> None:
        self.place = (record["phase"], record["step"], record["steps_total"])
        if record["step"] <= self.recorded.get(record["phase"], 0):
            return  # done again on the way from the checkpoint to where the log is
        for alarm in record.get("alarms", ()):
            log.warning("training_alarm", run=self.run_id, step=record["step"], **alarm)
        groups = ""
        if record["groups"]:
            path = Path(record["groups"])
            groups = (await self.runtime.blobs.put_file(self.tenant, path, "application/vnd.apache.parquet")).key
            path.unlink()
        numbers = {
            name: record[name]
            for name in (
                "phase",
                "step",
                "steps_total",
                "loss",
                "reward",
                "kl",
                "entropy",
                "clip_fraction",
                "grad_norm",
                "learning_rate",
                "length",
                "tokens",
                "completions",
                "dead_groups",
                "seconds",
            )
        }
        await self.facts.publish(
            StepRecorded(
                run_id=self.run_id, reward_parts=json.dumps(open_figures(record)), groups_blob=groups, **numbers
            )
        )

    async def checkpoint(self, record: dict[str, Any]) -> None:
        path = Path(record["path"])
        try:
            manifest, size = await self.store.put(
                self.tenant, path, phase=record["phase"], step=record["step"], epoch=self.epoch, role="checkpoint"
            )
        except FileNotFoundError:
            # The loop keeps the last two; whoever stores them this slowly will have a newer one soon.
            log.warning("checkpoint_outrun", run=self.run_id, step=record["step"])
            return
        await self.facts.publish(
            CheckpointSaved(
                run_id=self.run_id, phase=record["phase"], step=record["step"], manifest_blob=manifest, bytes=size
            )
        )

    async def say(self, command: Command) -> None:
        """Bring a command to the gate, for as long as the database is away; a refusal means that the claim is over."""
        key = f"run/{self.run_id}/{self.epoch}/{type(command).__name__}"
        while True:
            try:
                await self.gate.handle(
                    self.tenant,
                    Do("run", self.run_id, command),
                    idempotency_key=key,
                    cause=Cause.of(self.view.requested),
                )
                return
            except Refused as refused:
                log.warning("command_refused", run=self.run_id, code=refused.code, reason=refused.message)
                return
            except OperationalError as problem:
                log.warning("gate_unreachable", run=self.run_id, error=str(problem))
                await asyncio.sleep(1)
