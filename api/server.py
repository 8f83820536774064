"""The API process: uvicorn around the application, stopped by cancellation."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from api.application import application
from api.settings import ApiSettings
from streams.settings import Settings

PARTING = 3  # seconds that open requests and streams get at the end


class Server(uvicorn.Server):
    """Leaves signals to the process that it runs in."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def run(settings: Settings) -> None:
    """Serve until cancelled.

    Raises:
        RuntimeError: it cannot start; the log says why.
    """
    await serve(settings, ApiSettings())


async def serve(settings: Settings, own: ApiSettings) -> None:
    """The same with given settings of its own."""
    server = Server(
        uvicorn.Config(
            application(settings, own),
            host=settings.api_host,
            port=settings.api_port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=PARTING,
            timeout_keep_alive=30,
        )
    )
    serving = asyncio.create_task(server.serve())
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True
        await serving
        raise
    if not server.started:
        raise RuntimeError("the API could not start")
