"""The datasets room at work: build, store, claim a version, freeze; or refuse with the way out."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from processors.datasets import freeze, imported, parquet, rows, tables
from processors.datasets.arrivals import ROOM as NAME
from processors.datasets.arrivals import TOPICS, handle
from processors.datasets.child import opened
from processors.datasets.decide import DATASET, FreezeDataset, RefuseDataset
from processors.datasets.foreign import Unreadable
from processors.datasets.sample import documents
from processors.datasets.tables import Curated, Request
from streams.blobs import BlobBroken, BlobMissing
from streams.gate import Do
from streams.outcome import NOTHING, Outcome, WorkItem
from streams.processor import Processor
from streams.room import Room, Runtime, run_room
from streams.settings import Settings
from streams.work import Worker

PARQUET = "application/vnd.apache.parquet"


class NotYet(Exception):
    """A curation that nobody has heard of so far; topics move independently, so it may still come."""


class Desk:
    """One process's work on datasets."""

    def __init__(self, run: Runtime) -> None:
        self.run = run

    async def work(self, item: WorkItem) -> Outcome:
        """Do one item."""
        request = await tables.request(self.run.pool, item.tenant, item.payload["id"])
        if request.state == "ended":
            return NOTHING
        if item.payload["step"] == "import":
            try:
                return _do(request.id, await self._import(request))
            except (Unreadable, freeze.Unfreezable) as error:
                return _do(request.id, RefuseDataset(error.code, error.reason, error.field, error.remedy))
        curated = await tables.curated(self.run.pool, request.tenant, request.curation_id)
        if curated is None:
            raise NotYet(f"no such curation: {request.curation_id}")
        if item.payload["step"] == "known":
            return NOTHING
        if curated.state == "failed":
            refusal = RefuseDataset("CURATION_FAILED", curated.reason, "curation_id", curated.remedy)
            return _do(request.id, refusal)
        try:
            return _do(request.id, await self._freeze(request, curated))
        except freeze.Unfreezable as error:
            return _do(request.id, RefuseDataset(error.code, error.reason, error.field, error.remedy))

    async def failed(self, item: WorkItem, error: Exception) -> Outcome:
        """Refuse the dataset of an item that cannot be done."""
        if isinstance(error, NotYet):
            remedy = "give the id of a curation that was requested"
            return _do(item.payload["id"], RefuseDataset("CURATION_UNKNOWN", str(error), "curation_id", remedy))
        return _do(item.payload["id"], RefuseDataset("FREEZE_FAILED", str(error), "", "request the dataset again"))

    async def _freeze(self, request: Request, curated: Curated) -> FreezeDataset:
        samples = freeze.read(await self.run.blobs.get(curated.result_blob))
        reviews = await tables.reviews(self.run.pool, request.tenant, [str(sample["sample_id"]) for sample in samples])
        used = {document for sample in samples for document in documents(sample)}
        withdrawn = await tables.withdrawn(self.run.pool, request.tenant, used)
        gone = dict.fromkeys(request.without, "document left out") | dict.fromkeys(withdrawn, "document withdrawn")
        built = await asyncio.to_thread(
            freeze.build,
            samples,
            request.rule or curated.rule,
            reviews,
            gone,
            request.heldout_fraction,
            request.reward,
            request.seed,
            request.prompt_limit,
        )
        texts = [await self.run.blobs.get(key) for key in built.texts]
        return await self._stored(request, built, b"\n\n".join(texts))

    async def _import(self, request: Request) -> FreezeDataset:
        with tempfile.TemporaryDirectory(prefix="studio-import-") as folder:
            path = Path(folder) / "rows"
            await self.run.blobs.get_file(request.source_blob, path)
            asked = await opened(path, json.loads(request.columns))
        digest = request.source_blob.rsplit("/", 1)[-1]
        about = (
            digest,
            request.source_name,
            request.heldout_fraction,
            request.reward,
            request.seed,
            request.prompt_limit,
        )
        built = await asyncio.to_thread(imported.build, asked, *about)
        return await self._stored(request, built, built.corpus.encode())

    async def _stored(self, request: Request, built: freeze.Built | imported.Built, text: bytes) -> FreezeDataset:
        train = await self._put(request, parquet.write(built.train), PARQUET)
        heldout = await self._put(request, parquet.write(built.heldout), PARQUET)
        corpus = await self._put(request, text, "text/plain; charset=utf-8")
        covered = await self._put(request, built.coverage, "application/json") if built.coverage else ""
        version = await tables.claim_version(self.run.pool, request, built.merkle_root, built.reward)
        return FreezeDataset(
            version,
            built.merkle_root,
            train,
            heldout,
            corpus,
            len(built.train),
            len(built.heldout),
            freeze.sections(built.train),
            freeze.sections(built.heldout),
            built.reward,
            built.dropped,
            covered,
            rows.FORM,
            built.edited,
        )

    async def _put(self, request: Request, data: bytes, media_type: str) -> str:
        return (await self.run.blobs.put(request.tenant, data, media_type)).key


def _do(id: str, command: FreezeDataset | RefuseDataset) -> Outcome:
    return Outcome(commands=(Do("dataset", id, command),))


def build(run: Runtime) -> tuple[Sequence[Processor], Sequence[Worker]]:
    """The room's processor and worker."""
    desk = Desk(run)
    worker = Worker(NAME, desk.work, desk.failed, permanent=(BlobMissing, BlobBroken))
    return [Processor("datasets", TOPICS, handle, batch=200)], [worker]


ROOM = Room("datasets", (DATASET,), build)


async def run(settings: Settings) -> None:
    """Run the room until cancelled."""
    await run_room(settings, ROOM)
