"""Models that the platform runs itself: transformers with guided JSON, in a process beside the one that asks.

The process is started by the first question to its model, answers one question after another, and ends with its
standard input, so also when this process is killed. Questions and replies are those of an OpenAI-compatible server.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import structlog

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("torch", "transformers", "llguidance")
STARTING, ANSWERING = 600.0, 600.0
"""Seconds: a model may have to be fetched; the longest reply of a small model on a busy core."""
LONGEST_LINE = 16 * 1024 * 1024
PASSED = ("PATH", "HOME", "LANG", "HF_HOME", "HF_TOKEN", "HF_HUB_CACHE", "HF_HUB_OFFLINE", "HF_ENDPOINT", "HTTPS_PROXY")
"""What of the environment the process sees: nothing of the platform's secrets."""
log = structlog.get_logger()


class LocalFailed(Exception):
    """The model cannot be loaded, or its process ended; `final` where another try would end the same way."""

    def __init__(self, message: str, final: bool) -> None:
        super().__init__(message)
        self.final = final


class Local:
    """One model at a time: the last one that was asked for. Close it."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._model = ""
        self.process: Process | None = None

    async def ask(self, body: dict[str, Any]) -> bytes:
        """The reply to a chat request: a completion, or an error object, as an OpenAI-compatible server sends it.

        Raises:
            LocalFailed: there is no such model, what runs it is not installed, or the process ended.
        """
        async with self._turn:
            process = await self._running(str(body["model"]))
            assert process.stdin
            try:
                process.stdin.write(json.dumps(body).encode() + b"\n")
                await process.stdin.drain()
                async with asyncio.timeout(ANSWERING):
                    return await self._line(process)
            except (OSError, TimeoutError) as error:
                await self.aclose()
                raise LocalFailed(f"the model's process: {type(error).__name__}", final=False) from error
            except BaseException:  # its answer is still to come and would be taken for the next one's
                await asyncio.shield(self.aclose())
                raise

    async def _running(self, model: str) -> Process:
        if self.process and self.process.returncode is None and self._model == model:
            return self.process
        await self.aclose()
        for name in NEEDED:
            if find_spec(name) is None:
                raise LocalFailed(f"{name} is missing: pip install 'synthetic-data-studio[train]'", final=True)
        environment = {name: os.environ[name] for name in PASSED if name in os.environ}
        self._model = model
        process = self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "serving.local", model, stdin=PIPE, stdout=PIPE, cwd=ROOT, limit=LONGEST_LINE,
            env={**environment, "PYTHONDONTWRITEBYTECODE": "1"}, start_new_session=True,
        )  # fmt: skip
        try:
            async with asyncio.timeout(STARTING):
                told = json.loads(await self._line(process))
        except TimeoutError as error:
            await self.aclose()
            raise LocalFailed(f"{model} did not load within {STARTING:g} s", final=True) from error
        except BaseException:
            await asyncio.shield(self.aclose())
            raise
        if "error" in told:
            await self.aclose()
            raise LocalFailed(told["error"]["message"], final=True)
        log.info("local_model_loaded", model=model)
        return process

    async def _line(self, process: Process) -> bytes:
        assert process.stdout
        line = await process.stdout.readline()
        if not line:
            await self.aclose()
            raise LocalFailed(f"the model's process ended with exit code {process.returncode}", final=False)
        return line

    async def aclose(self) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        await process.wait()
