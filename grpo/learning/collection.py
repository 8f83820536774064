"""Collection: the groups of one step, written, scored and compared.

Groups without spread can be refilled (dynamic sampling, DAPO, Yu et al., 2025, arXiv:2503.14476): they are replaced by
groups of other prompts, for a bounded number of rounds; what is still dead then stays, and is reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from grpo.errors import RewardFailed
from grpo.learning.advantages import Advantages
from grpo.learning.comparison import Shaping, compared
from grpo.learning.shaping import DIVERGENCE, OVERLONG, divergence_penalty, overlong
from grpo.model.policy import Policy, Scorer
from grpo.prompt import end_tokens
from grpo.ragged import Ragged, split_last
from grpo.records import Rollout
from grpo.reward.level import Scored
from grpo.reward.measures import completed
from grpo.reward.rewards import compile_reward, scored_together
from grpo.samples import Sample
from grpo.sampling.asking import Asked, Asker
from grpo.sampling.episodes import Environment
from grpo.sampling.pipeline import Pipeline
from grpo.sampling.sampling import Sampled
from grpo.sampling.stops import cut, texts
from grpo.sampling.writing import Writing
from grpo.settings import Grpo


@dataclass(frozen=True)
class Drawn:
    """One completion on its way to a ``Rollout``."""

    asked: Asked
    row: Sampled
    text: str
    scored: Scored


@dataclass(frozen=True)
class Collected:
    """The rollouts of a step, how many groups were sampled for it, and how many of those replaced others.

    ``metrics`` are those of a sampler, where there is one (``grpo.figures.METRICS``).
    """

    rollouts: list[Rollout]
    sampled: int
    refilled: int
    metrics: Mapping[str, float] = field(default_factory=dict)


class Collector:
    """Has groups written by the policy, a sampler's pipeline, or in episodes, and scores and compares them."""

    def __init__(
        self,
        policy: Policy,
        reference: Scorer | None,
        tokenizer: PreTrainedTokenizerBase,
        samples: Sequence[Sample],
        config: Grpo,
        seed: int,
        pipeline: Pipeline | None = None,
        environment: Environment | None = None,
    ) -> None:
        self.policy, self.reference, self.tokenizer = policy, reference, tokenizer
        self.config, self.environment = config, environment
        self.ends = end_tokens(tokenizer)
        self.asker = Asker(tokenizer, samples, config, seed, self.ends)
        self.writing = Writing(policy, tokenizer, config, seed, pipeline, environment)

    def collect(self, step: int, beta: float) -> Collected:
        """The groups of ``step`` under the KL coefficient ``beta``.

        Raises:
            RewardFailed: a reward has a fault, and the settings say that this stops the run.
            SamplerBroken, SamplerUnreachable, SamplerStale: another engine samples, and does not do what it should.
        """
        c = self.config
        self.writing.order_ahead(step, self.asker)
        drawn = self.draw(self.asker.ask(step), step, 0)
        sampled, refilled = c.prompts, 0
        for again in range(1, c.advantage.refill + 1):
            dead = [group for group, one in enumerate(self.compare(drawn, beta)[0].dead.tolist()) if one]
            if not dead:
                break
            fresh = self.draw(self.asker.ask(step, again)[: len(dead)], step, again)
            living = [group for group, one in enumerate(self.compare(fresh, beta)[0].dead.tolist()) if not one]
            sampled, refilled = sampled + len(dead), refilled + len(living)
            for old, new in zip(dead, living, strict=False):
                drawn[old * c.completions : (old + 1) * c.completions] = group_of(fresh, new, c.completions)
        advantages, shaping = self.compare(drawn, beta)
        values = advantages.values.flatten().tolist()
        rollouts = [self.rollout(row, drawn, values, shaping) for row in range(len(drawn))]
        return Collected(rollouts, sampled, refilled, self.writing.figures())

    def draw(self, asked: Sequence[Asked], step: int, again: int, first: int = 0) -> list[Drawn]:
        """Completions of ``asked``, scored; ``first`` is the place of their first prompt in the step."""
        asked, rows = self.writing.write(asked, step, again, first)
        if any(row.mask for row in rows) or self.config.stop:
            answers = [cut(text, self.config.stop).strip() for text in
                       texts([row.last_words(self.ends) for row in rows], self.ends, self.tokenizer)]  # fmt: skip
        else:
            answers = texts([row.tokens for row in rows], self.ends, self.tokenizer)
        width = self.config.completions
        completions = [completed(asked[n // width].sample, answers[n], row.ended) for n, row in enumerate(rows)]
        scored = scored_together([asked[n // width].sample.reward for n in range(len(rows))], completions)
        if self.config.reward_faults == "stop" and (faults := [score.fault for score in scored if score.fault]):
            raise RewardFailed(len(faults), len(scored), faults[0])
        return [Drawn(asked[n // width], row, answers[n], scored[n]) for n, row in enumerate(rows)]

    def compare(self, drawn: Sequence[Drawn], beta: float) -> tuple[Advantages, Shaping]:
        shaping = self.shaping(drawn, beta)
        weights = [compile_reward(one.asked.sample.reward).weights for one in drawn[:: self.config.completions]]
        return compared([one.scored for one in drawn], weights, shaping, self.config), shaping

    def shaping(self, drawn: Sequence[Drawn], beta: float) -> dict[str, Tensor]:
        """Penalties by name; none by default."""
        o, found = self.config.objective, {}
        if o.overlong_buffer:
            lengths = torch.tensor([len(one.row.tokens) for one in drawn])
            limit = self.config.max_tokens * (self.config.turns if self.environment else 1)
            found[OVERLONG] = o.overlong_penalty * overlong(lengths, limit, o.overlong_buffer)
        if o.kl_place == "reward" and beta > 0 and self.reference is not None:
            found[DIVERGENCE] = self.divergence(drawn, self.reference, beta)
        return found

    @torch.no_grad()
    def divergence(self, drawn: Sequence[Drawn], reference: Scorer, beta: float) -> Tensor:
        shared, last = split_last(Ragged.of([one.asked.prompt for one in drawn[:: self.config.completions]]))
        completions = Ragged.of([one.row.tokens for one in drawn])
        starts = last.repeat_interleave(self.config.completions)[:, None]
        branches = Ragged(torch.cat((starts, completions.tokens), dim=1), completions.lengths + 1)
        scores = reference.logprobs(shared, branches, completions.lengths, self.config.temperature).cpu()
        own = torch.tensor([value for one in drawn for value in one.row.logprobs])
        written = torch.tensor([one for d in drawn for one in d.row.mask or [1] * len(d.row.tokens)])
        scores = torch.where(written > 0, scores, own)  # what the environment wrote costs nothing
        return divergence_penalty(self.config.objective.kl_estimator, own, scores, completions.lengths, beta)

    def rollout(self, row: int, drawn: Sequence[Drawn], advantages: Sequence[float], shaping: Shaping) -> Rollout:
        one, sample = drawn[row], drawn[row].asked.sample
        return Rollout(
            group=row // self.config.completions,
            sample_id=sample.sample_id,
            swapped=one.asked.swapped,
            passage=sample.passage,
            question=sample.question,
            answer=sample.answer,
            prompt=one.asked.prompt,
            tokens=one.row.tokens,
            logprobs=one.row.logprobs,
            text=one.text,
            ended=one.row.ended,
            reward=one.scored.total,
            parts=one.scored.parts | {name: float(penalty[row]) for name, penalty in shaping.items()},
            advantage=advantages[row],
            source=sample.source,
            mask=one.row.mask,
            fault=one.scored.fault,
        )


def group_of(drawn: Sequence[Drawn], group: int, width: int) -> list[Drawn]:
    return list(drawn[group * width : (group + 1) * width])
