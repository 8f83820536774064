"""Advantages, objective, KL control and schedule against numbers worked out by hand."""

import math

import pytest
import torch

from grpo.errors import TrainingDiverged
from grpo.learning.advantages import group_relative
from grpo.learning.aggregation import token_weights
from grpo.learning.divergence import k3
from grpo.learning.kl import KlController
from grpo.learning.objective import clipped_surrogate
from grpo.learning.optimizer import PolicyOptimizer, Schedule


def test_advantages_are_relative_to_the_group() -> None:
    # Mean 0.5; squared deviations 0.25 each, so the sample variance is 1 / 3.
    values, dead = group_relative(torch.tensor([[1.0, 0.0, 1.0, 0.0], [0.4, 0.4, 0.4, 0.4]]))
    each = 0.5 / (math.sqrt(1 / 3) + 1e-4)
    assert values[0].tolist() == pytest.approx([each, -each, each, -each])
    assert values[1].tolist() == [0, 0, 0, 0]
    assert dead.tolist() == [False, True]


def test_without_normalising_they_are_differences() -> None:
    values, _ = group_relative(torch.tensor([[1.0, 0.25, 0.25]]), normalise=False)
    assert values.tolist() == [[0.5, -0.25, -0.25]]


def test_a_single_completion_has_nothing_to_be_compared_with() -> None:
    values, dead = group_relative(torch.tensor([[0.7]]))
    assert values.tolist() == [[0.0]]
    assert dead.tolist() == [True]


def test_the_clip_stops_gain_beyond_its_bounds() -> None:
    # Ratios 2, 0.5, 2, 0.5; advantages +, +, -, -; bounds 0.8 and 1.3.
    logprobs = torch.tensor([2.0, 0.5, 2.0, 0.5]).log().requires_grad_()
    advantages = torch.tensor([1.0, 1.0, -1.0, -1.0])
    weights = torch.full((4,), 0.25)
    loss = clipped_surrogate(logprobs, torch.zeros(4), advantages, weights, 0.2, 0.3)
    # min(2, 1.3), min(0.5, 0.8), min(-2, -1.3), min(-0.5, -0.8)
    assert loss.total.item() == pytest.approx(-0.25 * (1.3 + 0.5 - 2.0 - 0.8))
    assert loss.clip_fraction == 0.5
    assert loss.kl is None
    loss.total.backward()  # type: ignore[no-untyped-call]
    # Where the clip is active nothing flows; elsewhere d loss / d logp = -ratio * A * weight.
    assert logprobs.grad is not None
    assert logprobs.grad.tolist() == pytest.approx([0.0, -0.125, 0.5, 0.0])


def test_on_policy_the_gradient_is_minus_the_advantage() -> None:
    logprobs = torch.tensor([-1.0, -2.0], requires_grad=True)
    loss = clipped_surrogate(logprobs, logprobs.detach(), torch.tensor([3.0, -1.0]), torch.tensor([0.5, 0.5]), 0.2, 0.2)
    loss.total.backward()  # type: ignore[no-untyped-call]
    assert logprobs.grad is not None
    assert logprobs.grad.tolist() == pytest.approx([-1.5, 0.5])


def test_k3_is_zero_at_the_reference_and_positive_elsewhere() -> None:
    values = k3(torch.tensor([-1.0, -1.0, -1.0]), torch.tensor([-1.0, -2.0, 0.0]))
    assert values.tolist() == pytest.approx([0.0, math.exp(-1), math.e - 2])


def test_the_penalty_is_weighted_like_the_tokens() -> None:
    logprobs, reference = torch.tensor([-1.0, -1.0]), torch.tensor([-1.0, -2.0])
    weights = torch.tensor([0.75, 0.25])
    loss = clipped_surrogate(logprobs, logprobs, torch.zeros(2), weights, 0.2, 0.2, reference, beta=2.0)
    assert loss.kl == pytest.approx(0.25 * math.exp(-1))
    assert loss.total.item() == pytest.approx(2 * 0.25 * math.exp(-1))


@pytest.mark.parametrize(
    ("aggregation", "expected"),
    [("token", [1 / 4] * 4), ("sequence", [1 / 2, 1 / 6, 1 / 6, 1 / 6]), ("constant", [1 / 20] * 4)],
)
def test_how_much_a_token_counts(aggregation: str, expected: list[float]) -> None:
    assert token_weights(torch.tensor([1, 3]), aggregation, 10).tolist() == pytest.approx(expected)


def test_the_controller_moves_the_penalty_towards_the_target() -> None:
    control = KlController(beta=0.1, target=2.0, horizon=1000)
    control.observe(2.2, 100)  # error 0.1
    assert control.beta == pytest.approx(0.1 * 1.01)
    control.observe(20.0, 100)  # error clipped to 0.2
    assert control.beta == pytest.approx(0.1 * 1.01 * 1.02)
    control.observe(0.0, 100)  # clipped to -0.2
    assert control.beta == pytest.approx(0.1 * 1.01 * 1.02 * 0.98)
    assert KlController.restored(control.state()) == control


def test_without_a_target_the_penalty_stays() -> None:
    control = KlController(beta=0.1)
    control.observe(9.0, 100)
    assert control.beta == 0.1


def test_the_rate_rises_then_falls() -> None:
    schedule = Schedule(rate=1.0, warmup=2, steps=10, final=0.2)
    assert [schedule.at(step) for step in (1, 2, 6, 10, 99)] == pytest.approx([0.5, 1.0, 0.6, 0.2, 0.2])


def test_updates_are_those_of_adamw() -> None:
    chance = torch.Generator().manual_seed(0)
    ours, theirs = torch.nn.Linear(5, 3), torch.nn.Linear(5, 3)
    theirs.load_state_dict(ours.state_dict())
    own = PolicyOptimizer(ours, Schedule(0.01, 0, 1, 1.0), 1e9, 0.1, (0.9, 0.98))
    peer = torch.optim.AdamW(theirs.parameters(), lr=0.01, betas=(0.9, 0.98), weight_decay=0.1)
    for step in range(1, 6):
        x = torch.randn(4, 5, generator=chance)
        own.apply(ours(x).square().mean(), "grpo", step)
        peer.zero_grad()
        theirs(x).square().mean().backward()
        peer.step()
    torch.testing.assert_close(ours.weight, theirs.weight)
    torch.testing.assert_close(ours.bias, theirs.bias)


def test_the_gradient_is_clipped_and_its_norm_told() -> None:
    module = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.zeros_(module.weight)
    optimizer = PolicyOptimizer(module, Schedule(1.0, 0, 1, 1.0), 0.5, 0.0, (0.0, 0.0))
    assert optimizer.apply(module(torch.tensor([[3.0]])).sum(), "grpo", 1) == pytest.approx(3.0)
    assert module.weight.grad is not None
    assert module.weight.grad.item() == pytest.approx(0.5, rel=1e-4)


def test_a_loss_that_is_no_number_changes_nothing() -> None:
    module = torch.nn.Linear(2, 1)
    before = module.weight.clone()
    optimizer = PolicyOptimizer(module, Schedule(1.0, 0, 1, 1.0), 1.0, 0.0, (0.9, 0.9))
    with pytest.raises(TrainingDiverged) as refused:
        optimizer.apply(module(torch.tensor([math.inf, 1.0])).sum(), "grpo", 7)
    assert "step 7" in refused.value.message
    assert torch.equal(module.weight, before)
