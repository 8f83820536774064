"""Advantage estimators, per-part comparison, whitening and shaping against numbers worked out by hand."""

import math
from dataclasses import replace

import pytest
import torch

from grpo.learning.advantages import EPSILON, Advantages, estimated, leave_one_out, per_part, whitened
from grpo.learning.comparison import compared
from grpo.learning.shaping import divergence_penalty, overlong
from grpo.reward.level import Scored
from grpo.settings import Advantage, Grpo

REWARDS = torch.tensor([[1.0, 0.25, 0.25], [0.5, 0.5, 0.5]])
# Mean 0.5, deviations 0.5, -0.25, -0.25, so the sample variance is (0.25 + 0.0625 + 0.0625) / 2 = 0.1875.
STD = math.sqrt(0.1875) + EPSILON


@pytest.mark.parametrize(
    ("estimator", "expected"),
    [
        ("grpo", [0.5 / STD, -0.25 / STD, -0.25 / STD]),
        ("dr_grpo", [0.5, -0.25, -0.25]),
        ("rloo", [0.75, -0.375, -0.375]),  # 1 - 0.25; 0.25 - 0.625
        ("leave_one_out", [0.75 / STD, -0.375 / STD, -0.375 / STD]),
    ],
)
def test_estimators(estimator: str, expected: list[float]) -> None:
    values, dead = estimated(REWARDS, estimator)
    assert values[0].tolist() == pytest.approx(expected)
    assert values[1].tolist() == [0, 0, 0]
    assert dead.tolist() == [False, True]


def test_leave_one_out_is_the_centred_reward_times_g_over_g_minus_1() -> None:
    rewards = torch.rand(5, 8, generator=torch.Generator().manual_seed(0))
    expected = (rewards - rewards.mean(1, keepdim=True)) * 8 / 7
    torch.testing.assert_close(leave_one_out(rewards).values, expected)


def test_one_completion_has_no_others() -> None:
    assert leave_one_out(torch.tensor([[0.3]])).values.tolist() == [[0.0]]


def test_parts_are_compared_before_they_are_added() -> None:
    # Totals 0.9 + 0.1 = 0.9 + 0.1 * 1 differ little through the second part, but it counts fully on its own.
    parts = torch.tensor([[[1.0, 0.0]], [[0.0, 0.2]]])  # [K = 2, P = 1, G = 2]
    values, dead = per_part(parts, torch.tensor([[0.9], [0.1]]), "dr_grpo")
    # 0.9 * (0.5, -0.5) + 0.1 * (-0.1, 0.1)
    assert values.tolist() == [pytest.approx([0.44, -0.44])]
    assert not dead.any()
    scaled, _ = per_part(parts, torch.tensor([[0.9], [0.1]]), "grpo")
    first, second = 0.5 / (math.sqrt(0.5) + EPSILON), 0.1 / (math.sqrt(0.02) + EPSILON)
    assert scaled.tolist() == [pytest.approx([0.9 * first - 0.1 * second, -0.9 * first + 0.1 * second])]


def test_a_part_without_weight_does_not_keep_a_group_alive() -> None:
    parts = torch.tensor([[[1.0, 1.0]], [[0.0, 1.0]]])
    assert per_part(parts, torch.tensor([[1.0], [0.0]]), "grpo").dead.tolist() == [True]


def test_whitening_is_over_the_living() -> None:
    advantages = Advantages(torch.tensor([[3.0, 1.0], [0.0, 0.0], [-1.0, -3.0]]), torch.tensor([False, True, False]))
    # Mean 0; squares 9 + 1 + 1 + 9 = 20, over 3.
    std = math.sqrt(20 / 3) + EPSILON
    assert whitened(advantages).values.tolist() == [
        pytest.approx([3 / std, 1 / std]), [0, 0], pytest.approx([-1 / std, -3 / std]),
    ]  # fmt: skip


def test_overlong_answers_lose_up_to_one() -> None:
    # Limit 20, buffer 5: free to 15 tokens, then a fifth more for each.
    found = overlong(torch.tensor([3, 15, 16, 18, 20, 25]), 20, 5)
    assert found.tolist() == pytest.approx([0, 0, -0.2, -0.6, -1, -1])
    assert overlong(torch.tensor([20]), 20, 0).tolist() == [0]


def test_kl_in_the_reward_is_summed_over_a_row() -> None:
    own, reference = torch.tensor([-1.0, -2.0, -0.5]), torch.tensor([-1.5, -1.0, -1.5])
    # k1 = logp - ref: 0.5, -1.0 | 1.0
    found = divergence_penalty("k1", own, reference, torch.tensor([2, 1]), 0.1)
    assert found.tolist() == pytest.approx([0.05, -0.1])


def scored(*totals: float) -> list[Scored]:
    return [Scored(total, {"f": total}, {"f": total}) for total in totals]


CONFIG = Grpo(completions=2, advantage=Advantage("dr_grpo"))


def test_shaping_moves_living_groups_and_revives_no_dead_one() -> None:
    shaping = {"overlong": torch.tensor([0.0, -0.5, 0.0, -0.5])}
    found = compared(scored(1.0, 0.0, 0.3, 0.3), [{"f": 1.0}] * 2, shaping, CONFIG)
    assert found.values.tolist() == [pytest.approx([0.75, -0.75]), [0, 0]]
    assert found.dead.tolist() == [False, True]


def test_a_group_with_a_fault_is_left_out() -> None:
    broken = [*scored(1.0), Scored(0.0, fault="python:x: timeout: slow"), *scored(1.0, 0.0)]
    assert compared(broken, [{"f": 1.0}] * 2, {}, CONFIG).dead.tolist() == [True, False]


def test_per_part_takes_what_was_paid() -> None:
    config = replace(CONFIG, advantage=Advantage("dr_grpo", per_part=True))
    rows = [Scored(0.9, paid={"a": 0.9, "b": 0.0}), Scored(0.1, paid={"a": 0.0, "b": 0.1})]
    found = compared(rows, [{"a": 0.9, "b": 0.1}], {}, config)
    # a: values 1 and 0; b: 0 and 1: 0.9 * 0.5 - 0.1 * 0.5
    assert found.values.tolist() == [pytest.approx([0.4, -0.4])]


def test_parts_that_cancel_in_the_total_still_teach() -> None:
    rows = [Scored(0.5, paid={"a": 0.5, "b": 0.0}), Scored(0.5, paid={"a": 0.0, "b": 0.5})]
    weights = [{"a": 0.5, "b": 0.5}]
    assert compared(rows, weights, {}, CONFIG).dead.tolist() == [True]
    config = replace(CONFIG, advantage=Advantage("grpo", per_part=True))
    assert compared(rows, weights, {}, config).dead.tolist() == [False]
