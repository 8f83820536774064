"""`studio demo`: start the platform if it is not up, do the main job, print what came out of it."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from studio import AsyncStudio
from studio.cli.progress import Bars
from studio.cli.screen import say, screen
from studio.place import find

from api.web import BUILT
from ops.demo.findings import Findings
from ops.demo.flow import Demo
from ops.demo.options import Options, documents_in
from ops.demo.summary import summary
from ops.local import control
from ops.local import state as states
from ops.local.environment import environment
from ops.local.home import Home, home_from
from ops.local.processes import ROOT
from ops.screen import FAILED, Json

DOCUMENTS = ROOT / "demo" / "documents"
LICENCE = "Apache-2.0"
"""Of these three, as of the studio itself."""
LICENCE = "Apache-2.0"
"""Of the three documents that come with the studio, as of the studio itself."""


def demo(
    docs: Annotated[Path | None, typer.Option(help="Folder with PDF, HTML, Markdown or text files.")] = None,
    samples: Annotated[int, typer.Option(min=1, help="How many samples to ask for.")] = 700,
    set_: Annotated[list[str] | None, typer.Option("--set", help="A setting of the run, e.g. grpo.steps=100.")] = None,
    json_: Json = False,
) -> None:
    """From documents to a promoted model in a few minutes, with a summary of what came out of it.

    Upload, extraction, samples, curation, dataset, GRPO training, canary, verdict, chat, lineage. The platform is
    started if it is not up, and goes on running afterwards.

    Exit codes: 0 done, 1 the platform does not start or a stage failed, 6 it stopped answering.

    Example: studio demo --docs ./my-documents
    """
    from studio.cli.settings import settings_of

    licence = "" if docs else LICENCE
    options = Options(documents_in(docs or DOCUMENTS), samples=samples, config=settings_of(set_ or ()), licence=licence)
    begun = time.monotonic()
    home = home_from()
    start(home)
    up = time.monotonic() - begun
    access = access_of(home)
    if access["studio"]:
        screen.print(f"watch it in the browser: {access['studio']}  login {access['email']} / {access['password']}")
    findings = asyncio.run(work(options))
    findings.seconds = {"start": round(up, 1), **findings.seconds}
    if json_:
        say({**findings.plain(), "access": access})
    else:
        for line in summary(findings, access):
            sys.stdout.write(line + "\n")


def start(home: Home) -> None:
    """Start the platform detached, unless it is up."""
    home.create()
    screen.print("starting the platform" if states.running(home) is None else "the platform is up")
    try:
        control.up(home, [])
    except control.PlatformError as error:
        screen.print(f"[red]{error}[/]")
        raise typer.Exit(FAILED) from None


async def work(options: Options) -> Findings:
    """The job, with bars on stderr."""
    with Bars(screen).live() as bars:
        async with AsyncStudio(place=find(), patience=60) as studio:
            return await Demo(studio, options, bars).run()


def access_of(home: Home) -> dict[str, Any]:
    """How to get in."""
    full = environment(home)
    return {
        "studio": full["STUDIO_API_URL"]
        if (Path(full.get("STUDIO_WEB_ROOT") or BUILT) / "index.html").is_file()
        else "",
        "api": full["STUDIO_API_URL"],
        "router": full["STUDIO_ROUTER_URL"],
        "email": full["STUDIO_ADMIN_EMAIL"],
        "password": full["STUDIO_ADMIN_PASSWORD"],
        "home": str(home.path),
    }
