"""The metrics app as a role of the platform."""

from __future__ import annotations

import asyncio
import logging

from processors.metrics.app import make_app
from processors.metrics.lag import watch
from streams.settings import Settings
from streams.sink import LogSink


async def run(settings: Settings) -> None:
    """Run the Faust app until cancelled.

    Raises:
        RuntimeError: the app crashed; its supervisor starts it afresh and it goes on from its changelog.
    """
    logging.getLogger("faust").setLevel(logging.WARNING)
    logging.getLogger("faust.transport.producer").setLevel(logging.ERROR)  # says each time that its buffer is full
    logging.getLogger("mode").setLevel(logging.ERROR)
    async with LogSink(settings) as sink:
        app = make_app(settings, sink)
        app.finalize()
        watching = asyncio.create_task(watch(settings))
        try:
            await app.start()
            await app.wait_until_stopped()
        finally:
            watching.cancel()
            crash = app.crash_reason
            await asyncio.shield(app.stop())
        raise RuntimeError(f"the metrics app ended: {crash!r}")
