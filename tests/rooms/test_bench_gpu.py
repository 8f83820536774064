"""The bench for a CUDA device, as far as it can be held to anything without one."""

from dataclasses import replace
from typing import Any

import pytest
import torch

from bench.gpu import PRESETS, Phases, flops, run, told

TINY = replace(
    PRESETS[0], vocabulary=64, width=32, layers=2, feedforward=48, heads=4, kv_heads=2, prompt=8, completion=6,
    prompts=2, group=4, steps=2, own='{"precision": "bfloat16", "token_budget": 20, "logit_chunk": 8}',
)  # fmt: skip


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a device")
def test_without_a_device_it_says_so_in_one_line() -> None:
    with pytest.raises(SystemExit, match="no CUDA device"):
        next(run())


def test_every_phase_is_met_once() -> None:
    found = {one["figure"].split(",")[0]: one for one in told(TINY, "cpu", "a processor", 1e9)}
    assert set(found) == {"samples per hour", "completion tokens", "MFU"}
    samples: dict[str, Any] = found["samples per hour"]
    assert len(samples["runs"]["ours"]) == TINY.steps
    assert all(seconds > 0 for seconds in samples["phases"].values())
    assert found["completion tokens"]["ours"] == pytest.approx(samples["ours"] * TINY.completion / 3600, rel=1e-3)


def test_phases_inside_others_are_not_counted_twice() -> None:
    phases = Phases(lambda: None, {"rollouts": 5.0, "sample": 4.0, "read": 1.0, "update": 3.0, "optimizer": 0.5})
    assert sum(phases.breakdown().values()) == 8.0
    assert phases.breakdown()["decoding"] == 3.0


def test_flops_of_a_step_counted_by_hand() -> None:
    one = replace(TINY, vocabulary=10, width=2, layers=1, prompt=4, completion=2, prompts=1, group=2)
    # 100 weights, 20 of them embeddings: a prompt token 2 x 80 + 2 x 2 x 4, one of a completion 2 x 100 + 4 x 2 x 5.
    assert flops(one, 100) == 4 * (4 * (160 + 16) + 4 * (200 + 40))
