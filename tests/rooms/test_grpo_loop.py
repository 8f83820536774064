"""A whole run on a tiny corpus: what it reports, and that resuming it gives the same run."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer, GPT2Config, GPT2LMHeadModel

from grpo.config import read_config
from grpo.errors import CheckpointCorrupt, DatasetUnusable, ModelNotFound, RewardFlat
from grpo.model.checkpoint import read_checkpoint
from grpo.records import BaseReady, CheckpointDone, EvaluationDone, Finished, Record, StepDone
from grpo.training.evaluation import by_section
from grpo.training.loop import train
from grpo.training.run import Task
from tests.small_corpus import HELDOUT, TRAIN, corpus

R = TypeVar("R")
REWARD = '{"objectives": [{"name": "length", "least": 1, "most": 3}]}'
# An untrained model earns it now and then. With one that it never earns no weight would move, and all runs be equal.
CONFIG = """{"checkpoint_every": 3, "model": {"vocabulary": 400, "width": 64},
 "warm_start": {"steps": 7, "copy_steps": 1, "passages": 4, "target_loss": 0.01},
 "grpo": {"steps": 5, "prompts": 4, "completions": 4, "max_tokens": 6, "kl_coefficient": 0.01, "kl_target": 0.1},
 "evaluation": {"every": 2, "resamples": 100}, "reward": REWARD}""".replace("REWARD", REWARD)


def task(directory: Path, config: str = CONFIG) -> Task:
    torch.set_num_threads(1)
    return Task(TRAIN, HELDOUT, [corpus()], "small", read_config(config), directory)


def only(records: Sequence[Record], kind: type[R]) -> list[R]:
    return [record for record in records if isinstance(record, kind)]


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> list[Record]:
    return list(train(task(tmp_path_factory.mktemp("run"))))


def weights(records: Sequence[Record]) -> dict[str, torch.Tensor]:
    return load_file(only(records, Finished)[0].path / "model.safetensors")


def test_a_run_reports_all_that_happens(unbroken: list[Record]) -> None:
    steps = only(unbroken, StepDone)
    assert [(s.phase, s.step) for s in steps] == [("warm_start", n) for n in range(1, 8)] + [
        ("grpo", n) for n in range(1, 6)
    ]
    assert [e.moment for e in only(unbroken, EvaluationDone)] == ["before", "during", "during", "after"]
    assert [(c.phase, c.step) for c in only(unbroken, CheckpointDone)] == [
        ("warm_start", 3), ("warm_start", 6), ("grpo", 0), ("grpo", 3), ("grpo", 5),
    ]  # fmt: skip
    assert len(only(unbroken, BaseReady)) == 1
    assert isinstance(unbroken[-1], Finished)
    metrics = unbroken[-1].metrics
    assert metrics["gain"] == pytest.approx(metrics["reward_after"] - metrics["reward_before"])
    assert metrics["gain_low"] <= metrics["gain"] <= metrics["gain_high"]
    assert (metrics["heldout_items"], metrics["heldout_sections"]) == (16, 2)


def test_reinforcement_moves_the_weights(unbroken: list[Record]) -> None:
    before = load_file(only(unbroken, BaseReady)[0].path / "model.safetensors")
    assert any(bool((before[name] != tensor).any()) for name, tensor in weights(unbroken).items())


def test_groups_hold_what_the_step_says(unbroken: list[Record]) -> None:
    for step in only(unbroken, StepDone)[7:]:
        assert len(step.groups) == 16
        assert step.reward == pytest.approx(sum(r.reward for r in step.groups) / 16)
        assert step.tokens == sum(len(r.tokens) for r in step.groups)
        for group in range(4):
            of_group = [r for r in step.groups if r.group == group]
            assert len({tuple(r.prompt) for r in of_group}) == 1
            assert sum(r.advantage for r in of_group) == pytest.approx(0, abs=1e-4)
        assert all(len(r.tokens) == len(r.logprobs) and max(r.logprobs) <= 1e-6 for r in step.groups)
    assert any(r.swapped for s in only(unbroken, StepDone) for r in s.groups)


def test_the_same_seed_gives_the_same_run(unbroken: list[Record], tmp_path: Path) -> None:
    again = list(train(task(tmp_path)))
    assert weights(again).keys() == weights(unbroken).keys()
    assert all(torch.equal(tensor, weights(unbroken)[name]) for name, tensor in weights(again).items())


def stopped_at(directory: Path, phase: str, step: int) -> list[Record]:
    """The records of a run that ended right after a step."""
    found: list[Record] = []
    for record in train(task(directory)):
        found.append(record)
        if isinstance(record, StepDone) and (record.phase, record.step) == (phase, step):
            break
    return found


@pytest.mark.parametrize(("phase", "step"), [("warm_start", 5), ("grpo", 2), ("grpo", 5)])
def test_a_resumed_run_ends_with_the_same_weights(
    unbroken: list[Record], tmp_path: Path, phase: str, step: int
) -> None:
    first = stopped_at(tmp_path / "first", phase, step)
    last = only(first, CheckpointDone)[-1]
    recorded = {s.step: s.groups for s in only(first, StepDone) if s.phase == "grpo" and s.step > last.step}
    second = replace(task(tmp_path / "second"), resume=last.path, recorded=recorded if last.phase == "grpo" else {})
    records = list(train(second))
    done = {(s.phase, s.step) for s in only(records, StepDone)}
    assert not {("grpo", step) for step in recorded if last.phase == "grpo"} & done, "a recorded step was sampled again"
    assert all(torch.equal(tensor, weights(unbroken)[name]) for name, tensor in weights(records).items())
    numbers = dict(only(records, Finished)[0].metrics)
    expected = dict(only(unbroken, Finished)[0].metrics)
    assert {**numbers, "seconds": 0} == {**expected, "seconds": 0}


def test_a_changed_checkpoint_is_refused(tmp_path: Path) -> None:
    last = only(stopped_at(tmp_path, "grpo", 1), CheckpointDone)[-1]
    state, optimizer = read_checkpoint(last.path)
    assert state["phase"] == "grpo"
    file = last.path / "model" / "model.safetensors"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    with pytest.raises(CheckpointCorrupt) as refused:
        read_checkpoint(last.path)
    assert "model.safetensors" in refused.value.message


def test_a_reward_without_spread_stops_the_run(tmp_path: Path) -> None:
    config = CONFIG.replace('"steps": 5', '"steps": 9, "dead_limit": 3').replace(
        REWARD, '{"objectives": [{"name": "number", "weight": 0}]}'
    )
    with pytest.raises(RewardFlat) as refused:
        list(train(task(tmp_path, config)))
    assert "last 3 steps" in refused.value.message


def test_nothing_to_train_on_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetUnusable) as refused:
        next(train(replace(task(tmp_path), train=[])))
    assert refused.value.field == "dataset.train"
    empty = [replace(TRAIN[0], answer=" ")]
    with pytest.raises(DatasetUnusable) as refused:
        next(train(replace(task(tmp_path), train=empty)))
    assert refused.value.field == "dataset.answer"


def test_a_base_model_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound):
        next(train(replace(task(tmp_path), base_model=str(tmp_path / "missing"))))


def test_a_saved_model_is_a_base_model(unbroken: list[Record], tmp_path: Path) -> None:
    base = only(unbroken, Finished)[0].path
    records = list(train(replace(task(tmp_path), base_model=str(base))))
    assert {s.phase for s in only(records, StepDone)} == {"grpo"}
    start = load_file(only(records, BaseReady)[0].path / "model.safetensors")
    assert all(torch.equal(tensor, start[name]) for name, tensor in weights(unbroken).items())


def test_any_causal_model_of_transformers_is_a_base_model(unbroken: list[Record], tmp_path: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(only(unbroken, BaseReady)[0].path)
    tokenizer.chat_template = None
    shape = GPT2Config(vocab_size=len(tokenizer), n_embd=32, n_layer=2, n_head=2, eos_token_id=tokenizer.eos_token_id)
    torch.manual_seed(0)
    GPT2LMHeadModel(shape).save_pretrained(tmp_path / "base")
    tokenizer.save_pretrained(tmp_path / "base")
    config = CONFIG.replace('"steps": 5', '"steps": 4').replace('"kl_coefficient": 0.01', '"kl_coefficient": 0.1')
    given = replace(task(tmp_path / "run", config), base_model=str(tmp_path / "base"))
    records = list(train(given))
    assert [s.step for s in only(records, StepDone)] == [1, 2, 3, 4]
    trained = only(records, Finished)[0].path
    assert AutoModelForCausalLM.from_pretrained(trained).config.model_type == "gpt2"
    assert "answer:" in AutoTokenizer.from_pretrained(trained).chat_template

    third = next(record for record in only(records, CheckpointDone) if record.step == 3)
    again = list(train(replace(given, directory=tmp_path / "again", resume=third.path)))
    expected, found = (load_file(only(r, Finished)[0].path / "model.safetensors") for r in (records, again))
    assert all(torch.equal(tensor, found[name]) for name, tensor in expected.items())


def test_intervals_redraw_whole_sections() -> None:
    # Two sections whose items agree: only 0, 1/2 and 1 can be drawn as a mean.
    mean, low, high = by_section([0.0, 0.0, 1.0, 1.0], ["a", "a", "b", "b"], 1000, 0)
    assert (mean, low, high) == (0.5, 0.0, 1.0)
    # One section leaves nothing to redraw.
    assert by_section([0.2, 0.4], ["a", "a"], 1000, 0) == pytest.approx((0.3, 0.3, 0.3))
    # Uneven sections weigh by their items.
    mean, low, high = by_section([1.0] + [0.0] * 9, ["a"] + ["b"] * 9, 1000, 0)
    assert (mean, low, high) == (0.1, 0.0, 1.0)
