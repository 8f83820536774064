"""Trainers of their own on the real log, with a tail of what they say."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import psutil
import torch
from safetensors.torch import load
from studio.contract import Event, Record
from studio.contract.records import DatasetFrozen, StepRecorded

from ops.local.session import Session
from processors.datasets import parquet
from processors.datasets.rows import Row
from processors.training.board import TOPICS
from processors.training.decide import RUN, CancelRun, Command, RequestRun
from streams.decider import Refused
from streams.gate import Do, Gate
from streams.intake import Raw, Verdict, open_record, sort_out
from streams.relay import run as relay
from streams.room import Runtime, runtime
from streams.source import LogSource
from tests.small_corpus import HELDOUT, TRAIN, corpus

CONFIG = """{"checkpoint_every": 4, "threads": 1, "model": {"vocabulary": 400, "width": 64},
 "warm_start": {"steps": 6, "copy_steps": 1, "passages": 4, "target_loss": 0.01},
 "grpo": {"steps": %d, "prompts": 4, "completions": 4, "max_tokens": 6,
  "learning_rate": 0.0002, "dead_limit": 1000},
 "reward": {"objectives": [{"name": "length", "least": 1, "most": 3}]}, "evaluation": {"resamples": 100}}"""
# An untrained model earns this reward now and then; otherwise no step would move the weights, and all would be equal.
# A parent that never comes is waited for, and so is the trainer of an earlier test that a run was meant for.
TRAINER = """
import asyncio
from processors.training import claims, engine, preparation
from streams.settings import Settings

claims.GRACE, preparation.PATIENCE, preparation.STEP_PATIENCE = 0.5, 3.0, 3.0
asyncio.run(engine.run(Settings()))
"""
LEASE = 4.0


def rows(samples: list[Any]) -> list[Row]:
    return [
        Row(s.sample_id, s.passage, s.question, s.answer, "doc", "doc.md", s.section, "c", "number", 0, 0, 0, 0, "", "")
        for s in samples
    ]


class World:
    """One tenant with a frozen dataset, and a tail of the log."""

    def __init__(self, run: Runtime, session: Session, source: LogSource) -> None:
        self.run, self.session, self.source, self.tenant = run, session, source, f"t{uuid4().hex[:8]}"
        self.gate = Gate(run.pool, (RUN,))
        self.events: list[tuple[Raw, Event]] = []
        self.trainers: list[asyncio.subprocess.Process] = []

    async def alone(self) -> None:
        """Cancel what other tests left unfinished: the trainers here would take it first, one run after the other."""
        heads = "select tenant, id from gate.head where kind = 'run' and tenant <> %s"
        async with self.run.pool.connection() as conn:
            left = await (await conn.execute(heads, [self.tenant])).fetchall()
        for tenant, id in left:
            with contextlib.suppress(Refused):  # it has ended
                await self.gate.handle(tenant, Do("run", id, CancelRun("its test is over", "ann")))

    async def dataset(self) -> str:
        blobs, id = self.run.blobs, uuid4().hex
        train_blob = await blobs.put(self.tenant, parquet.write(rows(TRAIN)))
        heldout_blob = await blobs.put(self.tenant, parquet.write(rows(HELDOUT)))
        text = await blobs.put(self.tenant, corpus().encode())
        frozen = DatasetFrozen(
            name="pumps", train_blob=train_blob.key, heldout_blob=heldout_blob.key, corpus_blob=text.key
        )
        await self.run.sink.publish([Event(data=frozen, tenant=self.tenant, subject=id, version=1)])
        return id

    async def request(self, dataset: str, steps: int, base_model: str = "small", **more: Any) -> str:
        id = uuid4().hex
        config = more.pop("config", CONFIG % steps)
        await self.do(id, RequestRun(dataset, base_model, config, "pump-helper", "ann", **more))
        return id

    async def trainer(self, name: str, lease: float = LEASE) -> asyncio.subprocess.Process:
        more = {"STUDIO_TRAINER_NAME": name, "STUDIO_LEASE_SECONDS": str(lease), "STUDIO_LOG_LEVEL": "WARNING"}
        started = await asyncio.create_subprocess_exec(
            sys.executable, "-c", TRAINER, env={**os.environ, **self.session.environment, **more}
        )
        self.trainers.append(started)
        return started

    async def listen(self) -> None:
        while True:
            opened = [(raw, open_record(raw)) for raw in await self.source.poll()]
            self.events += [(raw, one) for raw, one in opened if isinstance(one, Event) and one.tenant == self.tenant]

    def seen(self, run_id: str, *kinds: type[Record]) -> list[Any]:
        """Events of a run as a reader takes them: repeats and stale ones dropped; a gap would be poison."""
        ours = [(raw, event) for raw, event in self.events if event.subject == run_id]
        judged, _ = sort_out(ours, {})
        assert not [one.message for one in judged if one.verdict is Verdict.POISON]
        events = [one.event for one in judged if one.verdict is Verdict.TAKE]
        return [event for event in events if isinstance(event.data, kinds)] if kinds else events

    async def until(self, found: Callable[[], Any], seconds: float = 120) -> Any:
        async with asyncio.timeout(seconds):
            while not (value := found()):
                for trainer in self.trainers:
                    assert trainer.returncode in (None, -signal.SIGKILL), "a trainer died by itself"
                await asyncio.sleep(0.1)
        return value

    async def settle(self) -> None:
        """Until all that is in the log now was read here: topics are read side by side, so steps may come after the
        decision that ended their run."""
        async with LogSource(self.session.settings, TOPICS) as now:
            ends = now.ends
        await self.until(lambda: all(self.source.next[place] >= end for place, end in ends.items()))

    async def ended(self, run_id: str, kind: type[Record], seconds: float = 120) -> Any:
        """The record of this kind with which a run ended; all that it told before was read too."""
        found = (await self.until(lambda: self.seen(run_id, kind), seconds))[0].data
        await self.settle()
        return found

    async def do(self, run_id: str, command: Command) -> None:
        await self.gate.handle(self.tenant, Do("run", run_id, command))

    def last(self, run_id: str) -> int:
        """The last recorded step of reinforcement."""
        return max((e.data.step for e in self.seen(run_id, StepRecorded) if e.data.phase == "grpo"), default=0)

    async def manifest(self, key: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(await self.run.blobs.get(key))
        return found

    async def weights(self, manifest: str) -> dict[str, torch.Tensor]:
        files = (await self.manifest(manifest))["files"]
        return load(await self.run.blobs.get(files["model.safetensors"]["blob"]))


def torch_processes(trainer: asyncio.subprocess.Process) -> list[psutil.Process]:
    """What a trainer has running; nothing where it is dead."""
    try:
        return list(psutil.Process(trainer.pid).children())
    except psutil.NoSuchProcess:
        return []


@asynccontextmanager
async def opened(backbone: Session) -> AsyncIterator[World]:
    """A world on running servers; its trainers end with it."""
    settings = backbone.settings
    async with runtime(settings) as run, LogSource(settings, TOPICS) as source:
        made = World(run, backbone, source)
        tasks = [asyncio.create_task(relay(settings)), asyncio.create_task(made.listen())]
        try:
            await made.alone()
            yield made
        finally:
            for trainer in made.trainers:
                if trainer.returncode is None:
                    trainer.terminate()
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(trainer.wait(), 20)
                if trainer.returncode is None:
                    trainer.kill()
                    await trainer.wait()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
