"""The main job, through the client alone: what a person would do, in the order in which they would do it."""

from __future__ import annotations

import asyncio
import hashlib
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from studio import AsyncStudio, FeedEvent, Item, JobFailed, NotFound, StudioError
from studio.cli.progress import Bars, Track

from ops.demo import origin
from ops.demo.findings import Findings, learning_of
from ops.demo.model import free_name, versions_of
from ops.demo.options import Options
from ops.demo.trial import ask, run_trial, token_f1

COLLECTION = "demo"
SERVED_SECONDS = 60.0


class Demo:
    """One run of the demo. `findings` grow as it goes."""

    def __init__(self, studio: AsyncStudio, options: Options, bars: Bars) -> None:
        self.studio, self.options, self.bars = studio, options, bars
        self.findings = Findings()
        self.files: dict[str, Path] = {}

    async def run(self) -> Findings:
        """From the files to a chat answer of a promoted model.

        Raises:
            StudioError: a stage failed; the message says which, why and what to do.
        """
        name = await free_name(self.studio, self.options.name)
        await self.upload()
        batch = await self.generate()
        dataset = await self.freeze(await self.curate(batch), name)
        versions = await self.train(dataset, name)
        await self.deploy(dataset, name, versions)
        await self.trace(dataset, name, versions[-1])
        return self.findings

    async def upload(self) -> None:
        """Files that are there already, byte for byte, are not uploaded again."""
        with self._stage("documents") as track:
            known: dict[str, Item] = {}
            async for item in self.studio.documents.each(status="extracted", collection=COLLECTION):
                known.setdefault(item["sha256"], item)
            sections, unread = 0, list[dict[str, Any]]()
            for path in self.options.files:
                track.say(len(self.files), path.name)
                document = known.get(hashlib.sha256(path.read_bytes()).hexdigest())
                try:
                    if document is None:
                        document = await self.studio.documents.upload(
                            path, collection=COLLECTION, licence=self.options.licence
                        )
                        document = await self.studio.wait(document, seconds=180)
                except JobFailed as failure:
                    unread.append({"reason": f"{path.name}: {failure.reason}", "count": 1})
                    continue
                self.files[document.id] = path
                sections += int(document["sections"])
            self.findings.counts |= {"documents": len(self.files), "sections": sections}
            self.findings.drop("documents", unread)
            if not self.files:
                raise StudioError("no document could be read", code="NO_DOCUMENTS", remedy=unread[0]["reason"])
            track.end(f"{len(self.files)} documents, {sections} sections")

    async def generate(self) -> Item:
        """Samples without any model: questions whose answers are spans of the text."""
        with self._stage("samples") as track:
            batch = await self.studio.batches.create(list(self.files), count=self.options.samples)
            batch = await self._follow(batch, track)
            self.findings.counts |= {"asked": self.options.samples, "generated": int(batch["delivered"])}
            self.findings.drop("generation", batch["shortfall"])
            self.findings.ids["batch"] = batch.id
            return batch

    async def curate(self, batch: Item) -> Item:
        """Every sample scored, kept where the rule over its scores says so."""
        with self._stage("curation") as track:
            curation = await self._follow(await self.studio.curations.create([batch.id], self.options.rule), track)
            self.findings.counts |= {"kept": int(curation["kept"])}
            self.findings.drop("curation", curation["reasons"])
            self.findings.ids |= {"curation": curation.id, "rule": str(curation["rule"])}
            return curation

    async def freeze(self, curation: Item, name: str) -> Item:
        """Split by section, under one Merkle root."""
        with self._stage("dataset") as track:
            request = self.studio.datasets.create(name, curation.id, heldout_fraction=self.options.heldout)
            dataset = await self._follow(await request, track)
            self.findings.counts |= {"train": int(dataset["train_rows"]), "heldout": int(dataset["heldout_rows"])}
            told = {str(entry["reason"]) for entry in curation["reasons"]}
            self.findings.drop("dataset", [entry for entry in dataset["dropped"] if entry["reason"] not in told])
            if not int(dataset["heldout_rows"]):
                raise StudioError(
                    f"no section of {len(self.files)} documents could be held out",
                    code="NOTHING_HELD_OUT",
                    remedy="add documents, or headings that divide them into sections",
                )
            self.findings.ids |= {"dataset": dataset.id, "merkle_root": str(dataset["merkle_root"])}
            return dataset

    async def train(self, dataset: Item, name: str) -> list[str]:
        """A run, and the versions that it registered: before reinforcement and after it."""
        with self._stage("training") as track:
            run = await self._follow(
                await self.studio.runs.create(dataset.id, model_name=name, config=self.options.config), track
            )
            self.findings.ids["run"] = run.id
            self.findings.counts["steps"] = int(run["step"])
            evaluations = [item async for item in self.studio.runs.evaluations(run.id)]
            self.findings.learning = learning_of(evaluations, int(run["step"]))
            versions = await versions_of(self.studio, name, run.id)
            track.end(f"registered {name} {' and '.join(versions)}")
            return versions

    async def deploy(self, dataset: Item, name: str, versions: Sequence[str]) -> None:
        """The version before reinforcement serves; the trained one is a canary until the verdict on real questions."""
        with self._stage("deployment") as track:
            await self.studio.deployments.create(name, model=name, version=versions[0], strategy="blue_green")
            started = await self.studio.deployments.create(
                name,
                model=name,
                version=versions[-1],
                weight=self.options.weight,
                minimum_calls=self.options.minimum_calls,
                margin=self.options.margin,
            )
            rows = [row async for row in self.studio.datasets.rows(dataset.id, split="heldout")]
            random.Random(0).shuffle(rows)  # rows come document by document
            await self._served(name, rows[0])
            trial = await run_trial(self.studio, name, started.revision, rows, track)
            self.findings.trial = trial
            self.findings.counts["calls"] = trial.asked
            await self._chat(name, rows, versions[-1] if trial.decision == "promote" else "")
            track.end(f"{trial.decision}: {trial.reason}")

    async def trace(self, dataset: Item, name: str, version: str) -> None:
        """From the deployment back to bytes of a document."""
        with self._stage("lineage") as track:
            rows = [row async for row in self.studio.datasets.rows(dataset.id, split="train")]
            found = self.findings.origin = await origin.look_up(self.studio, rows, self.files)
            wanted = {"model_version": f"{name}@{version}", "document": found.document_id if found else ""}
            graph = await self.studio.lineage.of("deployment", name)
            self.findings.lineage = origin.line(graph, ("deployment", name), wanted)
            track.end(f"{len(self.findings.lineage)} steps back")

    async def _chat(self, name: str, rows: Sequence[Item], version: str) -> None:
        """An answer of what serves now: a right one, if there is one among a few."""
        for row in rows[:12]:
            answer = await ask(self.studio, name, row)
            self.findings.chat = {
                "question": str(row["question"]),
                "answer": answer.text,
                "expected": str(row["answer"]),
                "version": answer.version,
            }
            if token_f1(answer.text, row["answer"]) > 0.99 and (not version or answer.version.endswith(version)):
                return

    async def _served(self, name: str, row: Item) -> None:
        # The router reads the routing table a moment after the deployment began; no event says that it has.
        deadline = time.monotonic() + SERVED_SECONDS
        while True:
            try:
                await ask(self.studio, name, row)
                return
            except NotFound:
                if time.monotonic() > deadline:
                    raise
            await asyncio.sleep(0.2)

    async def _follow(self, job: Item, track: Track) -> Item:
        last: FeedEvent | None = None
        async for event in self.studio.follow(job):
            track.feed(event)
            last = event
        assert last is not None
        return await self.studio.finished(job, last)

    @contextmanager
    def _stage(self, title: str) -> Iterator[Track]:
        begun = time.monotonic()
        try:
            yield self.bars.begin(title)
        finally:
            self.findings.seconds[title] = round(time.monotonic() - begun, 1)
