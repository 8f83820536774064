"""Semantic versions: parsing, precedence, and the next one (semver.org 2.0.0)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PATTERN = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?"
)


@dataclass(frozen=True, slots=True)
class Version:
    """`major.minor.patch[-pre]`. Build metadata is refused: two versions may not differ by it alone."""

    major: int
    minor: int
    patch: int
    pre: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}" + (f"-{'.'.join(self.pre)}" if self.pre else "")

    def __lt__(self, other: Version) -> bool:
        return self._precedence() < other._precedence()

    def _precedence(self) -> tuple[object, ...]:
        # A release comes after all its pre-releases; numeric identifiers come before words (semver.org, item 11).
        words = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in self.pre)
        return (self.major, self.minor, self.patch, not self.pre, words)

    def next_minor(self) -> Version:
        return Version(self.major, self.minor + 1, 0)

    def next_patch(self) -> Version:
        """The patch after this one; of a pre-release, the release itself."""
        return Version(self.major, self.minor, self.patch if self.pre else self.patch + 1)


def parse(text: str) -> Version:
    """The version in `text`.

    Raises:
        ValueError: `text` is not `major.minor.patch[-pre]` without leading zeros.
    """
    found = _PATTERN.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not a semantic version such as 1.2.0 or 1.2.0-rc.1")
    major, minor, patch, pre = found.groups()
    return Version(int(major), int(minor), int(patch), tuple(pre.split(".")) if pre else ())
