"""What may be asked of a dataset."""

from __future__ import annotations

from dataclasses import dataclass

from studio.contract.records import Shortfall


@dataclass(frozen=True)
class RequestDataset:
    """Freeze what a curation kept.

    rule: empty for the curation's own. heldout_fraction: of the sections of each document, in [0, 1). reward: JSON,
    empty for the default (see reward.py). without: ids of documents that are left out. rebuild_of: the dataset that
    this one replaces. prompt_limit: characters; 0 is the usual limit (see soundness.py).
    """

    name: str
    curation_id: str
    rule: str = ""
    heldout_fraction: float = 0.3
    reward: str = ""
    seed: int = 0
    requested_by: str = ""
    without: tuple[str, ...] = ()
    rebuild_of: str = ""
    prompt_limit: int = 0


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
    prompt_limit: int = 0


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
    coverage_blob: str = ""
    row_form: int = 1
    edited_rows: int = 0


@dataclass(frozen=True)
class RefuseDataset:
    """Nothing could be frozen. field: of the request, where one is at fault."""

    code: str
    reason: str
    field: str = ""
    remedy: str = ""


Command = RequestDataset | ImportDataset | FreezeDataset | RefuseDataset
