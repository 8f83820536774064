"""The API on real servers with the rooms behind it, and a client of any role in any tenant."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import uuid4

import httpx
import pytest

from api.accounts import Accounts
from api.server import serve
from api.settings import ApiSettings
from ops.local.session import Session
from processors.curation import engine as curation
from processors.datasets import engine as datasets
from processors.extraction import engine as extraction
from processors.generation import engine as generation
from projections.engine import run as projections
from streams.blobs import Blobs
from streams.relay import run as relay
from streams.room import Runtime, run_rooms, runtime
from streams.settings import Settings
from streams.sink import LogSink
from tests.ports import free_port

T = TypeVar("T")
ROOMS = (extraction.ROOM, generation.ROOM, curation.ROOM, datasets.ROOM)
PASSWORD = "correct horse battery"
UPLOAD_LIMIT = 200_000
POSITION_SECONDS = 5.0


@dataclass
class Api:
    """A running API. `url` is its base without the version."""

    settings: Settings
    own: ApiSettings
    loop: asyncio.AbstractEventLoop
    accounts: Accounts
    runtime: Runtime
    url: str
    users: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    @property
    def blobs(self) -> Blobs:
        return self.runtime.blobs

    @property
    def sink(self) -> LogSink:
        return self.runtime.sink

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine where the platform runs."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def user(self, tenant: str, role: str) -> tuple[str, str]:
        """Email and password of a user of this role, made when first asked for."""
        if (tenant, role) not in self.users:
            email = f"{role}-{uuid4().hex[:8]}@{tenant}.test"
            self.run(self.accounts.create(tenant, uuid4().hex, email, PASSWORD, role))
            self.users[tenant, role] = email, PASSWORD
        return self.users[tenant, role]

    def anonymous(self, **more: Any) -> httpx.Client:
        """A client without a token."""
        return httpx.Client(base_url=f"{self.url}/api/v1", timeout=30, **more)

    def client(self, tenant: str = "acme", role: str = "admin") -> httpx.Client:
        """A client that is logged in."""
        email, password = self.user(tenant, role)
        client = self.anonymous()
        answer = client.post("/auth/login", json={"email": email, "password": password})
        client.headers["Authorization"] = f"Bearer {answer.json()['data']['attributes']['access_token']}"
        return client


def attributes(answer: httpx.Response, status: int = 200) -> dict[str, Any]:
    """Attributes of an item; fails with the answer where it is another status."""
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()["data"]["attributes"]
    return found


def error(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The error of an answer: code, message, details."""
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()["error"]
    assert set(found) == {"code", "message", "details"}
    return found


def until(
    client: httpx.Client, made: httpx.Response, *statuses: str, seconds: float = 90
) -> tuple[str, dict[str, Any]]:
    """Id and attributes of what was just made, once its status is one of these.

    At first the views may still be in the hands of those that an earlier module ran; until then it is not found.
    """
    attributes(made, 201)
    ends = time.monotonic() + seconds
    id = str(made.json()["data"]["id"])
    path = f"{made.request.url.path.removeprefix('/api/v1').removesuffix('/upload')}/{id}"
    while True:
        answer = client.get(path, headers={"Studio-Position": made.headers["Studio-Position"]})
        found = attributes(answer) if answer.status_code != 404 else {"status": "not found"}
        if found["status"] in statuses:
            return id, found
        assert time.monotonic() < ends, f"{path} is still {found['status']}"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def api(backbone: Session) -> Iterator[Api]:
    """The API, the relay and the projections in a thread of the tests; for one module only, because other modules run
    consumers of the same names."""
    settings = backbone.settings.model_copy(
        update={"api_port": free_port(), "router_port": free_port(), "upload_limit": UPLOAD_LIMIT}
    )
    own = ApiSettings(
        admin_email="first@admin.test",
        admin_password=PASSWORD,
        position_seconds=POSITION_SECONDS,
        stream_heartbeat_seconds=0.5,
    )
    ready, stop = threading.Event(), asyncio.Event()
    made: list[Api] = []

    async def live() -> None:
        async with runtime(settings) as run, asyncio.TaskGroup() as group:
            works = (relay(settings), projections(settings), serve(settings, own))
            tasks = [group.create_task(work) for work in works]
            url = f"http://127.0.0.1:{settings.api_port}"
            accounts = Accounts(run.pool, own.refresh_days)
            made.append(Api(settings, own, asyncio.get_running_loop(), accounts, run, url))
            async with httpx.AsyncClient() as client:
                while True:
                    try:
                        if (await client.get(f"{url}/health")).status_code == 200:
                            break
                    except httpx.TransportError:
                        await asyncio.sleep(0.05)
            ready.set()
            await stop.wait()
            for task in tasks:
                task.cancel()

    thread = threading.Thread(target=lambda: asyncio.run(live()), daemon=True)
    thread.start()
    assert ready.wait(120), "the API did not start"
    yield made[0]
    made[0].loop.call_soon_threadsafe(stop.set)
    thread.join(60)
    assert not thread.is_alive(), "the API did not stop"


@pytest.fixture(scope="module")
def rooms(api: Api) -> Iterator[None]:
    """The rooms from extraction to datasets at work beside it."""

    async def start() -> asyncio.Task[None]:
        return asyncio.create_task(run_rooms(api.runtime, ROOMS))

    async def end(task: asyncio.Task[None]) -> None:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    task = api.run(start())
    yield
    api.run(end(task))
