"""Whole runs with what is off by default, each resumed in the middle and ending with the same weights."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, PreTrainedTokenizerBase

from grpo.errors import RewardFailed, TrainingUnstable
from grpo.figures import METRICS
from grpo.model.directory import load_tokenizer
from grpo.prompt import encode
from grpo.records import BaseReady, CheckpointDone, EvaluationDone, Finished, StepDone
from grpo.reward.measures import CUSTOM, Completion, register
from grpo.samples import Sample
from grpo.sampling.episodes import Turn
from grpo.sampling.sampling import Order, Sampled
from grpo.training.loop import train
from grpo.training.run import Task
from tests.rooms.test_grpo_loop import CONFIG, only, task
from tests.small_corpus import TRAIN

SHORT: dict[str, Any] = {
    **json.loads(CONFIG),
    "warm_start": {"steps": 3, "copy_steps": 1, "passages": 4, "target_loss": 0.01},
    "evaluation": {"resamples": 50},
}
PARTS = {"objectives": [{"name": "token_f1", "weight": 0.9}, {"name": "length", "weight": 0.1, "most": 3}]}


def config(grpo: dict[str, Any], **rest: Any) -> str:
    small = {"steps": 4, "prompts": 4, "completions": 4, "max_tokens": 6}
    return json.dumps({**SHORT, "checkpoint_every": 3, **rest, "grpo": {**small, **grpo}})


FEATURES = {
    "estimators": {"advantage": {"estimator": "rloo", "per_part": True, "whiten": True, "refill": 3}},
    "gspo": {"aggregation": "sequence", "objective": {"kind": "gspo"}, "updates": 2, "clip_low": 0.01},
    "cispo": {"objective": {"kind": "cispo", "entropy": 0.01}, "updates": 2, "schedule": "cosine"},
    "kl in the reward": {
        "kl_coefficient": 0.05, "kl_target": 0.01, "kl_control": {"smoothing": 0.5, "horizon": 50.0},
        "objective": {"kl_place": "reward", "kl_estimator": "k1", "dual_clip": 3.0},
    },
    "overlong": {"objective": {"overlong_buffer": 3, "overlong_filter": True}, "stop": ["e"], "top_p": 0.9, "top_k": 9},
    "memory": {"token_budget": 100, "logit_chunk": 16, "kl_coefficient": 0.01},
    "adapters": {"lora": {"rank": 4}, "kl_coefficient": 0.01, "learning_rate": 0.01},
    "monitor": {"monitor": {"entropy": {"limit": 99.0, "action": "back_off"}, "patience": 1, "most_back_offs": 9}},
}  # fmt: skip


def outcome(records: Sequence[Any]) -> dict[str, torch.Tensor]:
    return load_file(only(records, Finished)[0].path / "model.safetensors")


@pytest.mark.parametrize("feature", FEATURES)
def test_resumed_runs_are_the_unbroken_run(feature: str, tmp_path: Path) -> None:
    text = config(FEATURES[feature], reward=PARTS)
    whole = list(train(task(tmp_path / "whole", text)))
    steps = [s for s in only(whole, StepDone) if s.phase == "grpo"]
    assert [s.step for s in steps] == [1, 2, 3, 4]
    assert all(set(s.metrics) <= set(METRICS) for s in steps)
    for kept in (3, 0):  # from the checkpoint of step 3; and from that of step 0 with three recorded steps
        broken = list(stopped(task(tmp_path / f"broken{kept}", text), 3 if kept else 2))
        point = [c for c in only(broken, CheckpointDone) if (c.phase, c.step) == ("grpo", kept)][0]
        recorded = {s.step: s.groups for s in only(broken, StepDone) if s.phase == "grpo" and s.step > kept}
        again = list(train(replace(task(tmp_path / f"again{kept}", text), resume=point.path, recorded=recorded)))
        assert all(torch.equal(tensor, outcome(again)[name]) for name, tensor in outcome(whole).items())
        last, found = steps[-1], [s for s in only(again, StepDone) if s.phase == "grpo"][-1]
        assert replace(found, seconds=0.0) == replace(last, seconds=0.0)


def stopped(given: Task, step: int) -> list[Any]:
    """Records of a run that is cut right after a step's checkpoint, or the step where it has none."""
    found: list[Any] = []
    for record in train(given):
        found.append(record)
        at = (getattr(record, "phase", ""), getattr(record, "step", -1)) == ("grpo", step)
        if at and (isinstance(record, CheckpointDone) or step % 3 and isinstance(record, StepDone)):
            break
    return found


def reinforced(directory: Path, text: str) -> list[StepDone]:
    """The steps of reinforcement of a whole run."""
    return [step for step in only(list(train(task(directory, text))), StepDone) if step.phase == "grpo"]


def test_dead_groups_are_replaced_within_bounds(tmp_path: Path) -> None:
    numbers = {"objectives": [{"name": "number"}]}
    plain = reinforced(tmp_path / "plain", config({}, reward=numbers))[0]
    assert (plain.metrics["groups_sampled"], plain.metrics["groups_refilled"]) == (4, 0)
    assert plain.dead_groups > 1
    refilled = reinforced(tmp_path / "refilled", config({"advantage": {"refill": 4}}, reward=numbers))[0]
    assert refilled.dead_groups == plain.dead_groups - refilled.metrics["groups_refilled"]
    most = 4 + 4 * plain.dead_groups
    assert 4 + plain.dead_groups <= refilled.metrics["groups_sampled"] <= most


def test_a_merged_adapter_model_is_a_plain_model(tmp_path: Path) -> None:
    records = list(train(task(tmp_path, config(FEATURES["adapters"]))))
    final, base = only(records, Finished)[0].path, only(records, BaseReady)[0].path
    trained, start = load_file(final / "model.safetensors"), load_file(base / "model.safetensors")
    assert trained.keys() == start.keys()
    changed = {name for name in trained if not torch.equal(trained[name], start[name])}
    assert changed and all(name.endswith("proj.weight") for name in changed)
    AutoModelForCausalLM.from_pretrained(final)
    steps = [s for s in only(records, StepDone) if s.phase == "grpo"]
    assert steps[0].kl == pytest.approx(0, abs=1e-9), "the reference is the policy without adapters"


def test_the_best_evaluation_decides_what_is_kept(tmp_path: Path) -> None:
    # A learning rate that ruins the model: the best is what it was before.
    text = config({"learning_rate": 0.5, "warmup_steps": 0}, evaluation={"every": 1, "keep_best": True, "samples": 4,
                                                                         "resamples": 50})  # fmt: skip
    records = list(train(task(tmp_path, text)))
    evaluations, finished = only(records, EvaluationDone), only(records, Finished)[0]
    best = max(evaluations, key=lambda e: e.reward)
    after = evaluations[-1]
    assert after.moment == "after" and after.reward == pytest.approx(best.reward) and after.best
    assert finished.metrics["reward_after"] == after.reward
    assert finished.step == next(e.step for e in evaluations if e.reward == best.reward)
    assert set(after.pass_at) == {"1", "2", "4"} and "pass_at_4" in finished.metrics
    means = [after.pass_at[k][0] for k in ("1", "2", "4")]
    assert means == sorted(means)

    cut = stopped(task(tmp_path / "cut", text), 3)
    point = [c for c in only(cut, CheckpointDone) if c.phase == "grpo"][-1]
    again = list(train(replace(task(tmp_path / "again", text), resume=point.path)))
    assert all(torch.equal(tensor, outcome(again)[name]) for name, tensor in outcome(records).items())


def test_a_rule_stops_the_run_with_its_reason(tmp_path: Path) -> None:
    text = config({"monitor": {"entropy": {"limit": 99.0, "action": "stop"}, "patience": 2}})
    steps = []
    with pytest.raises(TrainingUnstable) as refused:
        for record in train(task(tmp_path, text)):
            steps += [record] if isinstance(record, StepDone) and record.phase == "grpo" else []
    assert [len(step.alarms) for step in steps] == [0, 1]
    assert (refused.value.code, refused.value.field) == ("TRAINING_UNSTABLE", "grpo.monitor.entropy")
    assert refused.value.remedy


def test_backing_off_lowers_the_learning_rate(tmp_path: Path) -> None:
    steps = reinforced(tmp_path / "watched", config({**FEATURES["monitor"], "warmup_steps": 0}))
    usual = reinforced(tmp_path / "plain", config({"warmup_steps": 0}))
    assert [s.learning_rate for s in steps] == pytest.approx([s.learning_rate * 0.5**n for n, s in enumerate(usual)])
    assert [s.metrics["back_offs"] for s in steps] == [1, 2, 3, 4]


def test_a_reward_that_fails_stops_the_run_or_costs_its_group(tmp_path: Path) -> None:
    @register("fragile")
    def fragile(completion: Completion) -> float:
        if "north" in completion.passage:
            raise ValueError("no north, please")
        return min(1.0, len(completion.text) / 20)

    reward = {"objectives": [{"name": "custom:fragile"}]}
    try:
        kept = task(tmp_path / "stop", config({"swap": 0.0}, reward=reward))
        with pytest.raises(RewardFailed) as refused:
            list(train(replace(kept, heldout=[])))
        assert "custom:fragile: exception: ValueError: no north" in refused.value.message
        text = config({"swap": 0.0, "reward_faults": "drop", "steps": 8}, reward=reward)
        without = replace(task(tmp_path / "drop", text), heldout=[])
        steps = [s for s in only(list(train(without)), StepDone) if s.phase == "grpo"]
        north = [sample for sample in TRAIN if "north" in sample.passage]
        hopeless = config({"swap": 0.0, "reward_faults": "drop", "dead_limit": 2}, reward=reward)
        with pytest.raises(RewardFailed):
            list(train(replace(task(tmp_path / "all", hopeless), heldout=[], train=north)))
    finally:
        del CUSTOM["fragile"]
    assert sum(s.metrics["faults"] for s in steps) > 0
    for step in steps:
        broken = {r.group for r in step.groups if r.fault}
        assert all(r.advantage == 0 for r in step.groups if r.group in broken)
        paid = [r.reward for r in step.groups if not r.fault]
        assert not paid or step.reward == pytest.approx(sum(paid) / len(paid))


class Elsewhere:
    """Another engine: it answers with prompt tokens, and says other log-probabilities than the learner's."""

    def load(self, version: int, directory: Path) -> None:
        """It has weights of its own."""

    def sample(self, order: Order, version: int) -> tuple[list[Sampled], int]:
        step = order.step
        rows = [
            Sampled(list(prompt[5 + step + n : 8 + step + n + n % 2]), [-1.0] * (3 + n % 2), False)
            for prompt in order.prompts
            for n in range(order.branches)
        ]
        return rows, version

    def close(self) -> None:
        """Nothing is held open."""


def test_another_sampler_with_truncated_importance(tmp_path: Path) -> None:
    text = config({"objective": {"importance_cap": 2.0}})
    records = list(train(replace(task(tmp_path, text), sampler=Elsewhere())))
    steps = [s for s in only(records, StepDone) if s.phase == "grpo" and s.dead_groups < 4]
    assert steps
    for step in steps:
        assert 0 < step.metrics["importance"] <= 2 and 0 < step.metrics["importance_share"] <= 1
        assert step.metrics["ratio"] == pytest.approx(1.0, abs=1e-4), "old is the learner's own view"
    assert all(set(r.logprobs) == {-1.0} for s in steps for r in s.groups)


class Asking:
    """A toy tool: whatever the model says first, it is told the passage's number words and may speak again."""

    def __init__(self, prompt: list[int], told: list[int]) -> None:
        self.prompt, self.told, self.turns = prompt, told, 0

    def respond(self, tokens: Sequence[int]) -> Turn:
        self.turns += 1
        return Turn(self.told, done=self.turns == 2)


class Library:
    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        self.tokenizer = tokenizer

    def start(self, sample: Sample, seed: int) -> Asking:
        told = list(self.tokenizer.encode(f" {sample.answer}", add_special_tokens=False))
        return Asking(encode(self.tokenizer, sample.passage, sample.question), told)


def test_a_run_with_an_environment_trains_on_the_models_own_tokens(tmp_path: Path) -> None:
    records = list(train(task(tmp_path / "base", config({"steps": 1}))))
    base = only(records, Finished)[0].path
    text = config({"turns": 2, "max_tokens": 6, "stop": ["e"], "kl_coefficient": 0.01})
    library = Library(load_tokenizer(str(base)))
    given = replace(task(tmp_path / "talks", text), base_model=str(base), environment=library)
    whole = list(train(given))
    talks = [r for s in only(whole, StepDone) for r in s.groups]
    assert any(0 in r.mask for r in talks), "some were answered"
    for r in talks:
        assert len(r.mask) == len(r.tokens) == len(r.logprobs) <= 12
        assert all(score == 0 for score, own in zip(r.logprobs, r.mask, strict=True) if not own)
    point = next(c for c in only(whole, CheckpointDone) if c.step == 3)
    again = list(train(replace(given, directory=tmp_path / "again", resume=point.path)))
    assert all(torch.equal(tensor, outcome(again)[name]) for name, tensor in outcome(whole).items())


def test_user_code_is_a_reward_of_a_run(tmp_path: Path) -> None:
    code = "def reward(text, **rest): return min(1.0, len(text) / 30)"
    reward = {"objectives": [{"name": "python:long", "code": code}]}
    records = list(train(task(tmp_path, config({"steps": 2}, reward=reward))))
    groups = [r for s in only(records, StepDone) for r in s.groups]
    assert all(r.reward == pytest.approx(min(1.0, len(r.text) / 30)) for r in groups)
