"""Checkpoints: a directory with everything that is needed to go on as if nothing had happened.

    state.json              phase, step, seed, claim epoch, controller, schedule, monitor; sha256 and size of all others
    optimizer.safetensors   moments and step counts by parameter name, and adapters where there are any
    model/                  the model as ``transformers`` loads it
    base/                   the model that reinforcement started from (only in the grpo phase)
    best/                   the model of the best evaluation so far (only where that is kept)
    weights/                versions that samples of the next steps come from (only where a sampler may be behind)

Randomness, sampling and data order are functions of (seed, step), so these are their whole state. The directory is
written under another name, synced, and renamed; a directory with the right name is therefore complete, and the hashes
say whether it still is. An attempt that fails leaves nothing. No pickle anywhere.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from grpo.errors import CheckpointCorrupt
from grpo.model.directory import save_model
from grpo.model.policy import Policy

VERSION = 1
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
STATE, OPTIMIZER, MODEL, BASE, BEST = "state.json", "optimizer.safetensors", "model", "base", "best"
WEIGHTS = "weights"


def write_checkpoint(
    path: Path,
    policy: Policy,
    tokenizer: PreTrainedTokenizerBase,
    optimizer: Mapping[str, Tensor],
    state: Mapping[str, Any],
    base: Path | None,
    best: Path | None = None,
    weights: Path | None = None,
) -> int:
    """Write ``path`` (replacing it) and return its size in bytes."""
    draft = path.with_name(f".{path.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        size = draw_up(draft, policy, tokenizer, optimizer, state, base, best, weights)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    shutil.rmtree(path, ignore_errors=True)
    draft.rename(path)
    sync(path.parent)
    return size


def draw_up(
    draft: Path,
    policy: Policy,
    tokenizer: PreTrainedTokenizerBase,
    optimizer: Mapping[str, Tensor],
    state: Mapping[str, Any],
    base: Path | None,
    best: Path | None,
    weights: Path | None,
) -> int:
    """All files of a checkpoint, on disk when this returns; the size in bytes."""
    draft.mkdir(parents=True)
    save_model(policy, tokenizer, draft / MODEL)
    save_file(dict(optimizer), draft / OPTIMIZER)
    for name, kept in ((BASE, base), (BEST, best), (WEIGHTS, weights)):
        if kept is not None:
            shutil.copytree(kept, draft / name, copy_function=os.link)
    files = {str(file.relative_to(draft)): describe(file) for file in sorted(draft.rglob("*")) if file.is_file()}
    (draft / STATE).write_text(json.dumps({"version": VERSION, **state, "files": files}))
    for file in (*files, STATE):
        sync(draft / file)
    for folder in (*(entry for entry in draft.rglob("*") if entry.is_dir()), draft):
        sync(folder)
    return sum(int(file["size"]) for file in files.values())


def read_checkpoint(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """State and optimizer tensors of a checkpoint whose files are all as they were written.

    Raises:
        CheckpointCorrupt: a file is missing, cut or changed, or the state cannot be read.
    """
    try:
        state = json.loads((path / STATE).read_text())
        files: dict[str, Any] = state["files"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointCorrupt(str(path), f"{STATE} cannot be read: {error!r}") from None
    if state.get("version") != VERSION:
        raise CheckpointCorrupt(str(path), f"version {state.get('version')!r} is not {VERSION}")
    for name, expected in files.items():
        if not (path / name).is_file() or describe(path / name) != expected:
            raise CheckpointCorrupt(str(path), f"{name} is not what was written")
    return state, load_file(path / OPTIMIZER)


def disk_full(problem: BaseException) -> bool:
    """Whether ``problem`` says that there is no room to write."""
    if isinstance(problem, OSError):
        return problem.errno in NO_ROOM
    found = re.search(r"\(os error (\d+)\)", str(problem)) if isinstance(problem, SafetensorError) else None
    return found is not None and int(found[1]) in NO_ROOM


def describe(file: Path) -> dict[str, Any]:
    with file.open("rb") as content:
        return {"sha256": hashlib.file_digest(content, "sha256").hexdigest(), "size": file.stat().st_size}


def sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
