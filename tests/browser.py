"""Running the browser part's own tools: Node and Chromium may be missing on a laptop, never where they are required."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping

import pytest

from ops.local.processes import ROOT

WEB = ROOT / "web"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def left_out(reason: str) -> None:
    """Skip, or fail where the browser tests are required."""
    if os.environ.get("STUDIO_BROWSER_TESTS") == "required":
        pytest.fail(reason)
    pytest.skip(reason)


def needs_npm() -> None:
    """Without Node and what it has installed there is nothing to run."""
    if shutil.which("npm") is None or not (WEB / "node_modules").is_dir():
        left_out("the browser part is not installed: it needs Node 20.19 or newer, then `make web`")


def npm(script: str, *arguments: str, seconds: float = 600, env: Mapping[str, str] | None = None) -> None:
    """Run a script of `web/package.json`; its output is the failure's text."""
    needs_npm()
    ran = subprocess.run(
        ["npm", "run", "--silent", script, "--", *arguments],
        cwd=WEB,
        env={**os.environ, **(env or {}), "NO_COLOR": "1", "CI": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=seconds,
    )
    if ran.returncode:
        pytest.fail(f"npm run {script} {' '.join(arguments)}\n{ran.stdout[-8000:]}", pytrace=False)


def needs_chromium() -> None:
    """Without a Chromium there is nothing to drive."""
    if not os.environ.get("STUDIO_CHROMIUM") and not any(shutil.which(name) for name in CHROMIUM):
        left_out("no Chromium: apt-get install chromium, or set STUDIO_CHROMIUM")
