"""Datasets: asked for, then frozen as an immutable version or refused with the way out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from studio.contract.records import DatasetFrozen, DatasetRefused, DatasetRequested, Record

from processors.datasets.commands import Command, FreezeDataset, ImportDataset, RefuseDataset, RequestDataset
from processors.datasets.request import brought, requested
from streams.decider import Decider, Refused

__all__ = ["Command", "FreezeDataset", "ImportDataset", "RefuseDataset", "RequestDataset"]


@dataclass(frozen=True)
class Dataset:
    """status: requested, frozen or refused; empty before."""

    status: str = ""
    name: str = ""
    version: str = ""
    merkle_root: str = ""


def decide(state: Dataset, command: Command) -> list[Record]:
    """Decide about one dataset.

    Raises:
        Refused: INVALID with the field at fault; ALREADY_REQUESTED; NOT_FOUND and NOT_RUNNING for outcomes out of turn.
    """
    match command:
        case RequestDataset() | ImportDataset():
            if state.status:
                raise Refused("ALREADY_REQUESTED", "this dataset exists", remedy="use a new id")
            return [requested(command) if isinstance(command, RequestDataset) else brought(command)]
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
                    coverage_blob=command.coverage_blob,
                    row_form=command.row_form,
                    edited_rows=command.edited_rows,
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


def _running(state: Dataset) -> None:
    if not state.status:
        raise Refused("NOT_FOUND", "there is no such dataset")
    if state.status != "requested":
        raise Refused("NOT_RUNNING", f"this dataset is {state.status}")


DATASET = Decider("dataset", "studio.datasets", Dataset(), decide, evolve)
