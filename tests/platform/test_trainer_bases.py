"""A run on a base model of the blob store, sampled by a process beside the learner, on the real log."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from studio.contract.records import CheckpointSaved, RunCompleted, RunFailed, StepRecorded

from ops.local.session import Session
from processors.training.decide import RequestRun
from streams.gate import Do
from tests.platform.trainers import CONFIG, World, opened

BESIDE = {"sampler": {"kind": "process", "staleness": 1}, "objective": {"importance_cap": 2.0}}


@pytest.fixture
async def world(backbone: Session) -> AsyncIterator[World]:
    async with opened(backbone) as made:
        yield made


async def requested(world: World, dataset: str, base_model: str, steps: int, **grpo: object) -> str:
    plain = json.loads(CONFIG % steps)
    config = json.dumps({**plain, "grpo": {**plain["grpo"], **grpo}})
    id = uuid4().hex
    await world.gate.handle(world.tenant, Do("run", id, RequestRun(dataset, base_model, config, "pump-helper", "ann")))
    return id


async def test_a_run_begins_with_what_another_one_trained(world: World) -> None:
    dataset = await world.dataset()
    first = await requested(world, dataset, "small", 2)
    await world.trainer("only")
    done = await world.ended(first, RunCompleted)
    trained = await world.manifest(done.manifest_blob)

    strange = await requested(world, dataset, f"blob:other/{done.manifest_blob.partition('/')[2]}", 2)
    lost = await requested(world, dataset, f"blob:{world.tenant}/{'0' * 64}", 2)
    second = await requested(world, dataset, f"blob:{done.manifest_blob}", 5, **BESIDE)
    later = await world.ended(second, RunCompleted)
    base = await world.manifest(later.base_manifest_blob)
    assert base["files"]["model.safetensors"]["sha256"] == trained["files"]["model.safetensors"]["sha256"]

    steps = [event.data for event in world.seen(second, StepRecorded)]
    assert [(step.phase, step.step) for step in steps] == [("grpo", n) for n in range(1, 6)]
    assert [json.loads(step.metrics)["sampler_lag"] for step in steps] == [0, 1, 1, 1, 1]
    last = await world.manifest(world.seen(second, CheckpointSaved)[-1].data.manifest_blob)
    assert [name for name in last["files"] if name.startswith("weights/")], "what the next steps are sampled with"

    for run_id in (strange, lost):
        failed = await world.ended(run_id, RunFailed)
        assert (failed.code, failed.field) == ("MODEL_NOT_FOUND", "base_model") and failed.remedy
