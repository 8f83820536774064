"""Several model versions in one process: loaded on demand, least recently used out, generation in threads."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from serving.chat import ChatError, ChatRequest

if TYPE_CHECKING:
    from serving.loaded import Loaded, Piece

log = structlog.get_logger()
Fetch = Callable[[str], Awaitable[Path]]


@dataclass(frozen=True, slots=True)
class Limits:
    """loaded: versions in memory. queue: calls that may wait. threads: calls that run at once."""

    loaded: int = 4
    queue: int = 32
    threads: int = 1


class Answer:
    """A running answer: prompt length in tokens, and its pieces as they come. Close it to stop the generation."""

    def __init__(self, prompt_tokens: int) -> None:
        self.prompt_tokens = prompt_tokens
        self.cancelled = threading.Event()
        self.pieces: asyncio.Queue[Piece | Exception | None] = asyncio.Queue()  # bounded by the tokens of the call

    async def __aiter__(self) -> AsyncIterator[Piece]:
        while (piece := await self.pieces.get()) is not None:
            if isinstance(piece, Exception):
                raise ChatError(500, "generation_failed", f"{type(piece).__name__}: {piece}") from piece
            yield piece

    def close(self) -> None:
        self.cancelled.set()


class Engine:
    """`fetch` turns a manifest key into a local directory."""

    def __init__(self, fetch: Fetch, limits: Limits) -> None:
        self.limits = limits
        self._fetch = fetch
        self._threads = ThreadPoolExecutor(limits.threads, thread_name_prefix="generate")
        self._versions: OrderedDict[str, asyncio.Task[Loaded]] = OrderedDict()
        self._users: dict[str, int] = {}
        self.active = 0
        self.warm = False
        """Whether torch is there: without it the first version takes some 10 s of CPU more."""
        self._seconds = 0.5  # moving average per call

    @property
    def loaded(self) -> list[str]:
        """Names of the versions in memory, least recently used first."""
        return [task.result().name for task in self._versions.values() if task.done() and not task.exception()]

    async def load(self, manifest: str, name: str) -> Loaded:
        """The version behind `manifest`, loading it once however many ask.

        Raises:
            ChatError: it is missing, broken, or no model.
        """
        task = self._versions.get(manifest)
        if task is None:
            task = asyncio.create_task(self._load(manifest, name))
            self._versions[manifest] = task
        self._versions.move_to_end(manifest)
        try:
            loaded = await asyncio.shield(task)
        except BaseException:
            if task.done() and self._versions.get(manifest) is task:
                del self._versions[manifest]  # the next call tries again
            raise
        self._evict()
        return loaded

    async def warm_up(self, after: float) -> None:
        """Bring torch in, `after` seconds from now, so that the first version does not have to."""
        await asyncio.sleep(after)
        await asyncio.to_thread(_torch)
        self.warm = True

    async def _load(self, manifest: str, name: str) -> Loaded:
        began = time.monotonic()
        directory = await self._fetch(manifest)
        loaded = await asyncio.to_thread(_open, directory, name)
        log.info("model_loaded", model=name, manifest=manifest, seconds=round(time.monotonic() - began, 2))
        return loaded

    def _evict(self) -> None:
        idle = [key for key in self._versions if not self._users.get(key)]
        while len(self._versions) > self.limits.loaded and len(idle) > 1:
            gone = idle.pop(0)
            log.info("model_dropped", manifest=gone)
            del self._versions[gone]

    async def start(self, manifest: str, name: str, request: ChatRequest) -> Answer:
        """Begin to answer; a slot is held until the generation ends, read or not.

        Raises:
            ChatError: 429 when the queue is full, 400 when the prompt does not fit, 503 when the model is broken.
        """
        if self.active >= self.limits.threads + self.limits.queue:
            wait = ceil(self.active * self._seconds / self.limits.threads)
            raise ChatError(429, "queue_full", f"{self.active} calls wait already", retry_after=max(1, wait))
        self.active += 1
        self._users[manifest] = self._users.get(manifest, 0) + 1
        try:
            loaded = await self.load(manifest, name)
            messages = [(message.role, message.text) for message in request.messages]
            ids, limit = await asyncio.to_thread(loaded.prompt, messages, request.limit)
        except BaseException:
            self._release(manifest)
            raise
        from serving.sampling import Sampling  # with torch, which the version above has brought

        sampling = Sampling(request.temperature, request.top_p, limit, tuple(request.stop), request.seed, request.n)
        answer = Answer(len(ids))
        loop = asyncio.get_running_loop()

        def tell(what: Callable[..., object], *arguments: object) -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody listens
                loop.call_soon_threadsafe(what, *arguments)

        def work() -> None:
            began = time.monotonic()
            held: list[Piece] = []  # a whole answer wakes the event loop once, not once per token
            emit = (lambda piece: tell(answer.pieces.put_nowait, piece)) if request.stream else held.append
            try:
                if not answer.cancelled.is_set():
                    loaded.generate(ids, sampling, emit, answer.cancelled)
                for piece in held:
                    tell(answer.pieces.put_nowait, piece)
            except Exception as error:
                log.exception("generation_failed", model=name)
                tell(answer.pieces.put_nowait, error)
            finally:
                tell(self._release, manifest)
                tell(answer.pieces.put_nowait, None)
                self._seconds += 0.1 * (time.monotonic() - began - self._seconds)

        self._threads.submit(work)
        return answer

    def _release(self, manifest: str) -> None:
        self.active -= 1
        self._users[manifest] -= 1
        if not self._users[manifest]:
            del self._users[manifest]

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _torch() -> type[Loaded]:
    # Imported in a thread and late: torch and transformers take 10 s of CPU, which a worker that starts with the
    # platform does not have to spend before it says that it is there.
    import torch

    from serving.loaded import Loaded

    torch.set_num_threads(1)  # calls run side by side in threads of their own
    return Loaded


def _open(directory: Path, name: str) -> Loaded:
    return _torch()(directory, name)
