"""Prompts are counted in tokens of the run's own tokenizer before it trains, and those that do not fit are named."""

from dataclasses import replace
from pathlib import Path

import pytest

from grpo.errors import DatasetUnusable
from grpo.model.directory import load_model
from grpo.prompt import encode
from grpo.records import BaseReady, PromptsLeftOut, StepDone
from grpo.training.loop import train
from processors.training.figures import too_long
from tests.rooms.test_grpo_loop import only, task
from tests.small_corpus import TRAIN


def test_long_prompts_are_left_out_and_named_before_the_first_step(tmp_path: Path) -> None:
    long = replace(TRAIN[0], sample_id="long", passage=" ".join([TRAIN[0].passage] * 60))
    longer = replace(TRAIN[1], sample_id="longer", passage=" ".join([TRAIN[1].passage] * 90))
    wanted = replace(task(tmp_path), train=[long, *TRAIN[2:], longer])
    records = list(train(wanted))
    first = records[0]
    assert isinstance(first, PromptsLeftOut)
    assert (first.count, first.samples, first.sample_ids) == (2, len(TRAIN), ("longer", "long"))
    _, tokenizer = load_model(only(records, BaseReady)[0].path)
    assert first.longest == len(encode(tokenizer, longer.passage, longer.question)) > first.limit
    asked = {rollout.sample_id for step in only(records, StepDone) for rollout in step.groups}
    assert asked and not asked & {"long", "longer"}
    alarm = too_long(vars(first))
    assert f"set grpo.max_prompt_tokens to {first.longest}" in alarm["message"] and "longer, long" in alarm["message"]
    assert (alarm["value"], alarm["limit"]) == (first.longest, first.limit)


def test_a_run_of_which_no_prompt_fits_says_so_before_it_begins(tmp_path: Path) -> None:
    wanted = task(tmp_path)
    narrow = replace(wanted.config, grpo=replace(wanted.config.grpo, max_prompt_tokens=3))
    with pytest.raises(DatasetUnusable) as raised:
        next(train(replace(wanted, config=narrow)))
    assert raised.value.field == "config.grpo.max_prompt_tokens"
    assert raised.value.remedy and raised.value.remedy.startswith("set it to ")


def test_prompts_that_fit_are_not_talked_about(tmp_path: Path) -> None:
    assert not isinstance(next(train(task(tmp_path))), PromptsLeftOut)
