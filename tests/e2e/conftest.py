"""One small journey through the real platform, from files to a promoted model; the tests look at what it left."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console
from studio import AsyncStudio
from studio.cli.progress import Bars
from studio.place import find

from ops.demo.findings import Findings
from ops.demo.flow import Demo
from ops.demo.options import Options
from ops.local.processes import ROOT
from ops.local.session import Session

DOCUMENTS = ROOT / "demo" / "documents"
# As little as shows every stage: what is learned is not looked at here.
SMALL = {
    "checkpoint_every": 2,
    "warm_start": {"steps": 20, "copy_steps": 5, "passages": 4, "minimum_reward": 0.0},
    "grpo": {"steps": 3, "prompts": 4, "completions": 4, "max_tokens": 12},
    "evaluation": {"items": 24, "resamples": 200},
}


@dataclass(frozen=True)
class Journey:
    """The platform after the journey, and what was found on the way."""

    platform: Session
    findings: Findings

    def client(self) -> AsyncStudio:
        """A client of its own."""
        return AsyncStudio(place=find({"STUDIO_HOME": str(self.platform.home.path)}), patience=60)


def options(*names: str, **more: object) -> Options:
    files: list[Path] = [DOCUMENTS / name for name in names]
    return Options(files, samples=200, config=SMALL, minimum_calls=5, margin=0.9, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def journey(platform: Session) -> Journey:
    """Runs once; a failure of any stage fails every test that asks for it, with the reason."""
    place = find({"STUDIO_HOME": str(platform.home.path)})

    async def travel() -> Findings:
        async with AsyncStudio(place=place, patience=60) as studio:
            with Bars(Console(stderr=True)).live() as bars:
                return await Demo(studio, options("faq.html", "policy.md"), bars).run()

    return Journey(platform, asyncio.run(travel()))
