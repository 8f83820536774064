"""A search over the real API and log: trials in parallel, stopped early, gone on with after a kill, paid for once."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from studio import AsyncStudio, Studio
from studio.contract import Event
from studio.contract.records import DatasetFrozen, RunCancelled, RunRequested, StepRecorded
from studio.errors import StudioError
from studio.place import Place
from studio.search import Search
from studio.search_reading import read
from studio.search_trial import Found
from studio_api import PASSWORD, Api, api

from processors.datasets.decide import DATASET, FreezeDataset, ImportDataset
from processors.training.commands import ClaimRun, CompleteRun, FailRun
from processors.training.decide import RUN
from streams.decider import Refused
from streams.gate import Do, Gate
from streams.source import LogSource

__all__ = ["api"]
pytestmark = pytest.mark.timeout(240)
SPEC = """
name: {name}
dataset: {dataset}
model: bot
trials: 6
parallel: 2
startup: 2
space:
  grpo.learning_rate: {{low: 1.0e-4, high: 1.0e-3, log: true}}
  seed: {{values: [0, 1, 2]}}
pruning: {{kind: median, startup: 2, warmup: 2, every: 1}}
"""
STEPS = 8
DATASET_ID = "searched"


class Trainer:
    """Claims what is requested and reports steps whose reward is a function of the settings; no model is trained."""

    def __init__(self, api: Api) -> None:
        self.api, self.gate = api, Gate(api.runtime.pool, (RUN,))
        self.cancelled: set[str] = set()
        self.requested: list[str] = []

    async def run(self) -> None:
        async with LogSource(self.api.settings, ["studio.training"]) as source, asyncio.TaskGroup() as group:
            async for event in source.events():
                if event is not None and isinstance(event.data, RunRequested):
                    group.create_task(self.train(event, event.data))
                elif event is not None and isinstance(event.data, RunCancelled):
                    self.cancelled.add(event.subject)

    async def train(self, event: Event, request: RunRequested) -> None:
        if request.dataset_id != DATASET_ID:
            return  # of another test
        labels, config = json.loads(request.labels), json.loads(request.config)
        self.requested.append(labels["search"])
        tenant, run = event.tenant, event.subject
        with suppress(Refused):
            await self.gate.handle(tenant, Do("run", run, ClaimRun("fake")))
            if labels["search"].startswith("fails"):
                await self.gate.handle(tenant, Do("run", run, FailRun(1, "OUT_OF_MEMORY", "no memory")))
            good = config["grpo"]["learning_rate"] * 1000 - 0.05 * config["seed"]
            for step in range(1, STEPS + 1):
                await asyncio.sleep(0.15)
                if run in self.cancelled:
                    return
                fact = StepRecorded(run_id=run, phase="grpo", step=step, steps_total=STEPS, reward=good * step / STEPS)
                await self.api.sink.publish([Event(data=fact, tenant=tenant, subject=run, epoch=1, seq=step)])
            metrics = json.dumps({"reward_after": good})
            await self.gate.handle(tenant, Do("run", run, CompleteRun(1, STEPS, "", "", metrics)))


@pytest.fixture(scope="module")
def trainer(api: Api) -> Iterator[Trainer]:
    made = Trainer(api)

    async def start() -> asyncio.Task[None]:
        return asyncio.create_task(made.run())

    async def end(task: asyncio.Task[None]) -> None:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    task = api.run(start())
    yield made
    api.run(end(task))


@pytest.fixture(scope="module")
def dataset(api: Api) -> str:
    gate, id = Gate(api.runtime.pool, (DATASET,)), DATASET_ID
    frozen = FreezeDataset("1.0.0", "ab", "t/1", "t/2", "t/3", 8, 2, 4, 1, "{}")
    for command in (ImportDataset("qa", "t/0", "rows.jsonl"), frozen):
        decision = api.run(gate.handle("acme", Do("dataset", id, command)))
    assert [name for name, _ in decision.events] == [DatasetFrozen.__name__]
    return id


@pytest.fixture
def place(api: Api) -> Place:
    email, _ = api.user("acme", "engineer")
    return Place(api.url, email=email, password=PASSWORD)


async def searched(place: Place, text: str) -> Found:
    async with AsyncStudio(place=place) as studio:
        return await Search(studio, read(text)).run()


async def test_trials_are_runs_and_what_leads_nowhere_is_stopped(place: Place, trainer: Trainer, dataset: str) -> None:
    text = SPEC.format(name="rates", dataset=dataset)
    found = (await searched(place, text)).plain()
    assert [one["number"] for one in found["trials"]] == list(range(6))
    assert {one["status"] for one in found["trials"]} <= {"completed", "pruned"}
    done = [one for one in found["trials"] if one["status"] == "completed"]
    assert len(done) >= 2 and found["best"]["result"] == max(one["result"] for one in done)
    for one in done:
        wanted = one["params"]["grpo.learning_rate"] * 1000 - 0.05 * one["params"]["seed"]
        assert one["result"] == pytest.approx(wanted)
    # Again, from the log alone: nothing is asked for, and the answer is the same.
    asked = len(trainer.requested)
    again = (await searched(place, text)).plain()
    for one in (*found["trials"], *again["trials"]):
        del one["steps"]  # a step may still have come while its trial was being stopped
    assert again["trials"] == found["trials"] and again["best"] == found["best"]
    assert len(trainer.requested) == asked == 6
    with pytest.raises(StudioError) as refused:
        await searched(place, text.replace("high: 1.0e-3", "high: 2.0e-3"))
    assert refused.value.code == "SPEC_CHANGED"


ONE_BY_ONE = """
name: one-by-one
dataset: {dataset}
model: bot
trials: 6
sampler: random
seed: 1
config: {{grpo: {{learning_rate: 0.001}}}}
space: {{seed: {{values: [0, 1, 2, 3]}}}}
pruning: {{startup: 2, warmup: 2, every: 1}}
"""


async def test_the_worst_is_cancelled_with_its_reason_and_a_small_space_ends_early(
    place: Place, trainer: Trainer, dataset: str
) -> None:
    found = await searched(place, ONE_BY_ONE.format(dataset=dataset))
    assert [(one.params["seed"], one.state) for one in found.trials] == [
        (1, "completed"),
        (2, "completed"),
        (0, "completed"),
        (3, "pruned"),
    ]
    assert found.best is found.trials[2]
    async with AsyncStudio(place=place) as studio:
        run = await studio.runs.get(found.trials[3].run_id)
    assert run.status == "cancelled"
    assert (run.error or {})["reason"] == "pruned by the search 'one-by-one' (median) after step 2"


async def test_several_failures_in_a_row_end_a_search(place: Place, trainer: Trainer, dataset: str) -> None:
    text = SPEC.format(name="fails", dataset=dataset).replace("parallel: 2", "parallel: 1")
    with pytest.raises(StudioError) as failed:
        await searched(place, text)
    assert failed.value.code == "SEARCH_FAILED" and "no memory" in str(failed.value)
    assert trainer.requested.count("fails") == 3


def test_a_killed_search_goes_on_and_pays_for_nothing_twice(
    api: Api, place: Place, trainer: Trainer, dataset: str, tmp_path: Path
) -> None:
    spec = tmp_path / "killed.yaml"
    spec.write_text(SPEC.format(name="killed", dataset=dataset))
    where = {"STUDIO_URL": api.url, "STUDIO_EMAIL": place.email, "STUDIO_PASSWORD": PASSWORD}
    command = [sys.executable, "-m", "studio.cli.main", "search", str(spec), "--json"]

    def start() -> subprocess.Popen[str]:
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, env={**os.environ, **where}, **pipes)

    for lines in (1, 3):  # killed soon, and a little later
        process = start()
        assert process.stderr is not None
        for _ in range(lines):
            assert process.stderr.readline()
        process.send_signal(signal.SIGKILL)
        process.communicate()
    process = start()
    out, told = process.communicate(timeout=120)
    assert process.returncode == 0, told
    found = json.loads(out)
    assert [one["number"] for one in found["trials"]] == list(range(6)) and found["best"]
    table = subprocess.run(command[:-1], env={**os.environ, **where}, capture_output=True, text=True, timeout=60).stdout
    lines = table.splitlines()
    assert lines[0].split() == ["id", "number", "status", "result", "grpo.learning_rate", "seed", "steps"]
    assert len(lines) == 8 and lines[-1] == f"best: trial {found['best']['number']}, run {found['best']['run']}"
    assert trainer.requested.count("killed") == 6
    with Studio(place=place) as studio:
        runs = list(studio.runs.list(labels={"search": "killed"}))
    assert {run["labels"]["trial"] for run in runs} == {str(number) for number in range(6)}
    assert {run.status for run in runs} <= {"completed", "cancelled"}
    stopped = [run for run in runs if run.status == "cancelled"]
    assert all((run.error or {})["reason"].startswith("pruned by the search 'killed'") for run in stopped)
