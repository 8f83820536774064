"""Signs of life, each one small question in the server's own protocol, so that the supervisor stays light."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Awaitable, Callable

SECONDS = 5.0


async def ask(port: int, question: bytes, answer_bytes: int, host: str = "127.0.0.1") -> bytes:
    """Send bytes to a local port and return the first bytes of the answer.

    Raises:
        OSError, TimeoutError, asyncio.IncompleteReadError: nobody answers.
    """
    async with asyncio.timeout(SECONDS):
        reader, writer = await asyncio.open_connection(host, port)
        try:
            writer.write(question)
            return await reader.readexactly(answer_bytes)
        finally:
            writer.close()


def kafka(port: int) -> Callable[[], Awaitable[bool]]:
    """Kafka answers ApiVersions (key 18, version 0) with error code 0."""
    body = struct.pack(">hhih", 18, 0, 7, -1)
    question = struct.pack(">i", len(body)) + body

    async def well() -> bool:
        _, correlation, error = struct.unpack(">iih", await ask(port, question, 10))
        return bool(correlation == 7 and error == 0)

    return well


def postgres(port: int) -> Callable[[], Awaitable[bool]]:
    """Postgres answers a start-up message with an authentication request ("R"), not with an error ("E")."""
    body = struct.pack(">i", 196608) + b"user\0postgres\0database\0postgres\0\0"
    question = struct.pack(">i", len(body) + 4) + body

    async def well() -> bool:
        return await ask(port, question, 1) == b"R"

    return well


def http(port: int, path: str = "/", statuses: range = range(200, 300)) -> Callable[[], Awaitable[bool]]:
    """An HTTP server answers GET `path` with one of these statuses."""
    question = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode()

    async def well() -> bool:
        answer = await ask(port, question, 12)
        return answer.startswith(b"HTTP/1.") and int(answer[9:12]) in statuses

    return well
