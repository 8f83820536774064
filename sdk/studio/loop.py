"""An event loop in a thread of its own, so that code without one can use the same asynchronous clients."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")
END = object()


class Loop:
    """Runs coroutines and waits for them. Close it when done; a forgotten one ends with the process."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._open: set[AsyncIterator[Any]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="studio", daemon=True)
        self._thread.start()

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Begin and do not wait."""
        if self._loop.is_closed():
            work.close()
            raise RuntimeError("this client is closed")
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """The result. An interrupt (Ctrl-C) cancels the work.

        Raises:
            RuntimeError: the loop is closed, or this is its own thread, which would wait for itself.
        """
        if threading.current_thread() is self._thread:
            work.close()
            raise RuntimeError("the synchronous client was called inside of its own loop; use the asynchronous one")
        future = self.start(work)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def iterate(self, source: AsyncIterator[T]) -> Iterator[T]:
        """The items as they come; leaving the iteration closes the source."""

        async def following() -> Any:
            return await anext(source, END)

        self._open.add(source)
        try:
            while (item := self.run(following())) is not END:
                yield item
        finally:
            if source in self._open:
                self._open.discard(source)
                self.run(_close(source))

    def close(self) -> None:
        """End iterations, cancel what runs, end the thread; closing twice does nothing."""
        if self._loop.is_closed():
            return
        while self._open:
            self.run(_close(self._open.pop()))
        self.run(_cancel_rest())
        self.run(self._loop.shutdown_asyncgens())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


async def _close(source: AsyncIterator[Any]) -> None:
    if hasattr(source, "aclose"):
        await source.aclose()


async def _cancel_rest() -> None:
    me = asyncio.current_task()
    rest = [task for task in asyncio.all_tasks() if task is not me]
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
