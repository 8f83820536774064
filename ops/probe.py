"""A process's own signs of life: GET /health and GET /metrics on STUDIO_PROBE_HOST:STUDIO_PROBE_PORT."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

SECONDS = 5.0


@contextlib.asynccontextmanager
async def serve_probe(port: int, tasks: Mapping[str, asyncio.Task[Any]], host: str) -> AsyncIterator[None]:
    """Answer while the block runs; port 0: nothing is served (the role has a server of its own)."""
    if not port:
        yield
        return

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError, ValueError):
            async with asyncio.timeout(SECONDS):
                line = (await reader.readline()).decode("latin-1").split()
                while (await reader.readline()).strip():
                    pass
                status, kind, body = respond(line[1] if len(line) > 1 else "", tasks)
                head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
                writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, host, port)
    async with server:
        yield


def respond(path: str, tasks: Mapping[str, asyncio.Task[Any]]) -> tuple[str, str, bytes]:
    """(status, content type, body) for a path; healthy is a process none of whose roles has ended."""
    if path.startswith("/metrics"):
        from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

        return "200 OK", CONTENT_TYPE_LATEST, generate_latest()
    if path.startswith("/health"):
        ended = [name for name, task in tasks.items() if task.done()]
        body = json.dumps({"healthy": not ended, "roles": list(tasks), "ended": ended}).encode()
        return ("503 Service Unavailable" if ended else "200 OK"), "application/json", body
    return "404 Not Found", "text/plain", b"GET /health or /metrics\n"
