"""Checkpoints: a directory with everything that is needed to go on as if nothing had happened.

    state.json              phase, step, controller and schedule state, cursor; sha256 and size of every other file
    optimizer.safetensors   moments and step counts by parameter name, and adapters where there are any
    model/                  the model as ``transformers`` loads it
    base/                   the model that reinforcement started from (only in the grpo phase)
    best/                   the model of the best evaluation so far (only where that is kept)

Randomness and data order are functions of (seed, step), so the step number is their whole state. The directory is
written under another name, synced, and renamed; a directory with the right name is therefore complete, and the hashes
say whether it still is. No pickle anywhere.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from grpo.directory import save_model
from grpo.errors import CheckpointCorrupt
from grpo.policy import Policy

VERSION = 1
STATE, OPTIMIZER, MODEL, BASE, BEST = "state.json", "optimizer.safetensors", "model", "base", "best"


def write_checkpoint(
    path: Path,
    policy: Policy,
    tokenizer: PreTrainedTokenizerBase,
    optimizer: Mapping[str, Tensor],
    state: Mapping[str, Any],
    base: Path | None,
    best: Path | None = None,
) -> int:
    """Write ``path`` (replacing it) and return its size in bytes."""
    draft = path.with_name(f".{path.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    save_model(policy, tokenizer, draft / MODEL)
    save_file(dict(optimizer), draft / OPTIMIZER)
    for name, kept in ((BASE, base), (BEST, best)):
        if kept is not None:
            shutil.copytree(kept, draft / name, copy_function=os.link)
    files = {str(file.relative_to(draft)): describe(file) for file in sorted(draft.rglob("*")) if file.is_file()}
    (draft / STATE).write_text(json.dumps({"version": VERSION, **state, "files": files}))
    for file in (*files, STATE):
        sync(draft / file)
    sync(draft)
    shutil.rmtree(path, ignore_errors=True)
    draft.rename(path)
    sync(path.parent)
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


def describe(file: Path) -> dict[str, Any]:
    with file.open("rb") as content:
        return {"sha256": hashlib.file_digest(content, "sha256").hexdigest(), "size": file.stat().st_size}


def sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
