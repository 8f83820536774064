"""What scorers read: canonical texts, passages of batches, rows of earlier datasets; kept between pieces of work."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from studio.contract.records import SampleGenerated

from processors.curation import tables
from processors.curation.earlier import Row
from processors.curation.earlier import rows as earlier_rows
from processors.curation.pieces import scored_sample
from processors.curation.round_trip import Passages
from processors.curation.sample import Sample
from processors.curation.tables import Job
from streams.room import Runtime

CACHED_CHARACTERS = 20_000_000


class Sources:
    """One process's copies; the least recently added text gives way."""

    def __init__(self, run: Runtime) -> None:
        self._run = run
        self._texts: dict[str, str] = {}
        self._indexes: dict[tuple[str, str, int], Passages] = {}

    async def samples(self, tenant: str, records: Sequence[SampleGenerated]) -> list[Sample]:
        """Samples as scorers see them."""
        documents = await tables.documents(self._run.pool, tenant, (record.document_id for record in records))
        return [scored_sample(record, await self._text(documents[record.document_id].text_blob)) for record in records]

    async def _text(self, key: str) -> str:
        if key not in self._texts:
            while self._texts and sum(map(len, self._texts.values())) > CACHED_CHARACTERS:
                self._texts.pop(next(iter(self._texts)))
            self._texts[key] = (await self._run.blobs.get(key)).decode()
        return self._texts[key]

    async def index(self, job: Job, batch: str, records: Sequence[SampleGenerated]) -> Passages:
        """The passages of a batch, as they were when the curation was planned."""
        key = (job.tenant, batch, job.upto)
        if key not in self._indexes:
            passages = [sample.passage for sample in await self.samples(job.tenant, records)]
            index = await asyncio.to_thread(Passages, passages)
            while len(self._indexes) >= 4:
                self._indexes.pop(next(iter(self._indexes)))
            self._indexes[key] = index
        return self._indexes[key]

    async def earlier(self, job: Job) -> list[Row]:
        """The rows of all datasets that were frozen so far."""
        found: list[Row] = []
        for id, name, train, heldout in await tables.datasets(self._run.pool, job.tenant):
            for blob, held in ((train, False), (heldout, True)):
                if blob:
                    found += earlier_rows(name or id, await self._run.blobs.get(blob), held)
        return found
