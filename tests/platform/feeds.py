"""Feed processes of a test, and watchers that come back after every loss."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from subprocess import Popen
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx
from studio.contract import Event
from studio.contract.records import StepRecorded
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from api.tokens import issue
from ops.local.session import Session
from tests.ports import free_port
from tests.roles import role, wait_ready


class Feed:
    """A feed process; `kill` and `start` make it another one at the same port."""

    def __init__(self, backbone: Session, folder: Path, **environment: str) -> None:
        self._backbone, self._log = backbone, folder / f"feed-{uuid4().hex[:6]}.log"
        self.port = free_port()
        self._environment = {"STUDIO_FEED_PORT": str(self.port), **environment}
        self.url = f"ws://127.0.0.1:{self.port}/api/v1/feed"
        self._running: Any = None
        self.process: Popen[bytes]

    def start(self) -> None:
        self._running = role(self._backbone, "feed", self._log, **self._environment)
        self.process = self._running.__enter__()
        wait_ready(f"http://127.0.0.1:{self.port}", self._log, self.process)

    def kill(self) -> None:
        """SIGKILL."""
        self._running.__exit__(None, None, None)

    def metric(self, name: str) -> float:
        """Sum of a metric over its labels."""
        text = httpx.get(f"http://127.0.0.1:{self.port}/metrics").text
        return sum(float(line.split()[-1]) for line in text.splitlines() if line.split("{")[0].split(" ")[0] == name)


@contextmanager
def feed(backbone: Session, folder: Path, **environment: str) -> Iterator[Feed]:
    found = Feed(backbone, folder, **environment)
    found.start()
    try:
        yield found
    finally:
        found.kill()


def token(backbone: Session, tenant: str, seconds: int = 600, role: str = "viewer") -> str:
    return issue(backbone.settings.jwt_secret, "u", "u@test", tenant, role, seconds)


@asynccontextmanager
async def opened(url: str, bearer: str = "", origin: Any = None, **query: Any) -> AsyncIterator[ClientConnection]:
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    target = f"{url}?{urlencode(query, doseq=True)}"
    async with connect(target, additional_headers=headers, origin=origin, max_size=None, compression=None) as socket:
        yield socket


async def hear(socket: ClientConnection, seconds: float = 30) -> dict[str, Any]:
    async with asyncio.timeout(seconds):
        found: dict[str, Any] = json.loads(await socket.recv())
    return found


async def until(socket: ClientConnection, kind: str, seconds: float = 30) -> list[dict[str, Any]]:
    """Messages up to the first of this kind, which is the last one given."""
    found: list[dict[str, Any]] = []
    async with asyncio.timeout(seconds):
        while not found or found[-1]["kind"] != kind:
            found.append(json.loads(await socket.recv()))
    return found


def number(message: dict[str, Any]) -> int:
    return int(message["position"].rpartition(".")[2])


class Watcher:
    """Reads everything of a tenant from the beginning, goes to another feed process after every loss."""

    def __init__(self, urls: Sequence[str], bearer: str) -> None:
        self.urls, self.bearer = list(urls), bearer
        self.entries: list[dict[str, Any]] = []
        self.losses: list[str] = []
        self.snapshots = 0

    @property
    def ids(self) -> list[str]:
        return [entry["id"] for entry in self.entries]

    async def run(self) -> None:
        position = "begin"
        while True:
            url = self.urls[len(self.losses) % len(self.urls)]
            try:
                async with opened(url, self.bearer, after=position) as socket:
                    async for text in socket:
                        message = json.loads(text)
                        if message["kind"] == "entry":
                            self.entries.append(message)
                            position = message["position"]
                        elif message["kind"] == "snapshot":
                            self.snapshots += 1
            except ConnectionClosed as error:
                self.losses.append(str(error.rcvd.code if error.rcvd else 1006))
            except (OSError, TimeoutError, InvalidHandshake) as error:
                self.losses.append(type(error).__name__)
                await asyncio.sleep(0.2)

    async def sees(self, many: int, seconds: float = 60) -> None:
        async with asyncio.timeout(seconds):
            while len(self.entries) < many:  # noqa: ASYNC110
                await asyncio.sleep(0.05)


def steps(tenant: str, run: str, first: int, last: int, **more: Any) -> list[Event]:
    return [
        Event(data=StepRecorded(run_id=run, step=n, **more), tenant=tenant, subject=run, epoch=1, seq=n)
        for n in range(first, last + 1)
    ]
