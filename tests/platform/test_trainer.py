"""The trainer on the real log: killed in the middle and taken over, told a bad model, cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
import torch
from studio.contract.records import (
    CheckpointSaved,
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

from grpo.training.loop import train
from ops.local.session import Session
from processors.training.decide import CancelRun
from processors.training.groups import read_groups
from tests.platform.trainers import CONFIG, World, opened
from tests.processes import gone
from tests.rooms.test_grpo_loop import task as plain_task
from tests.rooms.test_grpo_loop import weights


@pytest.fixture
async def world(backbone: Session) -> AsyncIterator[World]:
    async with opened(backbone) as made:
        yield made


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
    completed = await world.ended(run_id, RunCompleted)
    kinds = [type(e.data) for e in world.seen(run_id) if e.version]
    assert kinds == [RunRequested, *[RunClaimed, LeaseLost] * 2, RunClaimed, RunCompleted]
    assert completed.epoch == 3
    assert (completed.step, completed.model_name) == (60, "pump-helper")

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
    trained, expected = await world.weights(completed.manifest_blob), weights(whole)
    assert trained.keys() == expected.keys()
    assert all(torch.equal(tensor, expected[name]) for name, tensor in trained.items())
    assert any(e.data.grad_norm > 0 for e in steps if e.data.phase == "grpo")
    manifest = await world.manifest(completed.manifest_blob)
    base = await world.manifest(completed.base_manifest_blob)
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= set(base["files"])
    assert base["files"]["model.safetensors"] != manifest["files"]["model.safetensors"]

    # The groups of a step are there, and say what the step says.
    last = steps[-1].data
    (tmp_path / "groups").write_bytes(await world.run.blobs.get(last.groups_blob))
    groups = read_groups(tmp_path / "groups")
    assert len(groups) == last.completions == 16
    assert last.reward == pytest.approx(sum(r.reward for r in groups) / 16)
    assert sum(e.data.bytes for e in world.seen(run_id, CheckpointSaved)) > 0


async def test_bad_requests_fail_with_a_way_out_and_a_cancelled_run_frees_the_trainer(world: World) -> None:
    dataset = await world.dataset()
    missing = await world.request(dataset, 5, base_model="/models/that/never/was")
    trainer = await world.trainer("only")
    failed = await world.ended(missing, RunFailed)
    assert (failed.code, failed.field) == ("MODEL_NOT_FOUND", "base_model")
    assert "/models/that/never/was" in failed.reason
    assert failed.remedy

    long = await world.request(dataset, 5000)
    await world.until(lambda: world.seen(long, StepRecorded))
    child = psutil.Process(trainer.pid).children()
    await world.do(long, CancelRun("enough", "ann"))
    await world.until(lambda: world.seen(long, RunCancelled))
    _, alive = await asyncio.to_thread(psutil.wait_procs, child, 20)
    assert not alive, "a cancelled run goes on"

    short = await world.request(dataset, 2)
    await world.ended(short, RunCompleted)
    assert not world.seen(short, LeaseLost)


async def test_of_two_trainers_one_gets_the_run(world: World) -> None:
    for name in ("left", "right"):
        await world.trainer(name)
    run_id = await world.request(await world.dataset(), steps=2)
    await world.ended(run_id, RunCompleted)
    assert len(world.seen(run_id, RunClaimed)) == 1
    assert not world.seen(run_id, LeaseLost)
