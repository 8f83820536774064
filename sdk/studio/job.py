"""Following things to their end: which events end them, and how that is told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass

from studio.errors import JobCancelled, JobFailed, JobLate, NotFound
from studio.feed import FeedEvent, Live, follow_messages
from studio.item import Item
from studio.session import Session
from studio.watch import Question


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job: where it is read, the topics of its events, and the events that end it.

    `renewed`: it can be started again (a deployment), so that only an end after its current revision counts.
    """

    path: str
    topics: tuple[str, ...]
    done: frozenset[str]
    failed: frozenset[str] = frozenset()
    cancelled: frozenset[str] = frozenset()
    renewed: bool = False

    def ends(self, event: FeedEvent, revision: int) -> bool:
        """Whether this event is the job's end."""
        return event.type in self.done | self.failed | self.cancelled and (not self.renewed or event.version > revision)


KINDS: Mapping[str, Kind] = {
    "document": Kind(
        "/documents",
        ("studio.documents",),
        frozenset({"DocumentExtracted"}),
        frozenset({"ExtractionFailed"}),
        frozenset({"DocumentWithdrawn"}),
    ),
    "batch": Kind(
        "/batches",
        ("studio.generation", "studio.generation.samples"),
        frozenset({"BatchFinished"}),
        frozenset({"BatchFailed"}),
        frozenset({"BatchCancelled"}),
    ),
    "curation": Kind(
        "/curations",
        ("studio.curation", "studio.curation.scores"),
        frozenset({"CurationFinished"}),
        frozenset({"CurationFailed"}),
    ),
    "dataset": Kind("/datasets", ("studio.datasets",), frozenset({"DatasetFrozen"}), frozenset({"DatasetRefused"})),
    "run": Kind(
        "/runs",
        ("studio.training", "studio.training.steps"),
        frozenset({"RunCompleted"}),
        frozenset({"RunFailed"}),
        frozenset({"RunCancelled"}),
    ),
    "deployment": Kind("/deployments", ("studio.deployments",), frozenset({"Promoted", "RolledBack"}), renewed=True),
}


def kind_of(job: Item) -> Kind:
    """How to follow it.

    Raises:
        ValueError: a thing of this type has no end to wait for.
    """
    try:
        return KINDS[job.type]
    except KeyError:
        raise ValueError(f"a {job.type!r} is no job; there are {', '.join(KINDS)}") from None


async def follow(session: Session, job: Item, *, since: int | None = None) -> AsyncIterator[FeedEvent]:
    """All events of a job from its beginning to its end, which is the last one given.

    since: for a deployment, the revision that the trial began with; that of `job` otherwise.
    """
    kind = kind_of(job)
    revision = job.revision if since is None else since
    began = max(revision, 1) if kind.renewed else 1
    whole = False  # whether the feed still holds everything since the job began
    async with aclosing(follow_messages(session, Question(kind.topics, (), [job.id]), after="begin")) as feed:
        async for message in feed:
            if isinstance(message, Live):
                if not whole and (end := await _ended(session, kind, job, revision)) is not None:
                    yield end
                    return
                continue
            yield message
            if kind.ends(message, revision):
                return
            whole = not message.snapshot and (whole or 0 < message.version <= began)


async def _ended(session: Session, kind: Kind, job: Item, revision: int) -> FeedEvent | None:
    """The event that ended the job, from the list of all events: the feed forgets what is very old."""
    for type_ in sorted(kind.done | kind.failed | kind.cancelled):
        page = await session.page("/events", {"subject": job.id, "topic": kind.topics[0], "type": type_, "limit": 1})
        for item in page:
            event = FeedEvent.of({**item.attributes, "id": item.id, "position": ""})
            if kind.ends(event, revision):
                return event
    return None


async def finished(session: Session, job: Item, end: FeedEvent, seconds: float = 20.0) -> Item:
    """The job as the API has it once the end is visible there.

    Raises:
        JobFailed, JobCancelled: it did not end well.
    """
    kind = kind_of(job)
    item = await _visible(session, kind, job, end, seconds)
    if end.type in kind.failed:
        raise JobFailed(job.type, job.id, end.data)
    if end.type in kind.cancelled:
        raise JobCancelled(job.type, job.id, str(end.data.get("reason") or ""))
    return item


async def _visible(session: Session, kind: Kind, job: Item, end: FeedEvent, seconds: float) -> Item:
    deadline, pause = time.monotonic() + seconds, 0.02
    while True:
        try:
            item = await session.get(f"{kind.path}/{job.id}")
            if item.revision >= end.version:
                return item
        except NotFound:
            pass  # created a moment ago; the view is not there yet
        if time.monotonic() > deadline:
            raise JobLate(f"{job.type} {job.id} has ended, but the API does not show it after {seconds:.0f} s")
        await asyncio.sleep(pause)
        pause = min(pause * 2, 0.5)


async def wait(session: Session, job: Item, *, seconds: float | None = None, since: int | None = None) -> Item:
    """Follow a job to its end.

    Raises:
        JobFailed, JobCancelled: it did not end well.
        JobLate: not at its end after `seconds`.
    """
    try:
        async with asyncio.timeout(seconds):
            last: FeedEvent | None = None
            async for event in follow(session, job, since=since):
                last = event
            assert last is not None
            return await finished(session, job, last)
    except TimeoutError:
        raise JobLate(f"{job.type} {job.id} is not finished after {seconds:.0f} s") from None
