"""What a request and a change of settings must be like; a refusal names the field."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from studio.contract.records import RunRequested

from grpo.config import Config, read_config
from grpo.errors import GrpoError
from processors.training.commands import RequestRun
from streams.decider import Refused

DEVICES = ("any", "cpu", "cuda")
CHANGES = ("learning_rate", "kl_target", "kl_coefficient")
MOST_LABELS, LONGEST_LABEL = 32, 200


def requested(command: RequestRun) -> RunRequested:
    """The event of a request that can be met.

    Raises:
        Refused: INVALID with the field at fault.
    """
    for field in ("dataset_id", "base_model", "model_name"):
        if not getattr(command, field).strip():
            raise Refused("INVALID", f"a run needs a {field}", field)
    config = read(command.config)
    if command.parent_step < 0 or (command.parent_step and not command.parent_run):
        raise Refused("INVALID", "a step of the parent run, from 0, is expected", "parent_step", "name the parent run")
    if command.parent_run and config.grpo.steps <= command.parent_step:
        message = f"a fork after step {command.parent_step} has nothing to do with {config.grpo.steps} steps"
        raise Refused("INVALID", message, "config.grpo.steps", "steps count from the parent's beginning: use more")
    settings, needs = placed(json.loads(command.config or "{}"), checked_needs(opened(command.needs, "needs")))
    return RunRequested(
        dataset_id=command.dataset_id,
        base_model=command.base_model.strip(),
        config=json.dumps(settings, sort_keys=True),
        model_name=command.model_name,
        requested_by=command.requested_by,
        parent_run=command.parent_run,
        parent_step=command.parent_step,
        needs=json.dumps(needs, sort_keys=True),
        labels=json.dumps(checked_labels(opened(command.labels, "labels")), sort_keys=True),
    )


def checked_changes(config: str, changes: str) -> str:
    """``changes`` as JSON with sorted names, if ``config`` may change so.

    They are `learning_rate` (the rate that the schedule scales), `kl_target` (nats per token) and `kl_coefficient`.

    Raises:
        Refused: INVALID with the field ``changes`` or ``changes.NAME``.
    """
    wanted = opened(changes, "changes")
    if not wanted:
        raise Refused("INVALID", "nothing is to change", "changes", f"name any of {', '.join(CHANGES)}")
    for name, value in wanted.items():
        if name not in CHANGES:
            remedy = f"these can change: {', '.join(CHANGES)}"
            raise Refused("INVALID", "this cannot change while a run trains", f"changes.{name}", remedy)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise Refused("INVALID", f"expected a number, got {value!r}", f"changes.{name}")
        wanted[name] = float(value)
    checked = json.dumps(wanted, sort_keys=True)
    try:
        read_config(adjusted(config, checked))
    except GrpoError as error:
        name = (error.field or "").rpartition(".")[2]
        field = name if name in wanted else next(iter(wanted))
        raise Refused("INVALID", error.message, f"changes.{field}", error.remedy or "") from error
    return checked


def adjusted(config: str, changes: str) -> str:
    """The configuration under changes that were checked, both as JSON."""
    merged = json.loads(config or "{}")
    merged["grpo"] = {**merged.get("grpo", {}), **json.loads(changes)}
    return json.dumps(merged, sort_keys=True)


def read(config: str) -> Config:
    try:
        return read_config(config)
    except GrpoError as error:
        raise Refused("INVALID", error.message, f"config.{error.field}", error.remedy or "") from error


def checked_needs(needs: Mapping[str, Any]) -> Mapping[str, Any]:
    for name, value in needs.items():
        match name, value:
            case "device", str() if value in DEVICES:
                pass
            case "memory", int() if value >= 0 and not isinstance(value, bool):
                pass
            case "device", _:
                raise Refused("INVALID", f"expected one of {', '.join(DEVICES)}, got {value!r}", "needs.device")
            case "memory", _:
                raise Refused("INVALID", f"expected a number of bytes, got {value!r}", "needs.memory")
            case _:
                raise Refused("INVALID", "there is no such need", f"needs.{name}", "use device and memory")
    return needs


def placed(settings: dict[str, Any], needs: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Configuration and needs that name the same kind of device, where one of them names CUDA.

    Raises:
        Refused: INVALID; one names CUDA and the other the CPU.
    """
    where, wanted = settings.get("grpo", {}).get("device"), needs.get("device")
    if "cuda" not in (where, wanted):
        return settings, dict(needs)
    if "cpu" in (where, wanted):
        message = f"config.grpo.device is {where}, the run needs {wanted}"
        raise Refused("INVALID", message, "needs.device", "name the same device in both, or leave one of them out")
    return {**settings, "grpo": {**settings.get("grpo", {}), "device": "cuda"}}, {**needs, "device": "cuda"}


def checked_labels(labels: Mapping[str, Any]) -> Mapping[str, Any]:
    if len(labels) > MOST_LABELS:
        raise Refused("INVALID", f"{len(labels)} labels, more than {MOST_LABELS}", "labels")
    for name, value in labels.items():
        if not isinstance(value, str) or not name or max(len(name), len(value)) > LONGEST_LABEL:
            raise Refused("INVALID", f"expected a text of at most {LONGEST_LABEL} characters", f"labels.{name[:50]}")
    return labels


def opened(text: str, field: str) -> dict[str, Any]:
    try:
        content = json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        raise Refused("INVALID", f"not JSON: {error}", field) from None
    if not isinstance(content, dict):
        raise Refused("INVALID", "expected an object", field)
    return content
