"""Versioned weights: what a learner publishes and samplers load.

    weights/000012/    the model after 12 updates, as ``transformers`` loads it, and manifest.json: version, and sha256
                       and size of every other file

A version is written under another name and renamed, so a directory with the right name is whole; the hashes say whether
it still is. Versions are never changed, and go when no order can need them any more.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from transformers import PreTrainedTokenizerBase

from grpo.errors import WeightsBroken
from grpo.model.checkpoint import describe
from grpo.model.directory import save_model
from grpo.model.policy import Policy

MANIFEST = "manifest.json"


class Weights:
    """The versions in one directory; one process writes there, any number read."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def publish(self, version: int, policy: Policy, tokenizer: PreTrainedTokenizerBase) -> Path:
        """Write the policy as ``version``; one that is there already stays."""
        path = self.directory / f"{version:06d}"
        if path.is_dir():
            return path
        draft = self.directory / f".{version:06d}.draft"
        shutil.rmtree(draft, ignore_errors=True)
        save_model(policy, tokenizer, draft)
        files = {str(file.relative_to(draft)): describe(file) for file in sorted(draft.rglob("*")) if file.is_file()}
        (draft / MANIFEST).write_text(json.dumps({"version": version, "files": files}))
        draft.rename(path)
        return path

    def versions(self) -> list[int]:
        """Those that are there, oldest first."""
        return sorted(int(path.name) for path in self.directory.glob("[0-9]*") if path.is_dir())

    def at_least(self, version: int) -> tuple[int, Path]:
        """The oldest version that is not older than ``version``; there is one."""
        found = next(one for one in self.versions() if one >= version)
        return found, self.directory / f"{found:06d}"

    def forget(self, before: int) -> None:
        """Remove versions older than ``before``."""
        for version in self.versions():
            if version < before:
                shutil.rmtree(self.directory / f"{version:06d}", ignore_errors=True)

    def needed(self, step: int, staleness: int) -> Path | None:
        """What a checkpoint after ``step`` must hold besides its own model, if anything; older versions go."""
        self.forget(step - staleness)
        return self.directory if staleness and self.versions() else None

    def restore(self, held: Path) -> None:
        """Put back the versions that a checkpoint holds."""
        self.clear()
        if held.is_dir():
            shutil.copytree(held, self.directory)

    def clear(self) -> None:
        shutil.rmtree(self.directory, ignore_errors=True)


def verified(path: Path) -> int:
    """The version in the directory ``path``, whose files are all as they were published.

    Raises:
        WeightsBroken: a file is missing, cut or changed, or there is no manifest.
    """
    try:
        manifest = json.loads((path / MANIFEST).read_text())
        version, files = int(manifest["version"]), dict(manifest["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsBroken(str(path), f"{MANIFEST} cannot be read: {error!r}") from None
    for name, expected in files.items():
        if not (path / name).is_file() or describe(path / name) != expected:
            raise WeightsBroken(str(path), f"{name} is not what was published")
    return version
