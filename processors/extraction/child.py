"""Child processes with limits: what they may use, what they write, what a parser's answer says."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from processors.extraction.unreadable import Unreadable

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one parser may use: bytes of memory, seconds of CPU and of wall time, bytes of input and of output."""

    memory: int = 512 * 1024 * 1024
    cpu_seconds: int = 20
    wall_seconds: float = 60.0
    input: int = 256 * 1024 * 1024
    output: int = 128 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Extraction:
    """What the parser found. The blobs are bytes as they are stored."""

    media_type: str
    characters: int
    pages: int
    bad_pages: int
    sections: int
    chunks: int
    replaced: int
    encoding: str
    counts: dict[str, int]
    """Of headings, lists, tables, codes and definitions."""
    text: bytes
    map: bytes
    cut: bytes
    structure: bytes
    reader: str = ""
    """What recognised the words of a scan; empty where the document held them."""


async def output_of(
    command: Sequence[str], data: bytes, limits: Limits, environment: Mapping[str, str] = {}
) -> tuple[bytes, int]:
    """Run a command that limits itself, give it `data`, and take what it writes and its exit code.

    Raises Unreadable: TIMEOUT, TOO_LARGE.
    """
    process = await asyncio.create_subprocess_exec(
        *command, stdin=PIPE if data else DEVNULL, stdout=PIPE, stderr=DEVNULL, cwd=ROOT,
        env={"PYTHONDONTWRITEBYTECODE": "1", "OMP_THREAD_LIMIT": "1", **environment}, start_new_session=True,
    )  # fmt: skip
    feeding = asyncio.create_task(_feed(process, data))
    try:
        async with asyncio.timeout(limits.wall_seconds):
            assert process.stdout is not None
            raw = await bounded(process.stdout, limits.output + 65_536)
            code = await process.wait()
    except TimeoutError:
        raise Unreadable("TIMEOUT", f"The parser was stopped after {limits.wall_seconds:g} s.") from None
    finally:
        await _end(process)
        feeding.cancel()
    return raw, code


async def _feed(process: Process, data: bytes) -> None:
    if process.stdin is not None:
        try:
            process.stdin.write(data)
            await process.stdin.drain()
            process.stdin.close()
        except (BrokenPipeError, ConnectionResetError):
            pass  # it ended before it had read all; its exit code says why


async def bounded(answer: asyncio.StreamReader, most: int) -> bytes:
    """All that a child writes. Raises Unreadable TOO_LARGE."""
    parts: list[bytes] = []
    length = 0
    while part := await answer.read(1 << 18):
        parts.append(part)
        length += len(part)
        if length > most:
            raise Unreadable("TOO_LARGE", f"The parser wrote more than {most} bytes.")
    return b"".join(parts)


async def _end(process: Process) -> None:
    """Kill the child and whatever it might have started, by its own process group."""
    if process.returncode is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        await process.wait()


def extraction(raw: bytes, code: int, limits: Limits) -> Extraction:
    """The answer of a parser that ended with `code`. Raises Unreadable."""
    if code == -signal.SIGXCPU or code == -signal.SIGKILL:
        raise Unreadable("TIMEOUT", f"The parser used more than {limits.cpu_seconds} s of CPU.")
    head, _, rest = raw.partition(b"\n")
    try:
        line: dict[str, Any] = json.loads(head)
    except ValueError:
        raise Unreadable("PARSER_CRASHED", f"The parser ended without an answer ({_ending(code)}).") from None
    if "error" in line:
        error = line["error"]
        raise Unreadable(error["code"], error["reason"], error["field"])
    if code or len(rest) != sum(line["lengths"]):
        raise Unreadable("PARSER_CRASHED", f"The parser ended in the middle of its answer ({_ending(code)}).")
    blobs: list[bytes] = []
    for length in line["lengths"]:
        blobs.append(rest[:length])
        rest = rest[length:]
    text, map_, cut, structure = blobs
    return Extraction(
        line["media_type"], line["characters"], line["pages"], line["bad_pages"], line["sections"], line["chunks"],
        line["replaced"], line["encoding"], line["counts"], text, map_, cut, structure,
    )  # fmt: skip


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
