"""The trainer on the real log: killed in the middle and taken over, told a bad model, cancelled."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import pytest
from safetensors.torch import load
from studio.contract import Event, Record
from studio.contract.records import (
    CheckpointSaved,
    DatasetFrozen,
    EvaluationRecorded,
    LeaseLost,
    RunCancelled,
    RunClaimed,
    RunCompleted,
    RunFailed,
    RunHeartbeat,
    RunRequested,
    StepRecorded,
)

from grpo.loop import train
from ops.local.session import Session
from processors.datasets import parquet
from processors.datasets.rows import Row
from processors.training.board import TOPICS
from processors.training.decide import RUN, CancelRun, RequestRun
from processors.training.groups import read_groups
from streams.gate import Do, Gate
from streams.intake import Verdict, open_record, sort_out
from streams.relay import run as relay
from streams.room import Runtime, runtime
from streams.settings import Settings
from streams.source import LogSource
from tests.processes import gone
from tests.rooms.test_grpo_loop import task as plain_task
from tests.rooms.test_grpo_loop import weights
from tests.small_corpus import HELDOUT, TRAIN, corpus

CONFIG = """{"checkpoint_every": 4, "threads": 1, "model": {"vocabulary": 400, "width": 64},
 "warm_start": {"steps": 6, "copy_steps": 1, "passages": 4, "target_loss": 0.01},
 "grpo": {"steps": %d, "prompts": 4, "completions": 4, "max_tokens": 6}, "evaluation": {"resamples": 100}}"""
TRAINER = "import asyncio; from processors.training.engine import run; from streams.settings import Settings; "
TRAINER += "asyncio.run(run(Settings()))"
LEASE = 4.0


def rows(samples: list[Any]) -> list[Row]:
    return [
        Row(s.sample_id, s.passage, s.question, s.answer, "doc", "doc.md", s.section, "c", "number", 0, 0, 0, 0, "", "")
        for s in samples
    ]


class World:
    """One tenant with a frozen dataset, and a tail of the log."""

    def __init__(self, run: Runtime, session: Session) -> None:
        self.run, self.session, self.tenant = run, session, f"t{uuid4().hex[:8]}"
        self.gate = Gate(run.pool, (RUN,))
        self.records: list[Any] = []
        self.trainers: list[asyncio.subprocess.Process] = []

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

    async def request(self, dataset: str, steps: int, base_model: str = "small") -> str:
        id = uuid4().hex
        await self.gate.handle(
            self.tenant, Do("run", id, RequestRun(dataset, base_model, CONFIG % steps, "pump-helper", "ann"))
        )
        return id

    async def trainer(self, name: str) -> asyncio.subprocess.Process:
        more = {"STUDIO_TRAINER_NAME": name, "STUDIO_LEASE_SECONDS": str(LEASE), "STUDIO_LOG_LEVEL": "WARNING"}
        started = await asyncio.create_subprocess_exec(
            sys.executable, "-c", TRAINER, env={**os.environ, **self.session.environment, **more}
        )
        self.trainers.append(started)
        return started

    async def listen(self, source: LogSource) -> None:
        while True:
            self.records += await source.poll()

    def seen(self, run_id: str, *kinds: type[Record]) -> list[Any]:
        """Events of a run as a reader takes them: repeats and stale ones dropped; a gap would be poison."""
        opened = [(raw, open_record(raw)) for raw in list(self.records)]
        ours = [
            (raw, e) for raw, e in opened if isinstance(e, Event) and (e.tenant, e.subject) == (self.tenant, run_id)
        ]
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


@pytest.fixture
async def world(backbone: Session, tmp_path: Path) -> AsyncIterator[World]:
    settings: Settings = backbone.settings
    async with runtime(settings) as run, LogSource(settings, TOPICS) as source:
        made = World(run, backbone)
        tasks = [asyncio.create_task(relay(settings)), asyncio.create_task(made.listen(source))]
        try:
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


async def test_a_killed_trainer_is_replaced_and_no_step_is_lost(world: World, tmp_path: Path) -> None:
    run_id = await world.request(await world.dataset(), steps=60)
    first = await world.trainer("first")
    await world.until(lambda: len(world.seen(run_id, StepRecorded)) >= 18)
    children = psutil.Process(first.pid).children()
    assert len(children) == 1, "torch has a process of its own"
    first.kill()
    await first.wait()
    await world.until(lambda: all(gone(child.pid) for child in children))
    recorded = [(e.data.phase, e.data.step) for e in world.seen(run_id, StepRecorded)]

    second = await world.trainer("second")
    await world.until(lambda: [e for e in world.seen(run_id, StepRecorded) if e.epoch == 2])
    psutil.Process(second.pid).children()[0].kill()
    completed = (await world.until(lambda: world.seen(run_id, RunCompleted)))[0]
    kinds = [type(e.data) for e in world.seen(run_id) if e.version]
    assert kinds == [RunRequested, *[RunClaimed, LeaseLost] * 2, RunClaimed, RunCompleted]
    assert completed.data.epoch == 3
    assert (completed.data.step, completed.data.model_name) == (60, "pump-helper")

    # What was recorded stayed; what followed was recorded once; nothing is missing.
    steps = world.seen(run_id, StepRecorded)
    assert [(e.data.phase, e.data.step) for e in steps][: len(recorded)] == recorded
    assert [(e.data.phase, e.data.step) for e in steps] == [("warm_start", n) for n in range(1, 7)] + [
        ("grpo", n) for n in range(1, 61)
    ]
    assert {e.epoch for e in steps} == {1, 2, 3}
    assert [e.data.phase for e in world.seen(run_id, EvaluationRecorded)] == ["before", "after"]
    assert world.seen(run_id, RunHeartbeat)

    # The weights are those of a run that nobody disturbed.
    whole = list(train(plain_task(tmp_path, CONFIG % 60)))
    manifest = await manifest_of(world, completed.data.manifest_blob)
    trained = load(await world.run.blobs.get(manifest["files"]["model.safetensors"]["blob"]))
    assert trained.keys() == weights(whole).keys()
    assert all(bool((tensor == weights(whole)[name]).all()) for name, tensor in trained.items())
    base = await manifest_of(world, completed.data.base_manifest_blob)
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= set(base["files"])
    assert base["files"]["model.safetensors"] != manifest["files"]["model.safetensors"]

    # The groups of a step are there, and say what the step says.
    last = steps[-1].data
    (tmp_path / "groups").write_bytes(await world.run.blobs.get(last.groups_blob))
    groups = read_groups(tmp_path / "groups")
    assert len(groups) == last.completions == 16
    assert last.reward == pytest.approx(sum(r.reward for r in groups) / 16)
    assert sum(e.data.bytes for e in world.seen(run_id, CheckpointSaved)) > 0


async def manifest_of(world: World, key: str) -> dict[str, Any]:
    import json

    found: dict[str, Any] = json.loads(await world.run.blobs.get(key))
    return found


async def test_bad_requests_fail_with_a_way_out_and_a_cancelled_run_frees_the_trainer(world: World) -> None:
    dataset = await world.dataset()
    missing = await world.request(dataset, 5, base_model="/models/that/never/was")
    trainer = await world.trainer("only")
    failed = (await world.until(lambda: world.seen(missing, RunFailed)))[0].data
    assert (failed.code, failed.field) == ("MODEL_NOT_FOUND", "base_model")
    assert "/models/that/never/was" in failed.reason
    assert failed.remedy

    long = await world.request(dataset, 5000)
    await world.until(lambda: world.seen(long, StepRecorded))
    child = psutil.Process(trainer.pid).children()
    await world.gate.handle(world.tenant, Do("run", long, CancelRun("enough", "ann")))
    await world.until(lambda: world.seen(long, RunCancelled))
    _, alive = await asyncio.to_thread(psutil.wait_procs, child, 20)
    assert not alive, "a cancelled run goes on"

    short = await world.request(dataset, 2)
    await world.until(lambda: world.seen(short, RunCompleted))
    assert not world.seen(short, LeaseLost)


async def test_of_two_trainers_one_gets_the_run(world: World) -> None:
    for name in ("left", "right"):
        await world.trainer(name)
    run_id = await world.request(await world.dataset(), steps=2)
    await world.until(lambda: world.seen(run_id, RunCompleted))
    assert len(world.seen(run_id, RunClaimed)) == 1
    assert not world.seen(run_id, LeaseLost)
