"""Where the frames of one watcher go: a WebSocket's transport, or the answer of an HTTP request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Protocol

from websockets.asyncio.server import ServerConnection
from websockets.protocol import State

from api.errors import Problem
from api.feed import frames
from api.feed.frames import Form


class Outlet(Protocol):
    """`write` takes whole frames in the outlet's `form` and never waits; whoever writes looks at `unsent`."""

    @property
    def form(self) -> Form: ...

    def write(self, data: bytes) -> None: ...

    def unsent(self) -> int:
        """Bytes that the network has not taken yet."""
        ...

    async def drain(self) -> None:
        """Wait until most of it is sent."""
        ...

    def end(self, code: int, problem: Problem) -> None:
        """Say what is wrong, and close."""
        ...


class Socket:
    """A WebSocket. Frames that are encoded already go straight to its transport.

    That is what the library does with a frame of its own, less the encoding: whole frames, nothing compressed, and no
    message of ours is ever fragmented, so frames of the library (pings, the closing) come in between and never inside.
    """

    form = staticmethod(frames.websocket)

    def __init__(self, connection: ServerConnection) -> None:
        self.connection = connection
        self._transport: Any = connection.transport
        self._closing: asyncio.Task[None] | None = None

    def write(self, data: bytes) -> None:
        if self.connection.state is State.OPEN:
            self._transport.write(data)

    def unsent(self) -> int:
        return int(self._transport.get_write_buffer_size())

    async def drain(self) -> None:
        await self.connection.drain()

    def end(self, code: int, problem: Problem) -> None:
        if self._closing is None:
            self.write(self.form("error", "", frames.error(problem)))
            self._closing = asyncio.create_task(self.connection.close(code, problem.code))


class Answer:
    """Server-sent events: what was written waits here until the response asks for it."""

    form = staticmethod(frames.server_sent)
    HIGH = 64 * 1024  # bytes above which `drain` waits

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._size = 0
        self._written, self._taken = asyncio.Event(), asyncio.Event()
        self.ended = False

    def write(self, data: bytes) -> None:
        if not self.ended:
            self._chunks.append(data)
            self._size += len(data)
            self._written.set()

    def unsent(self) -> int:
        return self._size

    async def drain(self) -> None:
        while self._size > self.HIGH:
            self._taken.clear()
            await self._taken.wait()

    def end(self, code: int, problem: Problem) -> None:
        kind = "expired" if problem.code == "TOKEN_EXPIRED" else "error"
        self.write(self.form(kind, "", frames.error(problem)))
        self.ended = True

    async def chunks(self, silence: float) -> AsyncIterator[bytes]:
        """What is written, as it comes; b"" where nothing was written for so many seconds."""
        while True:
            try:
                await asyncio.wait_for(self._written.wait(), silence)
            except TimeoutError:
                yield b""
                continue
            self._written.clear()
            chunks, self._chunks = self._chunks, []
            yield b"".join(chunks)
            self._size -= sum(map(len, chunks))
            self._taken.set()
            if self.ended and not self._chunks:
                return
