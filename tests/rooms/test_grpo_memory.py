"""Less memory, same numbers: parts of a batch, chunks of logits, adapters; and what happens when memory runs out."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import torch
from torch import Tensor

from grpo.chance import generator
from grpo.errors import ConfigInvalid, OutOfMemory, TrainingDiverged
from grpo.learning.batch import Batch
from grpo.learning.learner import Learner
from grpo.model.directory import load_model, save_model
from grpo.model.economy import is_out_of_memory
from grpo.model.head import TokenScores, of_hidden
from grpo.model.lora import AdapterOff, adapter_state, adapters, attach, merged_state, restore_adapters
from grpo.model.network import Llama, Shape
from grpo.model.policy import Decoder, LlamaPolicy
from grpo.model.tokenizer import build
from grpo.ragged import Ragged
from grpo.records import Rollout
from grpo.settings import Grpo, Lora, Objective
from grpo.training.passing import looked_at, pass_at
from tests.small_corpus import TRAIN, corpus

TOKENIZER = build([corpus()], 400)


def policy() -> LlamaPolicy:
    network = Llama(Shape(len(TOKENIZER), 32, 2, 4, 4, 48))
    chance = torch.Generator().manual_seed(5)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.1, generator=chance)
    return LlamaPolicy(network)


def rollouts(groups: int = 3, width: int = 4) -> list[Rollout]:
    chance = torch.Generator().manual_seed(7)

    def tokens(count: int) -> list[int]:
        return torch.randint(0, len(TOKENIZER), (count,), generator=chance).tolist()  # type: ignore[no-any-return]

    made = []
    for group in range(groups):
        prompt = tokens(5 + 2 * group)
        for member in range(width):
            own = tokens(2 + member)
            made.append(
                Rollout(group, "s", False, "", "", "", prompt, own, [-5.0] * len(own), "", True, 0.0, {},
                        float(member - 1.5) + group / 10)
            )  # fmt: skip
    return made


def learner(model: LlamaPolicy, **changed: object) -> Learner:
    config = Grpo(**{"completions": 4, "kl_coefficient": 0.1, "updates": 2, **changed})  # type: ignore[arg-type]
    return Learner(model, copy.deepcopy(model), TOKENIZER, TRAIN, config, 0)


def weights(model: LlamaPolicy) -> Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])


def test_parts_cover_the_batch_in_order() -> None:
    batch = Batch.of(rollouts(), 4, Grpo())
    sizes = [5 + 14, 7 + 14, 9 + 14]  # prompt once, completions 2 + 3 + 4 + 5
    assert batch.tokens == sum(sizes)
    assert [part.tokens for part in batch.parts(0)] == [63]
    assert [part.tokens for part in batch.parts(40)] == [40, 23]
    assert [part.tokens for part in batch.parts(23)] == sizes
    small = batch.parts(15)  # groups are cut too, and the prompt comes along with each piece
    assert all(part.prompts.rows == 1 for part in small)
    assert torch.equal(torch.cat([part.old for part in small]), batch.old)
    assert [t for part in small for t in part.completions.lists()] == batch.completions.lists()
    assert torch.equal(torch.cat([part.weights for part in small]), batch.weights)
    assert [part.completions.rows for part in batch.parts(1)] == [1] * 12, "one completion is the least"


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"aggregation": "sequence", "objective": Objective("gspo")},
        {"logit_chunk": 5},
        {"objective": Objective(entropy=0.1, dual_clip=3.0), "logit_chunk": 7},
    ],
)
@pytest.mark.parametrize("budget", [40, 15, 1])
def test_a_token_budget_changes_nothing_but_memory(budget: int, changed: dict[str, object]) -> None:
    whole, parts = policy(), policy()
    one, other = learner(whole, **changed), learner(parts, token_budget=budget, **changed)
    first, second = one.update(rollouts(), 1), other.update(rollouts(), 1)
    assert second.metrics["micro_batches"] > 1
    assert (first.loss, first.kl, first.clip_fraction, first.grad_norm) == pytest.approx(
        (second.loss, second.kl, second.clip_fraction, second.grad_norm), rel=1e-4
    )
    assert first.metrics["ratio"] == pytest.approx(second.metrics["ratio"], rel=1e-5)
    torch.testing.assert_close(weights(whole), weights(parts), rtol=1e-3, atol=2e-5)


class Cramped(LlamaPolicy):
    """A policy on a device that holds at most ``most`` tokens of prompts and branches."""

    most = 0

    def scores(self, prompts: Ragged, branches: Ragged, scored: Tensor, temperature: float = 1.0,
               entropy: bool = False, chunk: int = 0) -> TokenScores:  # fmt: skip
        if int(prompts.lengths.sum() + branches.lengths.sum()) > self.most:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return super().scores(prompts, branches, scored, temperature, entropy, chunk)


def test_out_of_memory_halves_the_batch_and_goes_on() -> None:
    cramped = Cramped(policy().network)
    cramped.most = 25
    small, whole = learner(cramped), learner(policy())
    found, expected = small.update(rollouts(), 1), whole.update(rollouts(), 1)
    assert found.metrics["micro_batches"] > 1 and expected.metrics["micro_batches"] == 1
    assert found.loss == pytest.approx(expected.loss, rel=1e-4)
    assert 0 < small.room.budget < 63
    assert small.optimizer.updates == 2
    again = learner(cramped)
    again.restore(small.state())
    assert again.room.budget == small.room.budget, "a resumed run does not run out of memory again"


def test_where_weights_are_spread_a_fault_keeps_its_name() -> None:
    cramped = Cramped(policy().network)
    cramped.most = 25
    spread = learner(cramped)
    spread.room.level = True
    with pytest.raises(OutOfMemory):
        spread.update(rollouts(), 1)
    diverging = policy()
    torch.nn.init.constant_(next(diverging.module.parameters()), torch.nan)
    broken = learner(diverging)
    broken.room.level = True
    with pytest.raises(TrainingDiverged):
        broken.update(rollouts(), 1)


def test_one_completion_that_does_not_fit_is_said() -> None:
    cramped = Cramped(policy().network)
    cramped.most = 8
    before = weights(cramped)
    with pytest.raises(OutOfMemory) as refused:
        learner(cramped, kl_coefficient=0.0).update(rollouts(), 2)
    assert (refused.value.code, refused.value.field) == ("OUT_OF_MEMORY", "grpo.max_prompt_tokens")
    assert torch.equal(weights(cramped), before)


class CrampedDecoding(LlamaPolicy):
    """A policy whose cache holds at most ``most`` rows."""

    most = 0

    def decoder(self, prompts: Ragged, branches: int, room: int) -> Decoder:
        if prompts.rows * branches > self.most:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return super().decoder(prompts, branches, room)


def test_sampling_halves_too_and_draws_the_same() -> None:
    wide, narrow = learner(policy()), learner(cramped := CrampedDecoding(policy().network))
    expected = wide.rollouts(1).rollouts
    for most in (20, 3, 1):
        cramped.most = most
        assert [r.tokens for r in narrow.rollouts(1).rollouts] == [r.tokens for r in expected]
    cramped.most = 0
    with pytest.raises(OutOfMemory):
        narrow.rollouts(1)


def test_other_errors_are_not_taken_for_memory() -> None:
    assert is_out_of_memory(RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried"))
    assert is_out_of_memory(MemoryError())
    assert not is_out_of_memory(RuntimeError("shapes cannot be multiplied"))
    assert not is_out_of_memory(ValueError("out of memory"))


@pytest.mark.parametrize("entropy", [False, True])
def test_chunked_logits_have_the_same_values_and_gradients(entropy: bool) -> None:
    chance = torch.Generator().manual_seed(1)
    hidden = torch.randn(10, 6, dtype=torch.float32, generator=chance)
    head = torch.randn(9, 6, generator=chance)
    targets = torch.randint(0, 9, (10,), generator=chance)
    mix = torch.randn(10, generator=chance)

    def of(chunk: int) -> tuple[Tensor, Tensor, Tensor]:
        h, w = hidden.clone().requires_grad_(), head.clone().requires_grad_()
        found = of_hidden(h, w, targets, 0.7, entropy, chunk)
        assert (found.entropy is not None) == entropy
        total = (found.logprobs * mix).sum()
        if found.entropy is not None:
            total = total + (found.entropy * mix.flip(0)).sum()
        total.backward()  # type: ignore[no-untyped-call]
        assert h.grad is not None and w.grad is not None
        return total.detach(), h.grad, w.grad

    for chunk in (1, 3, 10, 99):
        for plain, chunked in zip(of(0), of(chunk), strict=True):
            torch.testing.assert_close(chunked, plain, rtol=1e-4, atol=1e-6)


def test_entropy_of_a_known_distribution() -> None:
    found = of_hidden(torch.tensor([[1.0]]), torch.zeros(8, 1), torch.tensor([3]), 1.0, entropy=True)
    assert found.entropy is not None
    assert found.entropy.item() == pytest.approx(torch.tensor(8.0).log().item())


def test_adapters_start_as_nothing_and_are_all_that_is_trained() -> None:
    model, plain = policy(), policy()
    attach(model.module, Lora(4, targets="q_proj,down_proj"), generator(0, "lora"))
    assert len(adapters(model.module)) == 4
    trained = {name for name, p in model.module.named_parameters() if p.requires_grad}
    assert len(trained) == 8 and all(name.endswith((".down", ".up")) for name in trained)
    batch = Batch.of(rollouts(), 4, Grpo())
    shared, branches = batch.branches()
    lengths = batch.completions.lengths
    assert torch.equal(model.logprobs(shared, branches, lengths), plain.logprobs(shared, branches, lengths))


def test_with_adapters_off_the_policy_is_its_own_reference(tmp_path: Path) -> None:
    model, plain = policy(), policy()
    attach(model.module, Lora(4), generator(0, "lora"))
    off = AdapterOff(model)
    config = Grpo(completions=4, kl_coefficient=0.1, learning_rate=0.05, lora=Lora(4))
    own = Learner(model, off, TOKENIZER, TRAIN, config, 0)
    for step in (1, 2, 3):
        own.update(rollouts(), step)
    batch = Batch.of(rollouts(), 4, Grpo())
    shared, branches = batch.branches()
    lengths = batch.completions.lengths
    with torch.no_grad():
        moved, still = model.logprobs(shared, branches, lengths), off.logprobs(shared, branches, lengths)
        assert torch.equal(still, plain.logprobs(shared, branches, lengths))
        assert not torch.allclose(moved, still, atol=1e-3)
        # Saved, the adapters are merged in, and the directory is that of any model.
        save_model(model, TOKENIZER, tmp_path / "model")
        loaded, _ = load_model(tmp_path / "model")
        torch.testing.assert_close(loaded.logprobs(shared, branches, lengths), moved)
        assert merged_state(model.module).keys() == plain.module.state_dict().keys()
        # And they can be taken to another copy of the base.
        other = policy()
        attach(other.module, Lora(4), generator(1, "lora"))
        restore_adapters(other.module, adapter_state(model.module))
        assert torch.equal(other.logprobs(shared, branches, lengths), moved)


@pytest.mark.parametrize(
    ("settings", "field"), [(Lora(2, targets="c_attn"), "grpo.lora.targets"), (Lora(64), "grpo.lora.rank")]
)
def test_adapters_that_do_not_fit_name_the_field(settings: Lora, field: str) -> None:
    with pytest.raises(ConfigInvalid) as refused:
        attach(policy().module, settings, generator(0, "lora"))
    assert refused.value.field == field and refused.value.remedy


@pytest.mark.parametrize(
    ("n", "correct", "k", "expected"),
    [(5, 0, 3, 0.0), (5, 5, 1, 1.0), (5, 2, 1, 0.4), (5, 2, 2, 0.7), (5, 2, 4, 1.0), (10, 3, 5, 1 - 21 / 252)],
)
def test_pass_at_k(n: int, correct: int, k: int, expected: float) -> None:
    # 1 - C(3, 2) / C(5, 2) = 1 - 3 / 10; 1 - C(7, 5) / C(10, 5) = 1 - 21 / 252
    assert pass_at(n, correct, k) == pytest.approx(expected)


def test_which_k_are_reported() -> None:
    assert list(looked_at(1)) == [1] and list(looked_at(8)) == [1, 2, 4, 8] and list(looked_at(10)) == [1, 2, 4, 8]
