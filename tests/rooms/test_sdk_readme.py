"""The examples of the client's README are right about every name and type in them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_examples_are_typed_right(tmp_path: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "sdk" / "README.md").read_text(), re.DOTALL)
    assert len(blocks) >= 5
    for number, block in enumerate(blocks):
        (tmp_path / f"example_{number}.py").write_text(block)
    found = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file", str(ROOT / "pyproject.toml"), str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert found.returncode == 0, found.stdout


def test_the_prompt_of_the_client_is_that_of_training() -> None:
    from studio.rooms.chat import grounded

    from grpo.prompt import content

    assert grounded(" A passage. ", " What? ") == content(" A passage. ", " What? ")
