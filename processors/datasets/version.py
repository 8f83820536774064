"""The version of a dataset among those of its name.

The first is 1.0.0; other rows are the next minor version; another reward is the next major one, because rewards earned
on the two cannot be compared. The same rows are the same version: the Merkle root decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Frozen:
    """An earlier version of the name."""

    version: str
    merkle_root: str
    reward: str


def next_version(history: Sequence[Frozen], merkle_root: str, reward: str) -> str:
    """Return the version for these rows; ``history`` may be in any order."""
    if same := [frozen.version for frozen in history if frozen.merkle_root == merkle_root]:
        return min(same, key=_key)
    if not history:
        return "1.0.0"
    newest = max(history, key=lambda frozen: _key(frozen.version))
    major, minor, _ = _key(newest.version)
    return f"{major}.{minor + 1}.0" if newest.reward == reward else f"{major + 1}.0.0"


def _key(version: str) -> tuple[int, int, int]:
    major, minor, patch = map(int, version.split("."))
    return major, minor, patch
