"""Talks of several turns keep their cache: the same tokens and probabilities as reading everything again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

from grpo.learning.batch import Batch
from grpo.model.hub import HubPolicy
from grpo.model.network import Llama, Shape
from grpo.model.policy import LlamaPolicy, Policy
from grpo.ragged import Ragged
from grpo.records import Rollout
from grpo.sampling.choosing import Sampling
from grpo.sampling.episodes import Talk, Turn, play
from grpo.sampling.sampling import Sampled, rows_of
from grpo.sampling.stops import Stops
from grpo.sampling.trajectories import generate
from grpo.settings import Grpo

TURNS, ENDS = 5, set(range(8))
PROMPTS = [[5, 6, 7, 8, 9, 10], [11, 12], [13, 14, 15]]


@dataclass
class Echo:
    """Answers a turn with its tokens in reverse, more or fewer of them with every turn; over when 39 was written."""

    prompt: list[int]
    turns: int = 0
    given: list[int] = field(default_factory=list)

    def respond(self, tokens: Sequence[int]) -> Turn:
        self.turns += 1
        answer = list(tokens)[::-1][: (self.prompt[0] + self.turns * 3) % 6]
        self.given += answer
        return Turn(answer, done=39 in tokens)


def again(
    policy: Policy, episodes: Sequence[Echo], sampling: Sampling, turns: int, ends: Collection[int],
    generator: torch.Generator, stops: Stops | None = None,
) -> list[Sampled]:  # fmt: skip
    """What ``play`` does, with every turn reading the whole talk from its beginning."""
    talks = [Talk(episode) for episode in episodes]
    room = turns * sampling.max_tokens
    for turn in range(turns):
        going = [talk for talk in talks if not talk.over]
        if not going:
            break
        prompts = Ragged.of([[*talk.episode.prompt, *talk.tokens] for talk in going])
        wanted = [replace(sampling, max_tokens=min(sampling.max_tokens, room - len(talk.tokens))) for talk in going]
        rolled = generate(policy, prompts, 1, wanted, ends, generator, stops)
        for talk, row in zip(going, rows_of(rolled), strict=True):
            talk.heard(row, room if turn + 1 < turns else 0)
    return [Sampled(talk.tokens, talk.logprobs, talk.ended, talk.mask) for talk in talks]


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def drawn(module: torch.nn.Module) -> None:
    chance = torch.Generator().manual_seed(5)
    for parameter in module.parameters():
        torch.nn.init.normal_(parameter, std=0.15, generator=chance)


def own(kv_heads: int = 4) -> Policy:
    network = Llama(Shape(40, 32, 3, 4, kv_heads, 48))
    drawn(network)
    return LlamaPolicy(network)


def llama() -> Policy:
    model = LlamaForCausalLM(
        LlamaConfig(vocab_size=40, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4)
    )
    drawn(model)
    return HubPolicy(model)


def gpt2() -> Policy:
    model = GPT2LMHeadModel(GPT2Config(vocab_size=40, n_embd=32, n_layer=2, n_head=2))
    drawn(model)
    return HubPolicy(model)


POLICIES: dict[str, Callable[[], Policy]] = {
    "own": own, "own, grouped heads": lambda: own(2), "llama of transformers": llama, "gpt2": gpt2,
}  # fmt: skip


def episodes(branches: int, prompts: Sequence[list[int]] = PROMPTS) -> list[Echo]:
    return [Echo(list(prompt)) for prompt in prompts for _ in range(branches)]


def spelled(tokens: list[int]) -> str:
    return "".join(chr(65 + token) for token in tokens)


def equal(found: Sequence[Sampled], expected: Sequence[Sampled]) -> None:
    for row, other in zip(found, expected, strict=True):
        assert (row.tokens, row.mask, row.ended) == (other.tokens, other.mask, other.ended)
        torch.testing.assert_close(torch.tensor(row.logprobs), torch.tensor(other.logprobs), atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize(
    "sampling", [Sampling(9, 1.5), Sampling(9, 1.2, top_k=20, top_p=0.95), Sampling(9, 1.5, stop=("KL", "Z"))], ids=str
)
def test_talks_are_those_of_reading_everything_again(name: str, sampling: Sampling) -> None:
    policy = POLICIES[name]()
    stops = Stops(spelled, sampling.stop) if sampling.stop else None
    made = episodes(6)
    found = play(policy, made, sampling, TURNS, ENDS, torch.Generator().manual_seed(2), stops)
    expected = again(policy, episodes(6), sampling, TURNS, ENDS, torch.Generator().manual_seed(2), stops)
    equal(found, expected)
    turns = [episode.turns for episode in made]
    assert max(turns) >= 3 and len(set(turns)) >= 3, "talks of different lengths"
    assert any(not all(row.mask) for row in found)


@pytest.mark.parametrize("name", ["own", "gpt2"])
@pytest.mark.parametrize("prompts", [[PROMPTS[0]], PROMPTS[:1] * 2 + PROMPTS[1:2], [PROMPTS[2], PROMPTS[1]]], ids=str)
def test_prompts_may_be_in_any_number(name: str, prompts: list[list[int]]) -> None:
    policy = POLICIES[name]()
    made = [Echo(list(prompt)) for prompt in prompts]
    found = play(policy, made, Sampling(7, 1.5), TURNS, ENDS, torch.Generator().manual_seed(4))
    others = [Echo(list(prompt)) for prompt in prompts]
    equal(found, again(policy, others, Sampling(7, 1.5), TURNS, ENDS, torch.Generator().manual_seed(4)))


def test_what_was_sampled_is_what_training_scores() -> None:
    policy = own()
    rows = play(policy, episodes(4), Sampling(9, 1.5), TURNS, ENDS, torch.Generator().manual_seed(2))
    rollouts = [
        Rollout(n // 4, "s", False, "", "", "", PROMPTS[n // 4], row.tokens, row.logprobs, "", row.ended, 0.0, {}, 1.0,
                mask=row.mask) for n, row in enumerate(rows)
    ]  # fmt: skip
    batch = Batch.of(rollouts, 4, Grpo(max_tokens=9))
    shared, branches = batch.branches()
    scores = policy.logprobs(shared, branches, batch.completions.lengths, 1.5)
    assert batch.mask is not None
    written = batch.mask > 0
    torch.testing.assert_close(scores[written], batch.old[written], atol=2e-5, rtol=1e-4)


def test_a_prompt_is_read_once_and_a_turn_reads_what_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = own()
    assert isinstance(policy, LlamaPolicy)
    read: list[int] = []
    whole = policy.network.read
    monkeypatch.setattr(
        policy.network, "read", lambda prompts, fused: read.append(prompts.rows) or whole(prompts, fused)
    )
    made = episodes(5)
    play(policy, made, Sampling(9, 1.5), TURNS, ENDS, torch.Generator().manual_seed(2))
    assert read == [3], "three prompts, each once for its five talks of several turns"
