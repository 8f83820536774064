"""What the torch process says, as facts of the claim."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import structlog
from studio.contract.records import AdjustmentApplied, CheckpointSaved, EvaluationRecorded, StepRecorded

from processors.training.board import Progress
from processors.training.facts import Facts
from processors.training.figures import definitions, figures, too_long, warning
from processors.training.manifest import Store, told_hashes

log = structlog.get_logger()
NUMBERS = (
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
PARQUET = "application/vnd.apache.parquet"
SCORES = ("step", "items", "sections", "reward", "low", "high", "gain", "gain_low", "gain_high")


class Telling:
    """Facts of one claim; what the log has already is not told again.

    Attributes:
        place: phase, last step and steps in all.
        warnings, alarms: what people learn with the next step.
    """

    def __init__(self, facts: Facts, store: Store, tenant: str) -> None:
        self.facts, self.store, self.tenant = facts, store, tenant
        self.place = ("", 0, 0)
        self.warnings: list[str] = []
        self.alarms: list[dict[str, Any]] = []
        self.seconds: dict[str, list[float]] = {}
        self.recorded: dict[str, int] = {}
        self.evaluated: frozenset[tuple[str, int]] = frozenset()
        self.definitions = ""

    async def begin(self, known: Progress) -> None:
        """Take note of what the log has, and store what the figures mean."""
        self.recorded, self.evaluated = dict(known.recorded), frozenset(known.evaluated)
        self.definitions = (await self.store.blobs.put(self.tenant, definitions(), "application/json")).key

    async def take(self, record: dict[str, Any]) -> None:
        """Publish one record of the torch process."""
        match record["kind"]:
            case "step":
                await self.step(record)
            case "evaluation":
                await self.evaluation(record)
            case "checkpoint":
                await self.checkpoint(record)
            case "checkpoint_skipped":
                phase, step = record["phase"], record["step"]
                self.warn(step, f"no checkpoint of {phase} step {step} could be written: {record['reason']}")
            case "prompts_left_out":
                self.alarms.append(too_long(record))
            case "changed":
                await self.changed(record)

    async def changed(self, record: dict[str, Any]) -> None:
        values = json.dumps(record["values"], sort_keys=True)
        numbers = {name: record[name] for name in ("revision", "phase", "step")}
        await self.facts.publish(AdjustmentApplied(run_id=self.facts.run_id, changes=values, **numbers))

    async def evaluation(self, record: dict[str, Any]) -> None:
        if (record["moment"], record["step"]) in self.evaluated:
            return
        blob = (await self.store.blobs.put_file(self.tenant, Path(record["detail"]))).key
        numbers = {name: record[name] for name in SCORES}
        await self.facts.publish(
            EvaluationRecorded(
                run_id=self.facts.run_id, phase=record["moment"], split="heldout", detail_blob=blob, **numbers
            )
        )

    def warn(self, step: int, message: str) -> None:
        """Tell people, in the log of this process and with the next step that is recorded."""
        log.warning("checkpoint_warning", run=self.facts.run_id, step=step, message=message)
        self.warnings.append(message)

    async def step(self, record: dict[str, Any]) -> None:
        self.place = (record["phase"], record["step"], record["steps_total"])
        recent = self.seconds.setdefault(record["phase"], [])
        recent.append(record["seconds"])
        if record["step"] <= self.recorded.get(record["phase"], 0):
            return  # done again on the way from the checkpoint to where the log is
        alarms = [*record["alarms"], *self.alarms, *(warning(record["step"], message) for message in self.warnings)]
        for alarm in record["alarms"]:
            log.warning("training_alarm", run=self.facts.run_id, step=record["step"], **alarm)
        groups = ""
        if record["groups"]:
            path = Path(record["groups"])
            groups = (await self.store.blobs.put_file(self.tenant, path, PARQUET)).key
            path.unlink()
        await self.facts.publish(
            StepRecorded(
                run_id=self.facts.run_id,
                reward_parts=json.dumps(record["reward_parts"]),
                metrics=json.dumps(figures(record, recent)),
                alarms=json.dumps(alarms),
                definitions_blob=self.definitions,
                groups_blob=groups,
                **{name: record[name] for name in NUMBERS},
            )
        )
        self.warnings.clear()
        self.alarms.clear()

    async def checkpoint(self, record: dict[str, Any]) -> None:
        path, phase, step = Path(record["path"]), record["phase"], record["step"]
        try:
            manifest, size = await self.store.put(
                self.tenant, path, phase=phase, step=step, epoch=self.facts.epoch, role="checkpoint"
            )
            told_hashes(path, json.loads(await self.store.blobs.get(manifest)))
        except FileNotFoundError:
            # The loop keeps the last two; whoever stores them this slowly will have a newer one soon.
            log.warning("checkpoint_outrun", run=self.facts.run_id, step=step)
            return
        except (ValueError, KeyError) as problem:
            self.warn(step, f"the checkpoint of {phase} step {step} changed on the disk and is not used: {problem}")
            return
        await self.facts.publish(
            CheckpointSaved(run_id=self.facts.run_id, phase=phase, step=step, manifest_blob=manifest, bytes=size)
        )
