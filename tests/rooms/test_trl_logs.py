"""Rows that TRL 1.16 logged (kept from a training) become steps; the callback ends, stops and skips as it should."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from studio.tracking_step import Step
from studio.trl_logs import DEFINITIONS, Rows

STEPS: list[dict[str, Any]] = [
    {
        "loss": -1.341104507446289e-07, "grad_norm": 6.374258518218994, "learning_rate": 0.001, "num_tokens": 88.0,
        "completions/mean_length": 8.0, "completions/min_length": 8.0, "completions/max_length": 8.0,
        "completions/clipped_ratio": 1.0, "completions/mean_terminated_length": 0.0,
        "rewards/short/mean": 0.09735212475061417, "rewards/short/std": 0.030647965148091316,
        "rewards/vowels/mean": 0.11198645830154419, "rewards/vowels/std": 0.0782645121216774,
        "reward": 0.20933857560157776, "reward_std": 0.05948502570390701, "frac_reward_zero_std": 0.0, "kl": 0.0,
        "entropy": 2.980189323425293, "clip_ratio/low_mean": 0.0, "clip_ratio/high_mean": 0.0,
        "clip_ratio/region_mean": 0.0, "clip_ratio/low_min": 0.0, "clip_ratio/high_max": 0.0,
        "step_time": 0.4090056730019569, "epoch": 0.5,
    },
    {
        "loss": 0.0002843700350330902, "grad_norm": 7.996426105499268, "learning_rate": 0.0006666666666666666,
        "num_tokens": 168.0, "completions/mean_length": 8.0, "completions/clipped_ratio": 0.5,
        "rewards/short/mean": 0.07800550758838654, "rewards/vowels/mean": None, "reward": 0.19755366444587708,
        "frac_reward_zero_std": 0.25, "kl": 0.005682218819856644, "entropy": 2.8382322788238525,
        "clip_ratio/region_mean": 0.125, "step_time": 0.354481657002907, "epoch": 1.0,
    },
]  # fmt: skip
EVALUATED = {
    "eval_loss": 0.0017356795724481344,
    "eval_reward": 0.16771138459444046,
    "eval_runtime": 0.6836,
    "epoch": 1.0,
}
LAST = {"train_runtime": 3.7593, "train_loss": 0.0011349165191253026, "total_flos": 0.0, "epoch": 1.5}


def test_a_row_says_what_the_studio_calls_it() -> None:
    rows = Rows()
    step = Step("train", 1)
    step.add(rows.step(STEPS[0]))
    fact = step.record()
    assert (fact.loss, fact.reward, fact.kl, fact.entropy) == (
        -1.341104507446289e-07,
        0.20933857560157776,
        0.0,
        2.980189323425293,
    )
    assert (fact.grad_norm, fact.learning_rate, fact.length, fact.tokens, fact.seconds) == (
        6.374258518218994,
        0.001,
        8.0,
        88,
        0.4090056730019569,
    )
    assert fact.reward_parts == '{"short": 0.09735212475061417, "vowels": 0.11198645830154419}'
    assert step.values["truncated"] == 1.0 and step.values["dead_share"] == 0.0 and not step.refused


def test_tokens_are_counted_by_step_and_an_evaluation_belongs_to_its_step() -> None:
    rows = Rows()
    rows.step(STEPS[0])
    step = Step("train", 2)
    for row in (STEPS[1], EVALUATED):
        step.add(rows.step(row))
    fact = step.record()
    assert (fact.tokens, fact.clip_fraction, fact.reward) == (80, 0.125, 0.19755366444587708)
    assert fact.reward_parts == '{"short": 0.07800550758838654}'
    assert step.values["eval/reward"] == 0.16771138459444046
    assert rows.step(LAST) == {} and rows.final["train_loss"] == 0.0011349165191253026


def test_every_figure_with_a_place_of_its_own_is_defined() -> None:
    told = {name for name in Rows().step(STEPS[0]) if "/" not in name} - {"reward_parts", "seconds"}
    assert told <= set(DEFINITIONS)


class Run:
    """A tracked run that keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []
        self.stopped = False

    def log(self, values: dict[str, Any], step: int) -> None:
        self.told.append((step, values.get("reward")))

    def flush(self) -> None:
        self.told.append("flush")

    def finish(self, **more: Any) -> None:
        self.told.append(("finish", more))


@pytest.fixture
def trl() -> Any:
    return pytest.importorskip("studio.trl")


def test_the_callback_tells_stops_and_leaves_a_run_of_others_open(trl: Any) -> None:
    run = Run()
    callback = trl.StudioCallback(run=run)
    state = SimpleNamespace(is_world_process_zero=True, global_step=1, max_steps=2)
    control = SimpleNamespace(should_training_stop=False)
    callback.on_train_begin(None, state, control)
    callback.on_log(None, state, control, logs=STEPS[0])
    assert callback.on_step_end(None, state, control).should_training_stop is False
    callback.on_step_begin(None, state, control)
    run.stopped = True
    assert callback.on_step_end(None, state, control).should_training_stop is True
    callback.on_log(None, state, control, logs=LAST)
    callback.on_train_end(None, state, control)
    assert run.told == [(1, 0.20933857560157776), "flush"]


def test_other_processes_tell_nothing(trl: Any) -> None:
    callback = trl.StudioCallback("bot")
    state = SimpleNamespace(is_world_process_zero=False, global_step=1, max_steps=2)
    callback.on_train_begin(None, state, None)
    callback.on_log(None, state, None, logs=STEPS[0])
    callback.on_train_end(None, state, None)
    assert callback.run is None


def test_a_name_is_made_from_whatever_there_is_and_tokens_stay_here(trl: Any) -> None:
    assert [trl.name_of(text) for text in ("tiny run", None, "../über", "---")] == ["tiny-run", "trl", "ber", "trl"]
    given = SimpleNamespace(to_sanitized_dict=lambda: {"hub_token": "x", "max_token": 3, "learning_rate": 1})
    assert trl.config_of(given) == {"max_token": 3, "learning_rate": 1}
