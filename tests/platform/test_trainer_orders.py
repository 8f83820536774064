"""Runs that are paused, changed and forked on the real log, lose checkpoints, and are trained again from the log."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
import torch
from studio.contract.records import (
    AdjustmentApplied,
    CheckpointSaved,
    LeaseLost,
    RunAdjusted,
    RunClaimed,
    RunCompleted,
    RunFailed,
    RunPaused,
    RunRequested,
    RunResumed,
    StepRecorded,
    TrainerAnnounced,
)

from grpo.training.loop import train
from grpo.training.orders import Change
from ops.local.session import Session
from processors.training.decide import AdjustRun, PauseRun, ResumeRun
from processors.training.replay import replay
from tests.platform.trainers import CONFIG, World, opened, torch_processes
from tests.rooms.test_grpo_loop import task as plain_task
from tests.rooms.test_grpo_loop import weights

STEPS = 120  # a machine may do many between an order and its arrival
pytestmark = pytest.mark.timeout(900)


@pytest.fixture
async def world(backbone: Session) -> AsyncIterator[World]:
    async with opened(backbone) as made:
        yield made


async def test_a_run_is_changed_killed_paused_and_resumed(world: World, tmp_path: Path) -> None:
    run_id = await world.request(await world.dataset(), STEPS)
    first = await world.trainer("one")
    await world.until(lambda: world.last(run_id) >= 5)
    await world.do(run_id, AdjustRun('{"learning_rate": 0.002}', "slow", "ann"))
    await world.until(lambda: world.seen(run_id, AdjustmentApplied))
    first.kill()

    second = await world.trainer("two")
    await world.until(lambda: world.last(run_id) >= 12 and world.seen(run_id, RunClaimed)[-1].epoch == 0)
    await world.until(lambda: [e for e in world.seen(run_id, StepRecorded) if e.epoch == 2])
    await world.do(run_id, PauseRun("lunch", "ann"))
    await world.until(lambda: world.seen(run_id, RunPaused))
    await world.until(lambda: not torch_processes(second))
    await world.settle()
    steps = world.last(run_id)
    saved = world.seen(run_id, CheckpointSaved)[-1]
    assert (saved.data.phase, saved.data.step, saved.epoch) == ("grpo", steps, 2)
    assert steps < STEPS and not world.seen(run_id, RunCompleted)

    second.kill()
    await world.do(run_id, AdjustRun('{"kl_coefficient": 0.2}', "far", "ann"))
    await world.trainer("three")
    await world.until(lambda: [e for e in world.seen("three", TrainerAnnounced) if not e.data.run_id])
    assert len(world.seen(run_id, RunClaimed)) == 2, "a paused run was claimed"
    await world.do(run_id, ResumeRun("bob"))
    completed = await world.ended(run_id, RunCompleted)

    kinds = [type(e.data) for e in world.seen(run_id) if e.version]
    assert kinds == [RunRequested, RunClaimed, RunAdjusted, LeaseLost, RunClaimed, RunPaused, RunAdjusted, RunResumed,
                     RunClaimed, RunCompleted]  # fmt: skip
    assert [e.data.run_id for e in world.seen("three", TrainerAnnounced) if e.data.run_id][0] == run_id
    told = [(e.data.phase, e.data.step) for e in world.seen(run_id, StepRecorded)]
    assert told == [("warm_start", n) for n in range(1, 7)] + [("grpo", n) for n in range(1, STEPS + 1)]

    # The weights are those of one process that was told the same before the same steps.
    made = {e.data.revision: e.data for e in world.seen(run_id, AdjustmentApplied)}
    assert (made[1].step > 5, made[2].step) == (True, steps + 1)
    changes = {one.step: (Change(one.revision, json.loads(one.changes)),) for one in made.values()}
    whole = list(train(replace(plain_task(tmp_path, CONFIG % STEPS), changes=changes)))
    trained = await world.weights(completed.manifest_blob)
    assert all(torch.equal(tensor, weights(whole)[name]) for name, tensor in trained.items())

    # Every figure of a step is there, apart from the reward, with what it means.
    last = world.seen(run_id, StepRecorded)[-1].data
    meaning = json.loads(await world.run.blobs.get(last.definitions_blob))
    assert set(json.loads(last.metrics)) <= set(meaning) and "loss" in meaning
    assert json.loads(last.metrics)["seconds_left"] == 0
    assert set(json.loads(last.reward_parts)) == {"length"}


async def test_a_run_is_forked_and_both_are_trained_again_from_the_log(world: World) -> None:
    dataset = await world.dataset()
    run_id = await world.request(dataset, 10)
    await world.do(run_id, AdjustRun('{"learning_rate": 0.002}', "slow", "ann"))
    await world.trainer("fork")
    config = json.loads(CONFIG % 9)
    config["grpo"] |= {"learning_rate": 1e-4}
    fork = await world.request(dataset, 0, config=json.dumps(config), parent_run=run_id, parent_step=6)
    for one in (run_id, fork):
        await world.ended(one, RunCompleted, 240)
    assert [e.data.step for e in world.seen(fork, StepRecorded)] == [7, 8, 9]
    assert world.seen(fork, StepRecorded)[0].data.learning_rate < 1e-4

    settings = world.session.settings
    again = await replay(settings, run_id)
    assert again["equal"], again["differ"]
    assert again["compared"]["steps"] == 10 and again["compared"]["weights"] == 1
    forked = await replay(settings, fork, recorded=True)
    assert forked["equal"] and forked["compared"]["weights"] == 1, forked["differ"]

    # A run that the log tells otherwise than it was is found out.
    (changed,) = world.seen(run_id, AdjustmentApplied)
    assert changed.data.step == 1
    later = replace(changed, id=uuid4(), data=replace(changed.data, step=3))
    await world.run.sink.publish([later.at(epoch=changed.epoch + 1, seq=1)])
    other = await replay(settings, run_id, recorded=True)
    assert not other["equal"] and any("trained model" in one for one in other["differ"])


async def test_what_cannot_be_forked_fails_with_its_field(world: World) -> None:
    dataset = await world.dataset()
    run_id = await world.request(dataset, 1)
    late = await world.request(dataset, 40, parent_run=run_id, parent_step=20)
    nobody = await world.request(dataset, 40, parent_run="nobody", parent_step=20)
    await world.trainer("strict")
    for one, code, field in (
        (late, "PARENT_STEP_LOST", "parent_step"),
        (nobody, "PARENT_NOT_FOUND", "parent_run"),
    ):
        failed = await world.ended(one, RunFailed)
        assert (failed.code, failed.field) == (code, field) and failed.remedy


async def test_a_broken_checkpoint_is_passed_over_and_that_is_said(world: World, tmp_path: Path) -> None:
    run_id = await world.request(await world.dataset(), 24)
    first = await world.trainer("careful")
    await world.until(lambda: len([e for e in world.seen(run_id, CheckpointSaved) if e.data.phase == "grpo"]) >= 3)
    first.kill()
    await first.wait()
    await world.settle()
    kept = [e.data for e in world.seen(run_id, CheckpointSaved) if e.data.phase == "grpo"]
    blobs = world.run.blobs
    files = (await world.manifest(kept[-1].manifest_blob))["files"]
    blobs._client.remove_object(blobs.bucket, files["optimizer.safetensors"]["blob"])
    files = (await world.manifest(kept[-2].manifest_blob))["files"]
    blobs._client.put_object(blobs.bucket, files["state.json"]["blob"], BytesIO(b"{}"), 2)

    await world.trainer("heir")
    completed = await world.ended(run_id, RunCompleted)
    alarms = [json.loads(e.data.alarms) for e in world.seen(run_id, StepRecorded) if e.epoch == 2]
    assert [alarm["rule"] for alarm in alarms[0]] == ["checkpoint", "checkpoint"]
    assert f"grpo step {kept[-1].step} is unusable" in alarms[0][0]["message"]
    assert not any(alarms[1:])
    trained, whole = await world.weights(completed.manifest_blob), list(train(plain_task(tmp_path, CONFIG % 24)))
    assert all(torch.equal(tensor, weights(whole)[name]) for name, tensor in trained.items())
    steps = [e.data.step for e in world.seen(run_id, StepRecorded) if e.data.phase == "grpo"]
    assert steps == list(range(1, 25))
