"""A sampler beside the learner: the same run, older weights within bounds, deaths that nobody notices in the result."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from grpo.config import read_config
from grpo.errors import SamplerBroken, SamplerStale, WeightsBroken
from grpo.model.directory import save_model
from grpo.model.network import Llama, Shape
from grpo.model.policy import LlamaPolicy
from grpo.model.tokenizer import build
from grpo.model.weights import Weights, verified
from grpo.prompt import end_tokens
from grpo.records import CheckpointDone, Record, StepDone
from grpo.sampling.choosing import Sampling
from grpo.sampling.pipeline import Pipeline
from grpo.sampling.sampler_process import Process
from grpo.sampling.sampling import Order, Sampled, sampled
from grpo.sampling.stops import Stops
from grpo.training.loop import train
from grpo.training.run import Task
from tests.rooms.test_grpo_loop import only, weights
from tests.small_corpus import TRAIN, corpus

TOKENIZER = build([corpus()], 300)
REWARD = {"objectives": [{"name": "cel:long", "expression": "double(words) / 30.0"}]}


def policy(seed: int = 5) -> LlamaPolicy:
    network = Llama(Shape(len(TOKENIZER), 32, 2, 4, 4, 48))
    chance = torch.Generator().manual_seed(seed)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.3, generator=chance)
    return LlamaPolicy(network)


def order(step: int = 1, sampling: Sampling | None = None, seed: int = 3) -> Order:
    return Order(step, 0, [[1, 20, 30], [1, 40, 50, 60]], 3, sampling or Sampling(9, 0.8), seed)


def own(model: LlamaPolicy, order: Order) -> list[Sampled]:
    """What the policy itself samples for an order."""
    s = order.sampling
    uniforms = torch.rand(order.rows, s.max_tokens, generator=torch.Generator().manual_seed(order.seed))
    stops = Stops(lambda tokens: str(TOKENIZER.decode(tokens)), s.stop) if s.stop else None
    return sampled(model, list(order.prompts), uniforms, s, end_tokens(TOKENIZER), stops)


@pytest.fixture(scope="module")
def process() -> Iterator[Process]:
    torch.set_num_threads(1)
    made = Process(timeout=60)
    yield made
    made.close()


def test_a_process_samples_what_the_policy_would(process: Process, tmp_path: Path) -> None:
    versions = Weights(tmp_path)
    for version in (0, 1, 2):
        process.load(version, versions.publish(version, policy(version), TOKENIZER))
    for version in (2, 0, 1):
        assert process.sample(order(), version) == (own(policy(version), order()), version), "to the bit"
    chosen = Sampling(12, 1.3, 0.9, 40)
    assert process.sample(order(sampling=chosen), 1)[0] == own(policy(1), order(sampling=chosen))
    text = str(TOKENIZER.decode(own(policy(1), order())[2].tokens[2:4]))
    stopped = replace(order(), sampling=Sampling(9, 0.8, stop=(text,)))
    assert process.sample(stopped, 1)[0] == own(policy(1), stopped) != own(policy(1), order())
    assert process.starts == 1


def test_a_process_refuses_what_it_cannot_serve(process: Process, tmp_path: Path) -> None:
    path = Weights(tmp_path).publish(7, policy(), TOKENIZER)
    endpoint = process.running()
    with pytest.raises(SamplerBroken, match="404"):
        process.sample(order(), 99)
    with pytest.raises(SamplerBroken, match="at least two"):
        process.sample(replace(order(), prompts=[[1]]), 2)
    with pytest.raises(SamplerBroken, match="holds version 7"):
        endpoint.load(8, path)
    content = bytearray((path / "model.safetensors").read_bytes())
    content[-1] ^= 1
    (path / "model.safetensors").write_bytes(content)
    with pytest.raises(WeightsBroken):
        verified(path)
    with pytest.raises(SamplerBroken, match="WEIGHTS_BROKEN"):
        endpoint.load(7, path)
    key, endpoint.key = endpoint.key, "another"
    with pytest.raises(SamplerBroken, match="401"):
        process.sample(order(), 2)
    endpoint.key = key


def test_versions_come_whole_stay_and_go(tmp_path: Path) -> None:
    versions = Weights(tmp_path / "weights")
    for version in range(4):
        versions.publish(version, policy(version), TOKENIZER)
    before = (tmp_path / "weights" / "000002" / "model.safetensors").read_bytes()
    versions.publish(2, policy(9), TOKENIZER)
    assert (tmp_path / "weights" / "000002" / "model.safetensors").read_bytes() == before, "a version never changes"
    versions.forget(2)
    assert versions.versions() == [2, 3]
    assert versions.at_least(0)[0] == 2
    (tmp_path / "weights" / ".000009.draft").mkdir()
    assert versions.versions() == [2, 3], "what is half written is no version"
    assert versions.needed(4, 1) == tmp_path / "weights" and versions.versions() == [3]
    assert versions.needed(4, 0) is None


class Told:
    """A sampler that remembers what it is told; its answers name the version ``using``, or the one asked for."""

    def __init__(self, using: int | None = None) -> None:
        self.using, self.told = using, list[str]()

    def load(self, version: int, directory: Path) -> None:
        assert verified(directory) == version
        self.told.append(f"load {version}")

    def sample(self, order: Order, version: int) -> tuple[list[Sampled], int]:
        self.told.append(f"sample {order.step} with {version}")
        return own(policy(), order), version if self.using is None else self.using

    def close(self) -> None:
        self.told.append("close")


@pytest.mark.parametrize(
    ("staleness", "told"),
    [
        (0, "load 0, sample 1 with 0, load 1, sample 2 with 1, load 2, sample 3 with 2, close"),
        (1, "load 0, sample 1 with 0, sample 2 with 0, load 1, sample 3 with 1, close"),
        (2, "load 0, sample 1 with 0, sample 2 with 0, sample 3 with 0, close"),
    ],
)
def test_which_version_samples_a_step_is_a_function_of_the_step(tmp_path: Path, staleness: int, told: str) -> None:
    sampler = Told()
    pipeline = Pipeline(sampler, Weights(tmp_path), staleness)
    lags = []
    for step in (1, 2, 3):
        pipeline.publish(step - 1, policy(step), TOKENIZER)
        for later in range(step, min(step + staleness, 3) + 1):
            pipeline.ask(order(later))
        lags.append(pipeline.answer(order(step)).lag)
    pipeline.close()
    assert ", ".join(sampler.told) == told
    assert lags == [min(staleness, step - 1) for step in (1, 2, 3)]
    assert Weights(tmp_path).versions() == list(range(2 - staleness, 3))


def test_weights_that_stay_too_old_stop_the_run(tmp_path: Path) -> None:
    pipeline = Pipeline(Told(using=0), Weights(tmp_path), 1, patience=0.01)
    for step in (1, 2):
        pipeline.publish(step - 1, policy(), TOKENIZER)
        assert pipeline.answer(order(step)).lag == step - 1
    pipeline.publish(2, policy(), TOKENIZER)
    with pytest.raises(SamplerStale) as refused:
        pipeline.answer(order(3))
    assert "2 versions behind" in refused.value.message and refused.value.remedy
    pipeline.close()


def test_a_learner_waits_for_weights_that_come(tmp_path: Path) -> None:
    class Later(Told):
        def sample(self, order: Order, version: int) -> tuple[list[Sampled], int]:
            rows, _ = super().sample(order, version)
            return rows, len(self.told) - 2  # one version further with every question

    sampler = Later()
    pipeline = Pipeline(sampler, Weights(tmp_path), 0, patience=60)
    pipeline.publish(2, policy(), TOKENIZER)
    assert pipeline.answer(order(3)).lag == 0
    assert sampler.told == ["load 2", *["sample 3 with 2"] * 3]
    pipeline.close()


CONFIG: dict[str, Any] = {
    "checkpoint_every": 3, "model": {"vocabulary": 300, "width": 32, "layers": 2, "heads": 4},
    "warm_start": {"steps": 0}, "reward": REWARD, "evaluation": {"resamples": 10},
    "grpo": {"steps": 7, "prompts": 3, "completions": 4, "max_tokens": 8, "advantage": {"refill": 1}},
}  # fmt: skip


def task(directory: Path, **changed: object) -> Task:
    torch.set_num_threads(1)
    config = {**CONFIG, "grpo": {**CONFIG["grpo"], **changed}}
    return Task(TRAIN, [], [corpus()], "small", read_config(json.dumps(config)), directory)


def behind(directory: Path, **more: Any) -> Task:
    given = task(directory, sampler={"kind": "process", "staleness": 2}, objective={"importance_cap": 2.0})
    return replace(given, **more)


def same(one: Sequence[Record], other: Sequence[Record]) -> bool:
    return all(torch.equal(tensor, weights(other)[name]) for name, tensor in weights(one).items())


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> list[Record]:
    """Records of a run; the checkpoint after step 3, which it would remove, lies beside it."""
    directory, records = tmp_path_factory.mktemp("run"), list[Record]()
    for record in train(behind(directory)):
        if isinstance(record, CheckpointDone) and record.step == 3:
            record = replace(record, path=shutil.copytree(record.path, directory / "third"))
        records.append(record)
    return records


def test_a_process_that_is_never_behind_gives_the_run_without_one(tmp_path: Path) -> None:
    plain = list(train(task(tmp_path / "plain")))
    beside = list(train(task(tmp_path / "beside", sampler={"kind": "process"})))
    assert same(plain, beside)
    first, last = (only(plain, StepDone)[n] for n in (0, -1))
    assert first.groups[0].logprobs != last.groups[0].logprobs and any(s.grad_norm for s in only(plain, StepDone))
    assert [s.metrics["sampler_lag"] for s in only(beside, StepDone)] == [0.0] * 7
    assert "sampler_lag" not in first.metrics


def test_lag_is_measured_and_weighed(unbroken: list[Record]) -> None:
    steps = only(unbroken, StepDone)
    assert [s.metrics["sampler_lag"] for s in steps] == [0.0, 1.0, 2.0, 2.0, 2.0, 2.0, 2.0]
    assert steps[0].metrics["importance"] == pytest.approx(1, abs=1e-4)
    assert any(abs(s.metrics["importance"] - 1) > 1e-4 for s in steps[1:])


def test_a_killed_sampler_changes_nothing(unbroken: list[Record], tmp_path: Path) -> None:
    sampler = Process(timeout=60)
    records = []
    for record in train(behind(tmp_path, sampler=sampler)):
        records.append(record)
        if isinstance(record, StepDone) and record.step == 3:
            assert sampler.child is not None
            os.kill(sampler.child.pid, signal.SIGKILL)
    assert sampler.starts == 2 and sampler.child is None
    assert [s.step for s in only(records, StepDone)] == list(range(1, 8)), "no step twice, none left out"
    assert same(records, unbroken)


def test_a_resumed_run_samples_with_the_versions_that_the_unbroken_one_had(
    unbroken: list[Record], tmp_path: Path
) -> None:
    third = only(unbroken, CheckpointDone)[1]
    assert third.step == 3 and sorted(path.name for path in (third.path / "weights").iterdir()) == ["000001", "000002"]
    recorded = {s.step: s.groups for s in only(unbroken, StepDone) if s.step == 4}
    again = list(train(behind(tmp_path, resume=third.path, recorded=recorded)))
    assert [s.step for s in only(again, StepDone)] == [5, 6, 7]
    assert [s.metrics["sampler_lag"] for s in only(again, StepDone)] == [2.0] * 3
    assert same(again, unbroken)


def test_a_saved_policy_is_what_is_published(tmp_path: Path) -> None:
    path = Weights(tmp_path).publish(0, policy(), TOKENIZER)
    save_model(policy(), TOKENIZER, tmp_path / "plain")
    assert (path / "model.safetensors").read_bytes() == (tmp_path / "plain" / "model.safetensors").read_bytes()
