"""Two trainers and their torch processes are killed at random places of one run, which is paused and changed meanwhile.

What is recorded is never lost or told twice, and the weights are those of a run that nobody disturbed but for the
changes. The places are drawn from a seed; ``TRAINER_KILLS`` sets how many there are, for instance

    TRAINER_KILLS=30 python -m pytest tests/crash/test_trainer_kills.py
"""

from __future__ import annotations

import asyncio
import json
import os
import random
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import torch
from studio.contract.records import (
    AdjustmentApplied,
    CheckpointSaved,
    RunCompleted,
    RunFailed,
    RunHeartbeat,
    RunPaused,
    RunResumed,
    StepRecorded,
)

from grpo.training.loop import train
from grpo.training.orders import Change
from ops.local.session import Session
from processors.training.decide import AdjustRun, PauseRun, ResumeRun
from tests.platform.trainers import CONFIG, World, opened, torch_processes
from tests.rooms.test_grpo_loop import task as plain_task
from tests.rooms.test_grpo_loop import weights

KILLS = int(os.environ.get("TRAINER_KILLS", "3"))
STEPS = 40 + 60 * KILLS
LEASE = 2.5


@pytest.fixture
async def world(backbone: Session) -> AsyncIterator[World]:
    async with opened(backbone) as made:
        yield made


class Disturber:
    """Kills one after the other, each a little after something that the run said."""

    def __init__(self, world: World, run_id: str, seed: int) -> None:
        self.world, self.run_id, self.dice = world, run_id, random.Random(seed)
        self.alive: dict[str, asyncio.subprocess.Process] = {}
        self.done: list[str] = []

    def ended(self) -> bool:
        assert not self.world.seen(self.run_id, RunFailed)
        return bool(self.world.seen(self.run_id, RunCompleted))

    async def start(self, name: str) -> None:
        self.alive[name] = await self.world.trainer(name, LEASE)

    async def wait_for_news(self) -> None:
        """Until the run has said something new of a kind, and a moment longer."""
        kind = self.dice.choice([StepRecorded, StepRecorded, CheckpointSaved, RunHeartbeat])
        known = len(self.world.seen(self.run_id, kind))
        steps = self.world.last(self.run_id)
        await self.world.until(
            lambda: (
                self.ended()
                or len(self.world.seen(self.run_id, kind)) > known
                and self.world.last(self.run_id) >= min(steps + 2, STEPS)
            )
        )
        await asyncio.sleep(self.dice.random() * 0.2)

    async def kill(self) -> None:
        """A torch process, or a trainer, which comes back under its name."""
        name = next((name for name, one in self.alive.items() if torch_processes(one)), None)
        if name is None:
            return
        if self.dice.random() < 0.6:
            with suppress(psutil.NoSuchProcess, IndexError):
                torch_processes(self.alive[name])[0].kill()
            self.done.append("torch")
        else:
            self.alive[name].kill()
            await self.alive[name].wait()
            self.done.append("trainer")
            await self.start(name)

    async def pause(self) -> None:
        """Paused, and killed before or after it could finish its step; then resumed."""
        seen = len(self.world.seen(self.run_id, RunPaused))
        await self.world.do(self.run_id, PauseRun("", "ann"))
        await self.world.until(lambda: len(self.world.seen(self.run_id, RunPaused)) > seen)
        await asyncio.sleep(self.dice.random() * 0.5)
        await self.kill()
        await self.world.do(self.run_id, ResumeRun("ann"))
        await self.world.until(lambda: len(self.world.seen(self.run_id, RunResumed)) > seen)

    async def change(self) -> None:
        rate = round(self.dice.uniform(1e-4, 4e-4), 6)
        await self.world.do(self.run_id, AdjustRun(json.dumps({"learning_rate": rate}), "", "ann"))


@pytest.mark.timeout(1800)
async def test_a_run_that_is_killed_everywhere_is_the_run_that_nobody_disturbed(world: World, tmp_path: Path) -> None:
    run_id = await world.request(await world.dataset(), STEPS)
    disturber = Disturber(world, run_id, seed=7)
    for name in ("left", "right"):
        await disturber.start(name)
    await world.until(lambda: world.last(run_id) >= 1)
    for number in range(KILLS):
        await disturber.wait_for_news()
        if disturber.ended():
            break
        if number % 2 == 0:
            await disturber.change()
        if number % 3 == 1:
            await disturber.pause()
        else:
            await disturber.kill()
    await world.until(disturber.ended, 600)
    completed = await world.ended(run_id, RunCompleted)
    assert len(disturber.done) >= KILLS - 2, "too little was disturbed"

    told = [(e.data.phase, e.data.step) for e in world.seen(run_id, StepRecorded)]
    assert told == [("warm_start", n) for n in range(1, 7)] + [("grpo", n) for n in range(1, STEPS + 1)]
    changes: dict[int, tuple[Change, ...]] = {}
    for one in {e.data.revision: e.data for e in world.seen(run_id, AdjustmentApplied)}.values():
        changes[one.step] = (*changes.get(one.step, ()), Change(one.revision, json.loads(one.changes)))
    assert sum(map(len, changes.values())) == (KILLS + 1) // 2
    whole = weights(list(train(replace(plain_task(tmp_path, CONFIG % STEPS), changes=changes))))
    trained = await world.weights(completed.manifest_blob)
    assert all(torch.equal(tensor, whole[name]) for name, tensor in trained.items())
