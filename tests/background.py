"""Tasks that run beside a test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager


@asynccontextmanager
async def background(*tasks: Awaitable[None]) -> AsyncIterator[None]:
    """They run while the block does; one that ended by itself is a fault."""
    running = [asyncio.ensure_future(task) for task in tasks]
    try:
        yield
        for task in running:
            assert not task.done(), task
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
