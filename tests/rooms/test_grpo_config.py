"""The configuration of a run is strict and says which field is wrong."""

import json

import pytest

from grpo.chance import dice, drawn
from grpo.config import Config, read_config
from grpo.errors import ConfigInvalid


def test_nothing_means_defaults() -> None:
    assert read_config("") == read_config("{}") == Config()


def test_values_are_taken_at_every_level() -> None:
    config = read_config('{"seed": 7, "grpo": {"steps": 3, "learning_rate": 1}, "reward": {"objectives": []}}')
    assert (config.seed, config.grpo.steps, config.grpo.learning_rate) == (7, 3, 1.0)
    assert json.loads(config.reward) == {"objectives": []}


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("nonsense", "config"),
        ("[]", "config"),
        ('{"grpo": 3}', "grpo"),
        ('{"grpo": {"stepz": 3}}', "grpo.stepz"),
        ('{"grpo": {"steps": "3"}}', "grpo.steps"),
        ('{"grpo": {"steps": true}}', "grpo.steps"),
        ('{"grpo": {"steps": 0}}', "grpo.steps"),
        ('{"grpo": {"learning_rate": -1.0}}', "grpo.learning_rate"),
        ('{"grpo": {"learning_rate": NaN}}', "grpo.learning_rate"),
        ('{"grpo": {"aggregation": "mean"}}', "grpo.aggregation"),
        ('{"grpo": {"completions": 1}}', "grpo.completions"),
        ('{"grpo": {"clip_low": 1.5}}', "grpo.clip_low"),
        ('{"model": {"vocabulary": 100}}', "model.vocabulary"),
        ('{"model": {"width": 100, "heads": 6}}', "model.heads"),
        ('{"threads": 0}', "threads"),
    ],
)
def test_the_field_at_fault_is_named(text: str, field: str) -> None:
    with pytest.raises(ConfigInvalid) as refused:
        read_config(text)
    assert refused.value.field == field


def test_a_near_miss_is_suggested() -> None:
    with pytest.raises(ConfigInvalid) as refused:
        read_config('{"grpo": {"learning_rat": 0.1}}')
    assert refused.value.remedy == "did you mean learning_rate?"


def test_chance_depends_on_seed_purpose_and_step_alone() -> None:
    assert dice(1, "a", 2).random() == dice(1, "a", 2).random()
    assert len({dice(seed, purpose, step).random() for seed in (1, 2) for purpose in "ab" for step in (1, 2)}) == 8


def test_every_lap_asks_every_sample_once() -> None:
    asked = [index for step in range(1, 8) for index in drawn(0, "ask", 10, 4, step)]
    assert sorted(asked[:10]) == sorted(asked[10:20]) == list(range(10))
    assert asked[:10] != asked[10:20]
    assert drawn(0, "ask", 10, 4, 3) == asked[8:12]
