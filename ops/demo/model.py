"""The model that a demo makes: its name, and the versions that come of its run."""

from __future__ import annotations

import asyncio

from studio import AsyncStudio, NotFound, StudioError

REGISTERED_SECONDS = 60.0


async def free_name(studio: AsyncStudio, wanted: str) -> str:
    """A second demo on the same platform is a second model, with its own deployment."""
    name, number = wanted, 1
    while True:
        try:
            await studio.models.get(name)
        except NotFound:
            return name
        number += 1
        name = f"{wanted}-{number}"


async def versions_of(studio: AsyncStudio, name: str, run: str) -> list[str]:
    """Registered by a policy a moment after the run: its events say so.

    Raises:
        StudioError: fewer than two were registered in time.
    """
    found: list[str] = []
    try:
        async with asyncio.timeout(REGISTERED_SECONDS):
            async for event in studio.events.stream(after="begin", topics=["studio.models"], subjects=[name]):
                if event.type == "ModelRegistered" and event.data["run_id"] == run:
                    found.append(str(event.data["version"]))
                    if len(found) == 2:
                        break
    except TimeoutError:
        raise StudioError(
            f"of run {run} {len(found)} versions were registered, two are needed", code="NOT_REGISTERED"
        ) from None
    return found
