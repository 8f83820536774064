"""bfloat16 and recomputed layers: less is kept in memory; what is learned stays, or moves by so much as is said."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from grpo.errors import ConfigInvalid
from grpo.learning.learner import Learner
from grpo.model.economy import economise, lowered
from grpo.model.layer import Fused, Layer
from grpo.model.network import Llama, Shape
from grpo.model.policy import LlamaPolicy
from grpo.ragged import Ragged
from grpo.sampling.choosing import Sampling
from grpo.sampling.trajectories import generate
from grpo.settings import Grpo
from tests.parallel_steps import CASES, TOKENIZER, foreign, own, stepped
from tests.small_corpus import TRAIN

PROMPTS = Ragged.of([[1, 2, 3, 4, 5], [6, 7, 8]])
BRANCHES = Ragged.of([[20, 21, 22, 23], [24, 25], [26, 27, 28, 29, 30], [31, 32]])


def gradients(policy: LlamaPolicy) -> dict[str, Tensor]:
    policy.module.zero_grad()
    policy.logprobs(PROMPTS, BRANCHES, BRANCHES.lengths - 1).sum().backward()  # type: ignore[no-untyped-call]
    return {name: p.grad.clone() for name, p in policy.module.named_parameters() if p.grad is not None}


def kept(policy: LlamaPolicy) -> int:
    """Bytes that are held from the forward pass of long rows for the backward pass."""
    held: dict[int, int] = {}

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        held[storage.data_ptr()] = storage.nbytes()
        return tensor

    weights = {p.untyped_storage().data_ptr() for p in policy.module.parameters()}
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        hidden = policy.network.hidden(Ragged.of([list(range(64))] * 8), Ragged.of([list(range(48))] * 32))
    assert hidden.requires_grad
    return sum(size for place, size in held.items() if place not in weights)


def test_recomputed_layers_give_the_same_gradients_and_keep_less() -> None:
    plain, again = own(), own()
    assert isinstance(plain, LlamaPolicy) and isinstance(again, LlamaPolicy)
    economise(again, Grpo(recompute=True))
    expected, found = gradients(plain), gradients(again)
    assert expected.keys() == found.keys()
    assert all(torch.equal(found[name], expected[name]) for name in expected)
    assert kept(again) < 0.3 * kept(plain)


def test_without_gradients_nothing_is_computed_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = own()
    economise(policy, Grpo(recompute=True))
    calls = []
    fused = Layer.fused

    def counted(self: Layer, dtype: torch.dtype) -> Fused:
        calls.append(dtype)
        return fused(self, dtype)

    monkeypatch.setattr(Layer, "fused", counted)
    with torch.no_grad():
        policy.logprobs(PROMPTS, BRANCHES, BRANCHES.lengths - 1)
    assert len(calls) == 2
    policy.logprobs(PROMPTS, BRANCHES, BRANCHES.lengths - 1).sum().backward()  # type: ignore[no-untyped-call]
    assert len(calls) == 2 + 4


def test_bfloat16_is_what_is_computed_in_and_float32_what_is_kept() -> None:
    exact, rounded = own(), own()
    assert isinstance(exact, LlamaPolicy) and isinstance(rounded, LlamaPolicy)
    economise(rounded, Grpo(precision="bfloat16"))
    assert rounded.network.hidden(PROMPTS, BRANCHES).dtype == torch.bfloat16
    assert rounded.network.read(PROMPTS).keys[0].dtype == torch.bfloat16
    found, expected = gradients(rounded), gradients(exact)
    assert {tensor.dtype for tensor in found.values()} == {torch.float32}
    scores = [policy.logprobs(PROMPTS, BRANCHES, BRANCHES.lengths - 1) for policy in (rounded, exact)]
    assert scores[0].dtype == torch.float32 and not torch.equal(*scores)
    # A bfloat16 has 8 bits: 0.4 % for each product, more where rounding adds up over layers.
    torch.testing.assert_close(scores[0], scores[1], rtol=0.02, atol=0.05)
    for name in ("model.embed_tokens.weight", "model.layers.1.mlp.down_proj.weight"):
        assert torch.cosine_similarity(found[name].flatten(), expected[name].flatten(), dim=0) > 0.99
    assert kept(rounded) < 0.6 * kept(exact)


def test_what_is_sampled_in_bfloat16_scores_alike_in_training() -> None:
    policy = LlamaPolicy(Llama(Shape(60, 32, 2, 4, 2, 48)))
    economise(policy, Grpo(precision="bfloat16"))
    prompts = Ragged.of([[1, 2, 3, 4], [5, 6, 7]])
    rolled = generate(policy, prompts, 3, Sampling(6), [], torch.Generator().manual_seed(0))
    shared = Ragged.of([row[:-1] for row in prompts.lists()])
    starts = [row[-1] for row in prompts.lists() for _ in range(3)]
    branches = Ragged.of([[start, *row] for start, row in zip(starts, rolled.completions.lists(), strict=True)])
    with torch.no_grad():
        again = policy.logprobs(shared, branches, rolled.completions.lengths)
    torch.testing.assert_close(again, rolled.logprobs, rtol=0.01, atol=0.02)


def test_models_of_transformers_compute_lower_too_but_not_again() -> None:
    policy, c = foreign(), Grpo(precision="bfloat16")
    economise(policy, c)
    with torch.no_grad():
        exact = policy.logprobs(PROMPTS, BRANCHES, BRANCHES.lengths - 1)
        with lowered(policy, c):
            rounded = policy.logprobs(PROMPTS, BRANCHES, BRANCHES.lengths - 1)
    assert not torch.equal(exact, rounded)
    torch.testing.assert_close(exact, rounded, rtol=0.05, atol=0.1)
    small = Grpo(completions=2, prompts=2, max_tokens=4, precision="bfloat16")
    learner = Learner(policy, None, TOKENIZER, TRAIN, small, 0)
    rows = learner.rollouts(1).rollouts
    assert len(rows) == 4 and {p.dtype for p in policy.module.parameters()} == {torch.float32}
    with pytest.raises(ConfigInvalid) as refused:
        economise(policy, Grpo(recompute=True))
    assert refused.value.field == "grpo.recompute" and refused.value.remedy


def test_recomputed_steps_are_the_same_steps() -> None:
    parts = CASES["parts"]
    tensors, figures = stepped(parts, 2)
    plain, expected = stepped(type(parts)(Grpo(**{**vars(parts.config), "recompute": False})), 2)
    assert figures == expected
    assert all(torch.equal(tensors[name], plain[name]) for name in plain)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a device here")
def test_a_device_that_is_not_there_is_refused() -> None:
    with pytest.raises(ConfigInvalid) as refused:
        economise(own(), Grpo(device="cuda"))
    assert refused.value.field == "grpo.device" and refused.value.remedy
