"""Training runs: who holds them, how far they are, and every step, evaluation and checkpoint."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from studio.contract import Event, to_dict
from studio.contract.records import (
    CheckpointSaved,
    EvaluationRecorded,
    LeaseLost,
    RunCancelled,
    RunClaimed,
    RunCompleted,
    RunFailed,
    RunHeartbeat,
    RunRequested,
    StepRecorded,
)

from projections.table import Row, Table, parsed

NAME, VERSION = "runs", 1
TOPICS = ("studio.training", "studio.training.steps")
TABLES = (
    Table(
        "run",
        "run_id text",
        """version bigint, status text, dataset_id text, base_model text, config jsonb, model_name text,
        requested_by text, trainer text, epoch bigint, lease_seconds double precision, final_step bigint,
        manifest_blob text, base_manifest_blob text, metrics jsonb, error_code text, error_reason text,
        error_field text, error_remedy text, cancelled_by text, created_at timestamptz, claimed_at timestamptz,
        ended_at timestamptz, phase text, step bigint, steps_total bigint, loss double precision,
        reward double precision, kl double precision, tokens bigint add, steps bigint add,
        checkpoint_step bigint, checkpoint_blob text, beat_at timestamptz, updated_at timestamptz greatest""",
        shown="version > 0",
        indexes=("created_at, run_id", "dataset_id"),
    ),
    Table(
        "run_step",
        "run_id text, phase text, step bigint",
        """epoch bigint, steps_total bigint, loss double precision, reward double precision, reward_parts jsonb,
        kl double precision, entropy double precision, clip_fraction double precision, grad_norm double precision,
        learning_rate double precision, length double precision, tokens bigint, completions bigint,
        dead_groups bigint, groups_blob text, seconds double precision, recorded_at timestamptz""",
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
)
STATUS: dict[type[Any], str] = {
    RunRequested: "pending",
    RunClaimed: "running",
    LeaseLost: "lost",
    RunCompleted: "completed",
    RunFailed: "failed",
    RunCancelled: "cancelled",
}
FACTS = (StepRecorded, EvaluationRecorded, CheckpointSaved, RunHeartbeat)
PROGRESS = ("phase", "step", "steps_total", "loss", "reward", "kl")


def rows(events: Sequence[Event]) -> Iterator[Row]:
    """Columns up to `ended_at` come from decisions, `phase` to `beat_at` from the facts of the trainer with the claim.

    What others say about a run has a subject below it (`run/source`): their steps are listed, the run itself stays.
    """
    for event in events:
        if type(event.data) in STATUS:
            yield _decided(event)
            continue
        run_id, _, source = event.subject.partition("/")
        if not source and isinstance(event.data, FACTS):
            yield Row(
                "run", {"tenant_id": event.tenant, "run_id": run_id, "updated_at": event.time, **_progress(event)}
            )
        fact = {"tenant_id": event.tenant, "run_id": run_id, "epoch": event.epoch}
        match event.data:
            case StepRecorded() as data:
                parts = {"reward_parts": parsed(data.reward_parts), "recorded_at": event.time}
                yield Row("run_step", {**to_dict(data), **fact, **parts})
            case EvaluationRecorded() as data:
                yield Row("run_evaluation", {**to_dict(data), **fact, "recorded_at": event.time})
            case CheckpointSaved() as data:
                yield Row("run_checkpoint", {**to_dict(data), **fact, "saved_at": event.time})


def _progress(event: Event) -> dict[str, Any]:
    """What a fact of the trainer changes in the run itself."""
    match event.data:
        case StepRecorded() as data:
            now = {name: getattr(data, name) for name in PROGRESS}
            return {"beat_at": event.time, **now, "tokens": data.tokens, "steps": 1}
        case CheckpointSaved() as data:
            found = {"checkpoint_step": data.step, "checkpoint_blob": data.manifest_blob}
            return {"beat_at": event.time, **found}
        case RunHeartbeat() as data:
            return {"beat_at": event.time, "phase": data.phase, "step": data.step, "steps_total": data.steps_total}
        case _:
            return {"beat_at": event.time}


def _decided(event: Event) -> Row:
    row = {"tenant_id": event.tenant, "run_id": event.subject, "version": event.version, "updated_at": event.time}
    row["status"] = STATUS[type(event.data)]
    match event.data:
        case RunRequested() as data:
            row |= {**to_dict(data), "config": parsed(data.config), "created_at": event.time}
        case RunClaimed() as data:
            row |= {**to_dict(data), "claimed_at": event.time}
        case LeaseLost() as data:
            row |= {"error_reason": data.reason}
        case RunCompleted() as data:
            row |= {"manifest_blob": data.manifest_blob, "base_manifest_blob": data.base_manifest_blob}
            row |= {"final_step": data.step, "metrics": parsed(data.metrics), "error_reason": None}
            row |= {"ended_at": event.time}
        case RunFailed() as data:
            row |= {f"error_{name}": getattr(data, name) for name in ("code", "reason", "field", "remedy")}
            row |= {"ended_at": event.time}
        case RunCancelled() as data:
            row |= {"cancelled_by": data.author, "error_reason": data.reason, "ended_at": event.time}
    return Row("run", row)
