"""Sampling: cut distributions, stop texts, requests of their own, and episodes with an environment."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
import torch

from grpo.errors import SamplerBroken
from grpo.learning.batch import Batch
from grpo.model.network import Llama, Shape
from grpo.model.policy import LlamaPolicy
from grpo.ragged import Ragged
from grpo.records import Rollout
from grpo.samples import Sample
from grpo.sampling.choosing import Sampling, choose, choose_each
from grpo.sampling.episodes import Turn, play
from grpo.sampling.sampling import Sampled, checked, rows_of
from grpo.sampling.stops import Stops, cut
from grpo.sampling.trajectories import generate
from grpo.settings import Grpo, Objective

# Probabilities 0.5, 0.3, 0.2.
LOGITS = torch.tensor([[math.log(0.5), math.log(0.3), math.log(0.2)]])


def drawn(uniform: float, sampling: Sampling) -> tuple[int, float]:
    token, logprob = choose_each(LOGITS, torch.tensor([uniform]), [sampling])
    return int(token), float(logprob)


@pytest.mark.parametrize(
    ("sampling", "uniform", "token"),
    [
        (Sampling(1), 0.45, 0),
        (Sampling(1), 0.55, 1),
        (Sampling(1), 0.85, 2),
        (Sampling(1, top_k=1), 0.99, 0),
        (Sampling(1, top_k=2), 0.62, 0),  # 0.5 of 0.8 is 0.625
        (Sampling(1, top_k=2), 0.63, 1),
        (Sampling(1, top_p=0.49), 0.99, 0),  # 0.5 alone has the mass
        (Sampling(1, top_p=0.51), 0.99, 1),
        (Sampling(1, temperature=0.0), 0.99, 0),
    ],
)
def test_cut_distributions(sampling: Sampling, uniform: float, token: int) -> None:
    found, logprob = drawn(uniform, sampling)
    assert found == token
    # The log-probability is the policy's own, not that of what was left.
    assert logprob == pytest.approx(math.log((0.5, 0.3, 0.2)[token]))


def test_the_temperature_is_part_of_the_log_probability() -> None:
    _, logprob = drawn(0.0, Sampling(1, temperature=0.5, top_k=1))
    assert logprob == pytest.approx(math.log(0.25 / (0.25 + 0.09 + 0.04)))  # squares, at temperature 1/2


def test_uncut_both_ways_draw_from_the_same_distribution() -> None:
    chance = torch.Generator().manual_seed(0)
    logits, uniforms = torch.randn(1, 12, generator=chance).expand(4000, -1), torch.rand(4000, generator=chance)
    one, scores = choose(logits, uniforms, 0.7)
    other, others = choose_each(logits, uniforms, [Sampling(1, 0.7)] * 4000)
    for tokens in (one, other):
        shares = torch.bincount(tokens, minlength=12) / 4000
        torch.testing.assert_close(shares, torch.softmax(logits[0] / 0.7, 0), atol=0.02, rtol=0)
    order = torch.log_softmax(logits[0] / 0.7, 0)
    torch.testing.assert_close(others, order[other])
    torch.testing.assert_close(scores, order[one])


def policy() -> LlamaPolicy:
    network = Llama(Shape(30, 32, 2, 4, 4, 48))
    chance = torch.Generator().manual_seed(5)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.3, generator=chance)
    return LlamaPolicy(network)


LETTERS = "abcdefghijklmnopqrstuvwxyz.,!?"


def spelled(tokens: list[int]) -> str:
    return "".join(LETTERS[token] for token in tokens)


PROMPTS = Ragged.of([[1, 2, 3], [4, 5, 6, 7]])


def test_every_prompt_may_have_its_own_way_of_sampling() -> None:
    wanted = [Sampling(3, 0.0), Sampling(6, 1.0, top_k=5)]
    found = rows_of(generate(policy(), PROMPTS, 2, wanted, [], torch.Generator().manual_seed(1)))
    assert [len(row.tokens) for row in found] == [3, 3, 6, 6]
    assert not any(row.ended for row in found)
    assert found[0].tokens == found[1].tokens, "greedy"
    alone = rows_of(generate(policy(), PROMPTS, 2, Sampling(6, 0.0), [], torch.Generator().manual_seed(1)))
    assert found[0].tokens == alone[0].tokens[:3]


def test_a_stop_text_ends_a_completion_even_across_tokens() -> None:
    plain = rows_of(generate(policy(), PROMPTS, 3, Sampling(12), [], torch.Generator().manual_seed(2)))
    text = spelled(plain[4].tokens)
    stop = text[5:7]  # two tokens
    sampling = Sampling(12, stop=(stop,))
    stops = Stops(spelled, sampling.stop)
    found = rows_of(generate(policy(), PROMPTS, 3, sampling, [], torch.Generator().manual_seed(2), stops))
    where = text.find(stop)
    assert spelled(found[4].tokens) == text[: where + 2]
    assert found[4].ended
    assert cut(spelled(found[4].tokens), [stop]) == text[:where]
    for before, after in zip(plain, found, strict=True):
        assert before.tokens[: len(after.tokens)] == after.tokens, "the others are as they were"
        assert after.ended == (stop in spelled(before.tokens))


def test_log_probabilities_are_those_of_training() -> None:
    model = policy()
    rolled = generate(model, PROMPTS, 2, Sampling(6, 0.7, top_p=0.9), [0], torch.Generator().manual_seed(3))
    rows = rows_of(rolled)
    rollouts = [
        Rollout(n // 2, "s", False, "", "", "", [[1, 2, 3], [4, 5, 6, 7]][n // 2], row.tokens, row.logprobs, "",
                row.ended, 0.0, {}, 1.0) for n, row in enumerate(rows)
    ]  # fmt: skip
    shared, branches = (batch := Batch.of(rollouts, 2, Grpo())).branches()
    scores = model.logprobs(shared, branches, batch.completions.lengths, 0.7)
    torch.testing.assert_close(scores, batch.old, atol=1e-5, rtol=1e-4)


# An environment: the model's turn ends with the token 0; it is answered with how many tokens it wrote, then 29.


@dataclass
class Counting:
    """Answers every turn with the number of tokens that were written; over after the second."""

    seen: list[list[int]] = field(default_factory=list)

    @property
    def prompt(self) -> list[int]:
        return [1, 2, 3]

    def respond(self, tokens: Sequence[int]) -> Turn:
        self.seen.append(list(tokens))
        return Turn([len(tokens), 29], done=len(self.seen) == 2)


def episodes(count: int, turns: int, seed: int = 4) -> tuple[list[Counting], list[Sampled]]:
    made = [Counting() for _ in range(count)]
    chance = torch.Generator().manual_seed(seed)
    # Token 0 ends a turn; sampling hot, so that turns end soon and differ.
    return made, play(policy(), made, Sampling(8, 3.0), turns, [0], chance)


def test_an_episode_is_tokens_in_and_tokens_out() -> None:
    made, rows = episodes(40, turns=3)
    answered = [(e, r) for e, r in zip(made, rows, strict=True) if len(e.seen) == 2]
    assert answered, "some episodes have two whole turns"
    for episode, row in answered:
        first, second = episode.seen
        assert row.tokens == [*first, len(first), 29, *second], "nothing was read back from text"
        assert row.mask == [1] * len(first) + [0, 0] + [1] * len(second)
        assert row.logprobs[len(first) : len(first) + 2] == [0.0, 0.0]
        assert row.ended and first[-1] == second[-1] == 0
        assert row.last_words([0]) == [token for token in second if token != 0]


def test_a_turn_that_is_cut_off_ends_the_episode() -> None:
    made, rows = episodes(40, turns=3)
    for episode, row in zip(made, rows, strict=True):
        if not row.ended:
            assert row.tokens[-1] != 0 and row.mask[-1] == 1
            assert len(episode.seen) < 2


def test_the_model_has_the_last_word_when_turns_run_out() -> None:
    made, rows = episodes(40, turns=1)
    assert {len(e.seen) for e in made} == {0, 1}
    assert all(set(row.mask) == {1} for row in rows)


def test_second_turns_continue_what_was_said() -> None:
    """The log-probabilities of a second turn are those of the whole talk so far, read at once."""
    model = policy()
    made, rows = episodes(40, turns=3)
    row = next(r for e, r in zip(made, rows, strict=True) if len(e.seen) == 2)
    rollout = Rollout(0, "s", False, "", "", "", [1, 2, 3], row.tokens, row.logprobs, "", True, 0.0, {}, 1.0,
                      mask=row.mask)  # fmt: skip
    batch = Batch.of([rollout], 1, Grpo(max_tokens=8))
    shared, branches = batch.branches()
    scores = model.logprobs(shared, branches, batch.completions.lengths, 3.0)
    assert batch.mask is not None
    own = batch.mask > 0
    torch.testing.assert_close(scores[own], batch.old[own], atol=1e-5, rtol=1e-4)
    assert batch.weights[~own].tolist() == [0.0, 0.0]
    assert float(batch.weights.sum()) == pytest.approx(1.0)


def test_what_was_cut_off_can_be_left_out_of_the_loss() -> None:
    rows = [Sampled([3, 4], [-1.0, -1.0], False), Sampled([5, 0, 6], [-1.0, -1.0, -1.0], True)]
    rollouts = [
        Rollout(0, "s", False, "", "", "", [1, 2], r.tokens, r.logprobs, "", r.ended, 0.0, {}, 1.0) for r in rows
    ]
    batch = Batch.of(rollouts, 2, Grpo(objective=Objective(overlong_filter=True)))
    assert batch.weights.tolist() == pytest.approx([0, 0, 1 / 3, 1 / 3, 1 / 3])
    assert Batch.of(rollouts, 2, Grpo()).weights.tolist() == pytest.approx([0.2] * 5)


@pytest.mark.parametrize(
    "rows",
    [
        [Sampled([1], [-1.0], True)],
        [Sampled([1], [-1.0], True), Sampled([], [], True)],
        [Sampled([1], [-1.0], True), Sampled([1, 2], [-1.0], True)],
        [Sampled([1], [-1.0], True), Sampled([1, 2], [-1.0, -1.0], True, [1])],
    ],
)
def test_an_engine_that_gives_something_else_is_refused(rows: list[Sampled]) -> None:
    with pytest.raises(SamplerBroken):
        checked(rows, 2)


def test_samples_know_their_source() -> None:
    assert Sample("s", "p", "q", "a").source == ""
