"""A peer's own environment under `.bench/`, made once: its packages never meet ours."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1] / ".bench"


def environment(name: str, requirements: Sequence[str]) -> Path:
    """The Python of the environment `name` with these requirements installed.

    Raises:
        CalledProcessError: a package cannot be installed; uv has said why on stderr.
    """
    folder = ROOT / name
    python, done = folder / "bin" / "python", folder / "requirements.txt"
    wanted = "\n".join(requirements)
    if not done.exists() or done.read_text() != wanted:
        uv = str(Path(sys.executable).with_name("uv"))
        subprocess.run([uv, "venv", "-q", "--clear", "--python", sys.executable, str(folder)], check=True)
        subprocess.run([uv, "pip", "install", "-q", "--python", str(python), *requirements], check=True)
        done.write_text(wanted)
    return python
