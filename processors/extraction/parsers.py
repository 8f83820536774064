"""Parsers, one for each document, from a process that forks them: orders out, answers in, limits held."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from processors.extraction.child import ROOT, Extraction, Limits, bounded, extraction
from processors.extraction.unreadable import Unreadable


class ParsersGone(OSError):
    """The process that forks parsers ended; the document may be fine, so try again."""


@dataclass(frozen=True, slots=True)
class _Order:
    id: int
    path: str
    name: str
    media_type: str
    memory: int
    cpu_seconds: int
    output: int


class Parsers:
    """Starts the forking process with the first document, and again when it is gone. Use within one event loop."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._codes: dict[int, asyncio.Future[int]] = {}
        self._answers: dict[int, asyncio.StreamReader] = {}
        self._last = 0

    @property
    def process(self) -> int | None:
        """The id of the forking process, where there is one."""
        return self._process.pid if self._process else None

    async def __aenter__(self) -> Parsers:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    async def extract(self, path: Path, name: str, media_type: str, limits: Limits | None = None) -> Extraction:
        """Parse the file at `path`, declared as `name` and `media_type`.

        Raises Unreadable with a code of REMEDIES; ParsersGone.
        """
        limits = limits or Limits()
        size = path.stat().st_size
        if size > limits.input:
            raise Unreadable("TOO_LARGE", f"The file has {size} bytes; {limits.input} are allowed.")
        self._last += 1
        order = _Order(
            self._last, str(path), name, media_type, limits.memory, limits.cpu_seconds, limits.output
        )  # fmt: skip
        code = self._codes[order.id] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(limits.wall_seconds):
                raw = await bounded(await self._ordered(order), limits.output + 65_536)
                await asyncio.wait([code])
                if code.cancelled():
                    raise ParsersGone("The parsers' process ended.")
                return extraction(raw, code.result(), limits)
        except TimeoutError:
            raise Unreadable("TIMEOUT", f"The parser was stopped after {limits.wall_seconds:g} s.") from None
        finally:
            if not code.done():
                self._send({"kill": order.id})
            self._codes.pop(order.id, None)
            self._answers.pop(order.id, None)

    def close(self) -> None:
        """End the forking process, and with it every parser."""
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
        if self._process is not None:
            self._process.wait()
        self._process = self._socket = None
        for code in self._codes.values():
            if not code.done():
                code.cancel()
        for answer in self._answers.values():
            answer.set_exception(ParsersGone("The parsers' process ended."))
        self._codes.clear()
        self._answers.clear()

    async def _ordered(self, order: _Order) -> asyncio.StreamReader:
        """What the parser of this order writes."""
        reading, writing = os.pipe()
        stream = self._answers[order.id] = asyncio.StreamReader()
        file = os.fdopen(reading, "rb", buffering=0)
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stream), file)
        try:
            self._start()
            self._send(asdict(order), [writing])
        finally:
            os.close(writing)
        return stream

    def _start(self) -> None:
        if self._socket is not None:
            return
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.setblocking(False)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "processors.extraction.nursery", str(theirs.fileno())],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT,
                env={"PYTHONDONTWRITEBYTECODE": "1", "OMP_THREAD_LIMIT": "1"}, start_new_session=True,
                pass_fds=[theirs.fileno()],
            )  # fmt: skip
        asyncio.get_running_loop().add_reader(self._socket, self._heard)

    def _send(self, message: dict[str, Any], pipes: list[int] | None = None) -> None:
        if self._socket is None:
            return
        try:
            socket.send_fds(self._socket, [json.dumps(message).encode()], pipes or [])
        except (BrokenPipeError, ConnectionError):
            self.close()

    def _heard(self) -> None:
        """A parser has ended; or all of them have."""
        assert self._socket is not None
        try:
            packet = self._socket.recv(4096)
        except (BlockingIOError, ConnectionError) as error:
            if isinstance(error, BlockingIOError):
                return
            packet = b""
        if not packet:
            self.close()
            return
        end = json.loads(packet)
        code = self._codes.get(end["id"])
        if code is not None and not code.done():
            code.set_result(end["code"])
