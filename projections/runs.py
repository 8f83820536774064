"""Training runs: who holds them, how far they are, every step, evaluation, checkpoint and change; and the trainers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from studio.contract import Event, to_dict
from studio.contract.records import (
    AdjustmentApplied,
    CheckpointSaved,
    EvaluationRecorded,
    LeaseLost,
    RunAdjusted,
    RunCancelled,
    RunClaimed,
    RunCompleted,
    RunFailed,
    RunHeartbeat,
    RunPaused,
    RunRequested,
    RunResumed,
    StepRecorded,
    TrainerAnnounced,
)

from projections.table import Row, Table, parsed

NAME, VERSION = "runs", 1
TOPICS = ("studio.training", "studio.training.steps")
TABLES = (
    Table(
        "run",
        "run_id text",
        """version bigint, status text, dataset_id text, base_model text, config jsonb, model_name text,
        requested_by text, parent_run text, parent_step bigint, needs jsonb, labels jsonb, trainer text,
        epoch bigint, lease_seconds double precision, final_step bigint, manifest_blob text,
        base_manifest_blob text, metrics jsonb, error_code text, error_reason text, error_field text,
        error_remedy text, cancelled_by text, paused_by text, pause_reason text, paused_at timestamptz,
        adjusted bigint, created_at timestamptz, claimed_at timestamptz, ended_at timestamptz, phase text,
        step bigint, steps_total bigint, loss double precision, reward double precision, kl double precision,
        tokens bigint add, steps bigint add, alarms jsonb, alarm_step bigint, definitions_blob text,
        checkpoint_step bigint, checkpoint_blob text, beat_at timestamptz, updated_at timestamptz greatest""",
        shown="version > 0",
        indexes=("created_at, run_id", "dataset_id", "parent_run"),
    ),
    Table(
        "run_step",
        "run_id text, phase text, step bigint",
        """epoch bigint, steps_total bigint, loss double precision, reward double precision, reward_parts jsonb,
        kl double precision, entropy double precision, clip_fraction double precision, grad_norm double precision,
        learning_rate double precision, length double precision, tokens bigint, completions bigint,
        dead_groups bigint, groups_blob text, seconds double precision, metrics jsonb,
        alarms jsonb, definitions_blob text, recorded_at timestamptz""",
        indexes=("run_id, recorded_at, step",),
    ),
    Table(
        "run_evaluation",
        "run_id text, phase text, step bigint, split text",
        """epoch bigint, items bigint, sections bigint, reward double precision, low double precision,
        high double precision, gain double precision, gain_low double precision, gain_high double precision,
        detail_blob text, recorded_at timestamptz""",
    ),
    Table(
        "run_checkpoint",
        "run_id text, phase text, step bigint",
        "epoch bigint, manifest_blob text, bytes bigint, saved_at timestamptz",
    ),
    Table(
        "run_adjustment",
        "run_id text, revision bigint",
        """changes jsonb, reason text, author text, decided_at timestamptz, applied_phase text, applied_step bigint,
        applied_at timestamptz least""",
        shown="decided_at is not null",
    ),
    Table("trainer", "trainer text", "devices jsonb, run_id text, announced_at timestamptz"),
)
STATUS: dict[type[Any], str] = {
    RunRequested: "pending",
    RunClaimed: "running",
    LeaseLost: "lost",
    RunPaused: "paused",
    RunResumed: "pending",
    RunCompleted: "completed",
    RunFailed: "failed",
    RunCancelled: "cancelled",
}
FACTS = (StepRecorded, EvaluationRecorded, CheckpointSaved, AdjustmentApplied, RunHeartbeat)
PROGRESS = ("phase", "step", "steps_total", "loss", "reward", "kl")


def rows(events: Sequence[Event]) -> Iterator[Row]:
    """Columns up to `ended_at` come from decisions, `phase` to `beat_at` from the facts of the trainer with the claim.

    What others say about a run has a subject below it (`run/source`): their steps are listed, the run itself stays.
    """
    for event in events:
        if type(event.data) in STATUS or isinstance(event.data, RunAdjusted):
            yield from _decided(event)
            continue
        run_id, _, source = event.subject.partition("/")
        tenant = {"tenant_id": event.tenant}
        if not source and isinstance(event.data, FACTS):
            yield Row("run", {**tenant, "run_id": run_id, "updated_at": event.time, **_progress(event)})
        fact = {**tenant, "run_id": run_id, "epoch": event.epoch}
        match event.data:
            case StepRecorded() as data:
                yield Row("run_step", {**to_dict(data), **fact, **_figures(data), "recorded_at": event.time})
            case EvaluationRecorded() as data:
                yield Row("run_evaluation", {**to_dict(data), **fact, "recorded_at": event.time})
            case CheckpointSaved() as data:
                yield Row("run_checkpoint", {**to_dict(data), **fact, "saved_at": event.time})
            case AdjustmentApplied() as data if not source:
                key = {**tenant, "run_id": run_id, "revision": data.revision}
                # Whoever resumes says it again, of the same step.
                applied = {"applied_phase": data.phase, "applied_step": data.step, "applied_at": event.time}
                yield Row("run_adjustment", {**key, **applied})
            case TrainerAnnounced() as data:
                about = {"devices": parsed(data.devices) or [], "run_id": data.run_id, "announced_at": event.time}
                yield Row("trainer", {**tenant, "trainer": data.trainer, **about})


def _figures(data: StepRecorded) -> dict[str, Any]:
    """Parts of the reward, other figures and alarms, each in a column of its own.

    Steps of version 1 hold them all in `reward_parts`, as `metric/NAME` and, with its value, `alarm/RULE`.
    """
    parts: dict[str, Any] = {}
    metrics: dict[str, Any] = {}
    alarms: list[dict[str, Any]] = []
    for name, value in (parsed(data.reward_parts) or {}).items():
        kind, _, rest = name.partition("/")
        if kind == "metric":
            metrics[rest] = value
        elif kind == "alarm":
            alarms.append({"rule": rest, "value": value})
        else:
            parts[name] = value
    metrics |= parsed(data.metrics) or {}
    return {"reward_parts": parts, "metrics": metrics, "alarms": alarms + (parsed(data.alarms) or [])}


def _progress(event: Event) -> dict[str, Any]:
    """What a fact of the trainer changes in the run itself."""
    match event.data:
        case StepRecorded() as data:
            now = {name: getattr(data, name) for name in PROGRESS}
            if alarms := _figures(data)["alarms"]:
                now |= {"alarms": alarms, "alarm_step": data.step}
            if data.definitions_blob:
                now["definitions_blob"] = data.definitions_blob
            return {"beat_at": event.time, **now, "tokens": data.tokens, "steps": 1}
        case CheckpointSaved() as data:
            found = {"checkpoint_step": data.step, "checkpoint_blob": data.manifest_blob}
            return {"beat_at": event.time, **found}
        case RunHeartbeat() as data:
            return {"beat_at": event.time, "phase": data.phase, "step": data.step, "steps_total": data.steps_total}
        case _:
            return {"beat_at": event.time}


def _decided(event: Event) -> Iterator[Row]:
    run = {"tenant_id": event.tenant, "run_id": event.subject}
    row = {**run, "version": event.version, "updated_at": event.time}
    if status := STATUS.get(type(event.data)):
        row["status"] = status
    match event.data:
        case RunRequested() as data:
            objects = {name: parsed(getattr(data, name)) for name in ("config", "needs", "labels")}
            row |= {**to_dict(data), **objects, "created_at": event.time}
        case RunClaimed() as data:
            row |= {**to_dict(data), "claimed_at": event.time}
        case LeaseLost() as data:
            row |= {"error_reason": data.reason}
        case RunPaused() as data:
            row |= {"paused_by": data.author, "pause_reason": data.reason, "paused_at": event.time}
        case RunResumed():
            row |= {"paused_by": None, "pause_reason": None, "paused_at": None}
        case RunAdjusted() as data:
            row |= {"adjusted": data.revision}
            said = {**to_dict(data), "changes": parsed(data.changes), "decided_at": event.time}
            yield Row("run_adjustment", {**run, **said})
        case RunCompleted() as data:
            row |= {"manifest_blob": data.manifest_blob, "base_manifest_blob": data.base_manifest_blob}
            row |= {"final_step": data.step, "metrics": parsed(data.metrics), "error_reason": None}
            row |= {"ended_at": event.time}
        case RunFailed() as data:
            row |= {f"error_{name}": getattr(data, name) for name in ("code", "reason", "field", "remedy")}
            row |= {"ended_at": event.time}
        case RunCancelled() as data:
            row |= {"cancelled_by": data.author, "error_reason": data.reason, "ended_at": event.time}
    yield Row("run", row)
