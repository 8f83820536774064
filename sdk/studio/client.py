"""The studio as an object: `Studio` for ordinary code, `AsyncStudio` inside an event loop; the same methods."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

import httpx

from studio import job as jobs
from studio.face import Awaiting, Blocking, F, Room, call, stream
from studio.feed import FeedEvent
from studio.item import Item
from studio.loop import Loop
from studio.place import Place, find
from studio.rooms.batches import Batches, Recipes, Samples
from studio.rooms.chat import Chat
from studio.rooms.curations import Curations
from studio.rooms.datasets import Datasets
from studio.rooms.documents import Documents
from studio.rooms.models import Deployments, Models
from studio.rooms.outside import OutsideRuns
from studio.rooms.platform import DeadLetters, Events, Lineage, Pipeline
from studio.rooms.reviews import Reviews
from studio.rooms.runs import Runs, Trainers
from studio.session import Session


class Client(Room[F]):
    """All rooms, and what concerns more than one of them."""

    def __init__(self, session: Session, loop: Loop | None) -> None:
        super().__init__(session, loop)
        self.documents: Documents[F] = Documents(session, loop)
        self.batches: Batches[F] = Batches(session, loop)
        self.recipes: Recipes[F] = Recipes(session, loop)
        self.samples: Samples[F] = Samples(session, loop)
        self.curations: Curations[F] = Curations(session, loop)
        self.reviews: Reviews[F] = Reviews(session, loop)
        self.datasets: Datasets[F] = Datasets(session, loop)
        self.runs: Runs[F] = Runs(session, loop)
        self.outside: OutsideRuns[F] = OutsideRuns(session, loop)
        self.trainers: Trainers[F] = Trainers(session, loop)
        self.models: Models[F] = Models(session, loop)
        self.deployments: Deployments[F] = Deployments(session, loop)
        self.chat: Chat[F] = Chat(session, loop)
        self.lineage: Lineage[F] = Lineage(session, loop)
        self.pipeline: Pipeline[F] = Pipeline(session, loop)
        self.dead_letters: DeadLetters[F] = DeadLetters(session, loop)
        self.events: Events[F] = Events(session, loop)

    @property
    def place(self) -> Place:
        """Where this client talks to, and the tokens it holds now."""
        return self._session.place

    @property
    def position(self) -> str:
        """The position of the last write; give it to another client to let its reads see that write."""
        return self._session.position

    @position.setter
    def position(self, token: str) -> None:
        self._session.position = token

    @call
    async def login(self) -> Item:
        """Log in now rather than at the first request. Returns the user.

        Raises:
            Unauthorized: the credentials are not accepted.
        """
        return await self._session.get("/auth/me")

    @call
    async def logout(self) -> None:
        """End the session on the server too."""
        token = self._session.place.refresh_token
        if token:
            await self._session.request("POST", "/auth/logout", json={"refresh_token": token})

    @stream
    def follow(self, job: Item, *, since: int | None = None) -> AsyncIterator[FeedEvent]:
        """All events of a job (document, batch, curation, dataset, run, deployment) from its beginning to its end.

        Args:
            since: for a deployment, the revision that the trial began with; that of `job` otherwise.
        """
        return jobs.follow(self._session, job, since=since)

    @call
    async def finished(self, job: Item, end: FeedEvent) -> Item:
        """The job as it is after the last event that `follow` gave.

        Raises:
            JobFailed, JobCancelled: it did not end well.
        """
        return await jobs.finished(self._session, job, end)

    @call
    async def wait(self, job: Item, *, seconds: float | None = None, since: int | None = None) -> Item:
        """Follow a job to its end and return it as it is then.

        Raises:
            JobFailed, JobCancelled: it did not end well.
            JobLate: not finished after `seconds`; it goes on.
        """
        return await jobs.wait(self._session, job, seconds=seconds, since=since)


def place_of(url: str, router_url: str, token: str, email: str, password: str) -> Place:
    """The place that arguments name; without an address, the one that is found (see `studio.place`)."""
    if not url:
        return find()
    return Place(url, router_url, access_token=token, email=email, password=password, origin="arguments")


class AsyncStudio(Client[Awaiting]):
    """`async with AsyncStudio() as studio: await studio.documents.list()`."""

    def __init__(
        self,
        url: str = "",
        *,
        router_url: str = "",
        token: str = "",
        email: str = "",
        password: str = "",
        place: Place | None = None,
        patience: float = 30.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Without an address: the local platform, the environment or the last login.

        Args:
            patience: seconds over which a request without an answer is tried again.

        Raises:
            NotConfigured: no address is known.
        """
        found = place or place_of(url, router_url, token, email, password)
        super().__init__(Session(found, patience=patience, transport=transport), None)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close connections."""
        await self._session.aclose()


class Studio(Client[Blocking]):
    """`with Studio() as studio: studio.documents.list()`. Its own thread holds the connections."""

    def __init__(
        self,
        url: str = "",
        *,
        router_url: str = "",
        token: str = "",
        email: str = "",
        password: str = "",
        place: Place | None = None,
        patience: float = 30.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """As `AsyncStudio`."""
        found = place or place_of(url, router_url, token, email, password)
        super().__init__(Session(found, patience=patience, transport=transport), Loop())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close connections and end the thread."""
        assert self._loop is not None
        self._loop.run(self._session.aclose())
        self._loop.close()
