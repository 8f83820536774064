"""What a request for a dataset must be like; a refusal names the field."""

from __future__ import annotations

import json
import re
from typing import Any

from studio.contract.records import DatasetRequested
from studio.rule import RuleError, parse

from processors.datasets import reward
from processors.datasets.commands import ImportDataset, RequestDataset
from processors.datasets.imported import DEFAULT_REWARD
from streams.decider import Refused

NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")
LARGEST_SEED = 2**53
LONGEST_PROMPT = 400_000  # characters
MOST_LEFT_OUT = 2_000  # documents; their ids stand in the event


def requested(command: RequestDataset) -> DatasetRequested:
    """The event of a request that can be met.

    Raises:
        Refused: INVALID with the field at fault.
    """
    if not command.curation_id:
        raise Refused("INVALID", "a dataset is frozen from a curation", "curation_id")
    try:
        parse(command.rule)
    except RuleError as error:
        raise Refused("INVALID", str(error), "rule", "for example: grounding >= 0.8 and duplicate == 0") from error
    _check(command, reward.DEFAULT)
    if len(command.without) > MOST_LEFT_OUT:
        raise Refused(
            "INVALID", f"{len(command.without)} documents are too many", "without", f"at most {MOST_LEFT_OUT}"
        )
    return DatasetRequested(
        name=command.name,
        curation_id=command.curation_id,
        rule=command.rule.strip(),
        heldout_fraction=command.heldout_fraction,
        reward=command.reward.strip() or reward.DEFAULT,
        seed=command.seed,
        requested_by=command.requested_by,
        without=tuple(sorted(set(command.without))),
        rebuild_of=command.rebuild_of,
        prompt_limit=command.prompt_limit,
    )


def brought(command: ImportDataset) -> DatasetRequested:
    """The same for a file that was brought along."""
    _check(command, DEFAULT_REWARD)
    for part in (columns := _columns(command.columns)):
        if part not in ("prompt", "answer", "context") or not isinstance(columns[part], str):
            raise Refused("INVALID", "is no such part", f"columns.{part}", "name columns for prompt, answer, context")
    return DatasetRequested(
        name=command.name,
        heldout_fraction=command.heldout_fraction,
        reward=command.reward.strip() or DEFAULT_REWARD,
        seed=command.seed,
        requested_by=command.requested_by,
        source_blob=command.source_blob,
        source_name=command.source_name,
        columns=json.dumps(columns, sort_keys=True),
        prompt_limit=command.prompt_limit,
    )


def _columns(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        raise Refused("INVALID", f"not JSON: {error}", "columns") from None
    if not isinstance(found, dict):
        raise Refused("INVALID", "expected an object", "columns", 'for example: {"answer": "solution"}')
    return found


def _check(command: RequestDataset | ImportDataset, default: str) -> None:
    if not NAME.fullmatch(command.name):
        raise Refused(
            "INVALID",
            f"{command.name!r} is no name",
            "name",
            "1 to 64 of a-z 0-9 . _ - with a letter or digit at both ends",
        )
    if not 0 <= command.heldout_fraction < 1:
        raise Refused(
            "INVALID", f"{command.heldout_fraction} is no such share", "heldout_fraction", "from 0 to below 1"
        )
    if not 0 <= command.seed <= LARGEST_SEED:
        raise Refused("INVALID", f"{command.seed} is no seed", "seed", f"from 0 to {LARGEST_SEED}")
    if not 0 <= command.prompt_limit <= LONGEST_PROMPT:
        raise Refused(
            "INVALID",
            f"{command.prompt_limit} is no such number of characters",
            "prompt_limit",
            f"from 1 to {LONGEST_PROMPT}, or 0 for the usual limit",
        )
    try:
        reward.read(command.reward)
    except reward.RewardError as error:
        raise Refused("INVALID", str(error), error.field, f"for example: {default}") from error
