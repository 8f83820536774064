"""The parser's child process: limits hold, and what goes wrong has a code."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from processors.extraction.child import Extraction, Limits
from processors.extraction.parsers import Parsers, ParsersGone
from processors.extraction.unreadable import REMEDIES, Unreadable

ROOT = Path(__file__).resolve().parents[2]
HANDBOOK = ROOT / "demo" / "documents" / "handbook.pdf"


def file(folder: Path, data: bytes) -> Path:
    path = folder / "document"
    path.write_bytes(data)
    return path


async def code(path: Path, name: str, limits: Limits | None = None) -> str:
    async with Parsers() as parsers:
        with pytest.raises(Unreadable) as raised:
            await parsers.extract(path, name, "", limits)
    assert raised.value.remedy == REMEDIES[raised.value.code]
    return raised.value.code


async def test_it_gives_text_map_and_chunks() -> None:
    async with Parsers() as parsers:
        found = await parsers.extract(HANDBOOK, "handbook.pdf", "")
    assert (found.media_type, found.pages, found.bad_pages) == ("application/pdf", 22, 0)
    assert len(found.text.decode()) == found.characters


async def test_time_is_limited(tmp_path: Path) -> None:
    nested = file(tmp_path, b"> " * 4000 + b"deep")
    assert await code(HANDBOOK, "a.pdf", Limits(wall_seconds=0.02)) == "TIMEOUT"
    assert await code(nested, "a.md", Limits(wall_seconds=0.05)) == "TIMEOUT"


async def test_cpu_is_limited(tmp_path: Path) -> None:
    long = file(tmp_path, b"[" * 60_000 + b" word " * 600_000)
    assert await code(long, "a.md", Limits(cpu_seconds=1)) == "TIMEOUT"


async def test_memory_is_limited(tmp_path: Path) -> None:
    large = file(tmp_path, b"word " * 4_000_000)
    assert await code(large, "a.txt", Limits(memory=120 * 1024 * 1024)) == "MEMORY"


async def test_input_and_output_are_limited(tmp_path: Path) -> None:
    path = file(tmp_path, b"word " * 10_000)
    assert await code(path, "a.txt", Limits(input=1000)) == "TOO_LARGE"
    assert await code(path, "a.txt", Limits(output=1000)) == "TOO_LARGE"


async def parser_of(parsers: Parsers) -> psutil.Process:
    """The process that reads the one document that is being read."""
    while True:
        process = parsers.process
        if process is not None and (found := psutil.Process(process).children()):
            return found[0]
        await asyncio.sleep(0.005)


async def test_a_crash_has_a_code_and_costs_one_document(tmp_path: Path) -> None:
    long = file(tmp_path, b"[" * 60_000 + b" word " * 600_000)
    async with Parsers() as parsers:
        reading = asyncio.create_task(parsers.extract(long, "a.md", ""))
        parser = await parser_of(parsers)
        beside = await parsers.extract(HANDBOOK, "handbook.pdf", "")
        parser.send_signal(signal.SIGSEGV)
        with pytest.raises(Unreadable) as raised:
            await reading
    assert raised.value.code == "PARSER_CRASHED" and beside.pages == 22


async def test_each_document_has_limits_of_its_own(tmp_path: Path) -> None:
    long = file(tmp_path, b"[" * 60_000 + b" word " * 600_000)
    async with Parsers() as parsers:
        stopped = parsers.extract(long, "a.md", "", Limits(wall_seconds=2))
        read = [parsers.extract(HANDBOOK, "handbook.pdf", "", Limits(cpu_seconds=2)) for _ in range(3)]
        first, *others = await asyncio.gather(stopped, *read, return_exceptions=True)
        assert isinstance(first, Unreadable) and first.code == "TIMEOUT"
        assert [found.pages for found in others if isinstance(found, Extraction)] == [22, 22, 22]
        assert parsers.process is not None
        left = psutil.Process(parsers.process).children()
        assert psutil.wait_procs(left, timeout=10)[1] == []


async def test_without_the_process_that_forks_a_document_is_tried_again(tmp_path: Path) -> None:
    long = file(tmp_path, b"[" * 60_000 + b" word " * 600_000)
    async with Parsers() as parsers:
        reading = asyncio.create_task(parsers.extract(long, "a.md", ""))
        parser = await parser_of(parsers)
        assert parsers.process is not None
        psutil.Process(parsers.process).kill()
        with pytest.raises(ParsersGone):
            await reading
        parser.kill()  # else it would go on to its limits, and find that nobody reads
        assert (await parsers.extract(HANDBOOK, "handbook.pdf", "")).pages == 22


def test_the_child_can_reach_no_network_write_no_file_and_start_nothing(tmp_path: Path) -> None:
    attempt = textwrap.dedent(
        f"""
        import socket, subprocess
        from streams.confined import confine
        confine(512 * 1024 * 1024, 5)
        for harm in (
            lambda: socket.create_connection(("127.0.0.1", 9)),
            lambda: socket.getaddrinfo("localhost", 80),
            lambda: subprocess.run(["true"]),
            lambda: open({str(tmp_path / "out")!r}, "w").write("x" * 100_000),
        ):
            try:
                harm()
            except PermissionError:
                print("refused")
            except OSError as error:
                print("refused" if error.errno == 27 else error)
        """
    )
    ran = subprocess.run([sys.executable, "-c", attempt], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.stdout.split() == ["refused"] * 4, ran
