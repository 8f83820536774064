"""The configuration of a run is strict and says which field is wrong."""

import json
import re
from dataclasses import is_dataclass
from pathlib import Path
from typing import get_type_hints

import pytest

from grpo.chance import dice, drawn
from grpo.config import Config, read_config
from grpo.errors import ConfigInvalid
from grpo.figures import METRICS
from grpo.reward.measures import BUILT_IN
from grpo.settings import Rule


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
        ('{"grpo": {"advantage": {"estimator": "ppo"}}}', "grpo.advantage.estimator"),
        ('{"grpo": {"advantage": {"refill": 99}}}', "grpo.advantage.refill"),
        ('{"grpo": {"advantage": {"estimator": "rloo"}, "normalise": false}}', "grpo.normalise"),
        ('{"grpo": {"objective": {"kind": "trpo"}}}', "grpo.objective.kind"),
        ('{"grpo": {"objective": {"dual_clip": 0.5}}}', "grpo.objective.dual_clip"),
        ('{"grpo": {"objective": {"kind": "cispo", "dual_clip": 3}}}', "grpo.objective.dual_clip"),
        ('{"grpo": {"objective": {"kind": "gspo"}}}', "grpo.aggregation"),
        ('{"grpo": {"objective": {"overlong_buffer": 24}}}', "grpo.objective.overlong_buffer"),
        ('{"grpo": {"objective": {"kl_estimator": "k1"}, "kl_coefficient": 0.1}}', "grpo.objective.kl_estimator"),
        ('{"grpo": {"objective": {"kl_place": "reward"}}}', "grpo.objective.kl_place"),
        ('{"grpo": {"kl_target": 0.1}}', "grpo.kl_target"),
        ('{"grpo": {"kl_control": {"smoothing": 1}}}', "grpo.kl_control.smoothing"),
        ('{"grpo": {"kl_control": {"least": 2, "most": 1}}}', "grpo.kl_control.most"),
        ('{"grpo": {"kl_control": {"error_limit": 0}}}', "grpo.kl_control.error_limit"),
        ('{"grpo": {"kl_control": {"horizon": 0}}}', "grpo.kl_control.horizon"),
        ('{"grpo": {"monitor": {"kl": {"limit": -1}}}}', "grpo.monitor.kl.limit"),
        ('{"grpo": {"monitor": {"kl": {"action": "shout"}}}}', "grpo.monitor.kl.action"),
        ('{"grpo": {"monitor": {"back_off": 1.5}}}', "grpo.monitor.back_off"),
        ('{"grpo": {"monitor": {"window": 2}}}', "grpo.monitor.window"),
        ('{"grpo": {"lora": {"rank": 4, "targets": " , "}}}', "grpo.lora.targets"),
        ('{"grpo": {"schedule": "steps"}}', "grpo.schedule"),
        ('{"grpo": {"top_p": 0}}', "grpo.top_p"),
        ('{"grpo": {"top_p": 1.1}}', "grpo.top_p"),
        ('{"grpo": {"stop": "end"}}', "grpo.stop"),
        ('{"grpo": {"stop": [""]}}', "grpo.stop"),
        ('{"grpo": {"reward_faults": "ignore"}}', "grpo.reward_faults"),
        ('{"grpo": {"sampler": {"kind": "cloud"}}}', "grpo.sampler.kind"),
        ('{"grpo": {"sampler": {"staleness": 1}}}', "grpo.sampler.staleness"),
        ('{"grpo": {"sampler": {"kind": "process", "staleness": 1}}}', "grpo.objective.importance_cap"),
        ('{"grpo": {"sampler": {"kind": "process", "url": "http://h/v1"}}}', "grpo.sampler.kind"),
        ('{"grpo": {"sampler": {"kind": "endpoint"}}}', "grpo.sampler.url"),
        ('{"grpo": {"sampler": {"kind": "endpoint", "url": "http://["}}}', "grpo.sampler.url"),
        ('{"grpo": {"sampler": {"kind": "endpoint", "url": "http://me:word@h/v1"}}}', "grpo.sampler.url"),
        (
            '{"grpo": {"sampler": {"kind": "endpoint", "url": "http://h/v1"}, "objective": {"importance_cap": 2}}}',
            "grpo.sampler.logprobs",
        ),
        ('{"grpo": {"sampler": {"timeout": 0}}}', "grpo.sampler.timeout"),
        ('{"evaluation": {"keep_best": true}}', "evaluation.keep_best"),
        ('{"evaluation": {"samples": 1}}', "evaluation.samples"),
    ],
)
def test_the_field_at_fault_is_named(text: str, field: str) -> None:
    with pytest.raises(ConfigInvalid) as refused:
        read_config(text)
    assert refused.value.field == field


def test_what_does_not_fit_together_says_the_way_out() -> None:
    with pytest.raises(ConfigInvalid) as refused:
        read_config('{"grpo": {"objective": {"kind": "gspo"}}}')
    assert refused.value.remedy == "use aggregation sequence"


def test_nested_settings_and_lists() -> None:
    config = read_config('{"grpo": {"stop": ["\\n"], "monitor": {"kl": {"limit": 1, "action": "stop"}}}}')
    assert config.grpo.stop == ("\n",)
    assert (config.grpo.monitor.kl.limit, config.grpo.monitor.kl.action) == (1.0, "stop")
    assert config.as_dict()["grpo"]["monitor"]["patience"] == 3


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


def paths(kind: type, path: str = "") -> list[str]:
    """Dotted names of all settings below a dataclass; a rule of the monitor is one setting."""
    found = []
    for name, hint in get_type_hints(kind).items():
        inner = is_dataclass(hint) and hint is not Rule
        found += paths(hint, f"{path}{name}.") if inner else [f"{path}{name}"]
    return found


def test_every_setting_and_figure_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "training.md").read_text()
    named = set(re.findall(r"`([\w.]+)`", text))
    for path in paths(Config):
        short = path.removeprefix("grpo.").removeprefix("evaluation.")
        assert short in named, path
    assert set(METRICS) <= named
    assert {*BUILT_IN, "length"} <= named
