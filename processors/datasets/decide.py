"""Datasets: asked for, then frozen as an immutable version or refused with the way out."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any

from studio.contract.records import DatasetFrozen, DatasetRefused, DatasetRequested, Record, Shortfall
from studio.rule import RuleError, parse

from processors.datasets import reward
from processors.datasets.imported import DEFAULT_REWARD
from streams.decider import Decider, Refused

NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")
LARGEST_SEED = 2**53


@dataclass(frozen=True)
class Dataset:
    """status: requested, frozen or refused; empty before."""

    status: str = ""
    name: str = ""
    version: str = ""
    merkle_root: str = ""


@dataclass(frozen=True)
class RequestDataset:
    """Freeze what a curation kept.

    rule: empty for the curation's own. heldout_fraction: of the sections of each document, in [0, 1). reward: JSON,
    empty for the default (see reward.py).
    """

    name: str
    curation_id: str
    rule: str = ""
    heldout_fraction: float = 0.3
    reward: str = ""
    seed: int = 0
    requested_by: str = ""


@dataclass(frozen=True)
class ImportDataset:
    """Freeze the rows of a file (see foreign.py). columns: JSON, prompt, answer and context to columns of the file."""

    name: str
    source_blob: str
    source_name: str
    columns: str = "{}"
    heldout_fraction: float = 0.3
    reward: str = ""
    seed: int = 0
    requested_by: str = ""


@dataclass(frozen=True)
class FreezeDataset:
    """The version is built and stored; the fields are those of DatasetFrozen."""

    version: str
    merkle_root: str
    train_blob: str
    heldout_blob: str
    corpus_blob: str
    train_rows: int
    heldout_rows: int
    train_sections: int
    heldout_sections: int
    reward: str
    dropped: tuple[Shortfall, ...] = ()


@dataclass(frozen=True)
class RefuseDataset:
    """Nothing could be frozen. field: of the request, where one is at fault."""

    code: str
    reason: str
    field: str = ""
    remedy: str = ""


Command = RequestDataset | ImportDataset | FreezeDataset | RefuseDataset


def decide(state: Dataset, command: Command) -> list[Record]:
    """Decide about one dataset.

    Raises:
        Refused: INVALID with the field at fault; ALREADY_REQUESTED; NOT_FOUND and NOT_RUNNING for outcomes out of turn.
    """
    match command:
        case RequestDataset() | ImportDataset():
            if state.status:
                raise Refused("ALREADY_REQUESTED", "this dataset exists", remedy="use a new id")
            return [_request(command) if isinstance(command, RequestDataset) else _import(command)]
        case FreezeDataset():
            if state.status == "frozen" and state.merkle_root == command.merkle_root:
                return []
            _running(state)
            return [
                DatasetFrozen(
                    name=state.name,
                    version=command.version,
                    merkle_root=command.merkle_root,
                    train_blob=command.train_blob,
                    heldout_blob=command.heldout_blob,
                    corpus_blob=command.corpus_blob,
                    train_rows=command.train_rows,
                    heldout_rows=command.heldout_rows,
                    train_sections=command.train_sections,
                    heldout_sections=command.heldout_sections,
                    reward=command.reward,
                    dropped=command.dropped,
                )
            ]
        case RefuseDataset():
            _running(state)
            return [
                DatasetRefused(code=command.code, reason=command.reason, field=command.field, remedy=command.remedy)
            ]


def evolve(state: Dataset, record: Record) -> Dataset:
    """Fold one record."""
    match record:
        case DatasetRequested():
            return Dataset("requested", record.name)
        case DatasetFrozen():
            return replace(state, status="frozen", version=record.version, merkle_root=record.merkle_root)
        case DatasetRefused():
            return replace(state, status="refused")
        case _:
            return state


def _request(command: RequestDataset) -> Record:
    if not command.curation_id:
        raise Refused("INVALID", "a dataset is frozen from a curation", "curation_id")
    try:
        parse(command.rule)
    except RuleError as error:
        raise Refused("INVALID", str(error), "rule", "for example: grounding >= 0.8 and duplicate == 0") from error
    _check(command, reward.DEFAULT)
    return DatasetRequested(
        name=command.name,
        curation_id=command.curation_id,
        rule=command.rule.strip(),
        heldout_fraction=command.heldout_fraction,
        reward=command.reward.strip() or reward.DEFAULT,
        seed=command.seed,
        requested_by=command.requested_by,
    )


def _import(command: ImportDataset) -> Record:
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
    try:
        reward.read(command.reward)
    except reward.RewardError as error:
        raise Refused("INVALID", str(error), error.field, f"for example: {default}") from error


def _running(state: Dataset) -> None:
    if not state.status:
        raise Refused("NOT_FOUND", "there is no such dataset")
    if state.status != "requested":
        raise Refused("NOT_RUNNING", f"this dataset is {state.status}")


DATASET = Decider("dataset", "studio.datasets", Dataset(), decide, evolve)
