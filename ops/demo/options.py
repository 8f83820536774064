"""What a demo is asked to do, and with which files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio import StudioError

READABLE = {".pdf", ".html", ".htm", ".md", ".markdown", ".txt"}


@dataclass(frozen=True, slots=True)
class Options:
    """samples: how many to ask for. heldout: part of the sections kept from training. config: of the run.
    licence: of the files."""

    files: Sequence[Path]
    name: str = "answers"
    samples: int = 700
    heldout: float = 0.3
    rule: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)
    weight: float = 0.5
    licence: str = ""
    minimum_calls: int = 30
    margin: float = 0.05


def documents_in(folder: Path) -> list[Path]:
    """Files that can be read, by name.

    Raises:
        StudioError: there is none.
    """
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in READABLE) if folder.is_dir() else []
    if not found:
        kinds = " ".join(sorted(READABLE))
        raise StudioError(f"no documents in {folder}", code="NO_DOCUMENTS", remedy=f"put files there: {kinds}")
    return found
