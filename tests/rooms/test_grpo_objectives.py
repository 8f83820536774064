"""Objectives, KL estimators, aggregation under a mask and importance weights against numbers worked out by hand."""

import math

import pytest
import torch
from torch import Tensor

from grpo.learning.aggregation import token_weights
from grpo.learning.divergence import divergence, k1, k2, k3
from grpo.learning.importance import effective_share, truncated_weights
from grpo.learning.objective import cispo, gspo, ppo, surrogate


def logs(*values: float) -> Tensor:
    return torch.tensor(values).log().requires_grad_()


def gradient(losses: Tensor, of: Tensor) -> list[float]:
    losses.sum().backward()  # type: ignore[no-untyped-call]
    assert of.grad is not None
    return list(of.grad.tolist())


def test_clip_higher_leaves_room_above() -> None:
    ratio = torch.tensor([1.25, 1.25, 0.7])
    assert ppo(ratio, torch.ones(3), 0.2, 0.2).losses.tolist() == pytest.approx([-1.2, -1.2, -0.7])
    assert ppo(ratio, torch.ones(3), 0.2, 0.28).losses.tolist() == pytest.approx([-1.25, -1.25, -0.7])


def test_the_dual_clip_bounds_what_a_bad_token_can_cost() -> None:
    logprobs = logs(5.0, 2.0, 5.0)
    found = ppo(torch.exp(logprobs), torch.tensor([-1.0, -1.0, 1.0]), 0.2, 0.2, dual=3.0)
    # A < 0: -max(min(5 * -1, 1.2 * -1), -3) = 3; ratio 2 stays 2; A > 0 is plain PPO.
    assert found.losses.tolist() == pytest.approx([3.0, 2.0, -1.2])
    assert found.clipped.tolist() == [True, False, True]
    assert gradient(found.losses, logprobs) == pytest.approx([0.0, 2.0, 0.0])


def test_gspo_has_one_ratio_per_completion() -> None:
    # Row 1: logs 0.2 and 0.4, mean 0.3; row 2: -0.1.
    logprobs = torch.tensor([0.2, 0.4, -0.1], requires_grad=True)
    advantages, lengths = torch.tensor([1.0, 1.0, -1.0]), torch.tensor([2, 1])
    found = gspo(logprobs, torch.zeros(3), advantages, lengths, None, 0.5, 0.5)
    assert found.ratio.tolist() == pytest.approx([math.exp(0.3), math.exp(0.3), math.exp(-0.1)])
    # With sequence weights 1 / (N * length) the loss is the mean of the rows' losses, its gradient spread evenly.
    weights = token_weights(lengths, "sequence", 9)
    loss = (found.losses * weights).sum()
    assert loss.item() == pytest.approx((-math.exp(0.3) + math.exp(-0.1)) / 2)
    assert gradient(loss, logprobs) == pytest.approx([-math.exp(0.3) / 4, -math.exp(0.3) / 4, math.exp(-0.1) / 2])
    assert gspo(logprobs, torch.zeros(3), advantages, lengths, None, 0.1, 0.1).clipped.tolist() == [True, True, False]


def test_gspo_leaves_masked_tokens_out_of_the_ratio() -> None:
    logprobs, mask = torch.tensor([0.2, 9.0, 0.4]), torch.tensor([1.0, 0.0, 1.0])
    found = gspo(logprobs, torch.zeros(3), torch.ones(3), torch.tensor([3]), mask, 0.5, 0.5)
    assert found.ratio.tolist() == pytest.approx([math.exp(0.3)] * 3)


def test_cispo_bounds_the_weight_but_keeps_the_gradient() -> None:
    logprobs = logs(2.0, 0.5, 1.1)
    found = cispo(logprobs, torch.zeros(3), torch.tensor([1.0, -1.0, 1.0]), 0.2, 0.3)
    assert found.clipped.tolist() == [True, True, False]
    assert gradient(found.losses, logprobs) == pytest.approx([-1.3, 0.8, -1.1])


def test_an_objective_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="trpo"):
        surrogate("trpo", *[torch.ones(1)] * 4, None, 0.2, 0.2, 0.0)


def test_kl_estimators() -> None:
    logprobs, reference = torch.tensor([-1.0, -1.0]), torch.tensor([-2.0, -0.5])
    assert k1(logprobs, reference).tolist() == pytest.approx([1.0, -0.5])
    assert k2(logprobs, reference).tolist() == pytest.approx([0.5, 0.125])
    assert k3(logprobs, reference).tolist() == pytest.approx([math.exp(-1), math.exp(0.5) - 1.5])
    assert divergence("k2", logprobs, reference).tolist() == k2(logprobs, reference).tolist()


def test_on_average_k1_and_k3_are_the_kl_and_k1_has_no_gradient() -> None:
    logits = torch.tensor([0.3, -0.2, 0.9], requires_grad=True)
    policy, reference = torch.log_softmax(logits, 0), torch.log_softmax(torch.tensor([0.0, 0.5, 0.2]), 0)
    likely = policy.exp().detach()
    true = float((likely * (policy - reference)).sum().detach())
    for estimator in (k1, k3):
        assert float((likely * estimator(policy, reference)).sum().detach()) == pytest.approx(true)
    (likely * k1(policy, reference)).sum().backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None and logits.grad.tolist() == pytest.approx([0, 0, 0], abs=1e-7)


@pytest.mark.parametrize(
    ("aggregation", "expected"),
    [
        ("token", [1 / 3, 0, 1 / 3, 1 / 3, 0]),  # 3 tokens count
        ("sequence", [1 / 4, 0, 1 / 4, 1 / 2, 0]),  # two rows of 2 and 1 counted tokens
        ("constant", [1 / 20, 0, 1 / 20, 1 / 20, 0]),
    ],
)
def test_masked_tokens_count_nothing(aggregation: str, expected: list[float]) -> None:
    mask = torch.tensor([1.0, 0.0, 1.0, 1.0, 0.0])
    assert token_weights(torch.tensor([3, 2]), aggregation, 10, mask).tolist() == pytest.approx(expected)


def test_a_mask_of_ones_changes_nothing() -> None:
    for aggregation in ("token", "sequence", "constant"):
        plain = token_weights(torch.tensor([3, 2]), aggregation, 10)
        torch.testing.assert_close(token_weights(torch.tensor([3, 2]), aggregation, 10, torch.ones(5)), plain)


def test_importance_is_truncated_and_has_no_gradient() -> None:
    old = torch.tensor([-1.0, -1.0, -3.0], requires_grad=True)
    weights = truncated_weights(old, torch.tensor([-1.0, -3.0, -1.0]), 2.0)
    assert weights.tolist() == pytest.approx([1.0, 2.0, math.exp(-2)])
    assert not weights.requires_grad
    # (1 + 2 + 3)^2 / (3 * (1 + 4 + 9)) = 36 / 42
    assert effective_share(torch.tensor([1.0, 2.0, 3.0])) == pytest.approx(36 / 42)
