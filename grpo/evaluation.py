"""Evaluation: greedy reward on held-out samples, with intervals that respect sections.

Samples of one section are not independent, so intervals come from a bootstrap that redraws whole sections (cluster
bootstrap; Cameron, Gelbach and Miller, 2008, Review of Economics and Statistics 90(3)).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

import torch
from transformers import PreTrainedTokenizerBase

from grpo.chance import generator
from grpo.measures import Completion
from grpo.policy import Policy
from grpo.prompt import encode, end_tokens
from grpo.ragged import Ragged
from grpo.records import EvaluationDone, ItemScore
from grpo.rewards import compile_reward
from grpo.samples import Sample
from grpo.trajectories import Sampling, generate, texts


class Interval(NamedTuple):
    """A mean and the ends of its 95 % interval."""

    mean: float
    low: float
    high: float


def by_section(values: Sequence[float], sections: Sequence[str], resamples: int, seed: int) -> Interval:
    """Mean of ``values`` and a 95 % percentile interval over ``resamples`` redraws of whole sections.

    For a paired gain pass the differences. With fewer than two sections the interval is the mean itself.
    """
    totals: dict[str, tuple[float, int]] = {}
    for value, section in zip(values, sections, strict=True):
        total, count = totals.get(section, (0.0, 0))
        totals[section] = (total + value, count + 1)
    clusters = [totals[section] for section in sorted(totals)]
    mean = sum(values) / len(values)
    if len(clusters) < 2:
        return Interval(mean, mean, mean)
    rng = random.Random(seed)
    means = []
    for _ in range(resamples):
        redrawn = rng.choices(clusters, k=len(clusters))
        means.append(sum(total for total, _ in redrawn) / sum(count for _, count in redrawn))
    means.sort()
    return Interval(mean, means[int(0.025 * (resamples - 1))], means[round(0.975 * (resamples - 1))])


def answer(
    policy: Policy,
    tokenizer: PreTrainedTokenizerBase,
    samples: Sequence[Sample],
    sampling: Sampling,
    batch: int = 64,
    seed: int = 0,
) -> list[ItemScore]:
    """One completion per sample, scored by the sample's own reward. Temperature 0 answers greedily."""
    ends = end_tokens(tokenizer)
    prompts = [encode(tokenizer, sample.passage, sample.question) for sample in samples]
    order = sorted(range(len(samples)), key=lambda index: len(prompts[index]))  # like lengths together, little padding
    scores: dict[int, ItemScore] = {}
    for start in range(0, len(order), batch):
        chosen = order[start : start + batch]
        rolled = generate(
            policy,
            Ragged.of([prompts[index] for index in chosen]),
            1,
            sampling,
            ends,
            generator(seed, "evaluation", start),
        )
        answers = texts(rolled.completions.lists(), ends, tokenizer)
        for index, text, ended in zip(chosen, answers, rolled.ended.tolist(), strict=True):
            sample = samples[index]
            completion = Completion(text, ended, sample.answer, sample.passage, sample.question)
            scores[index] = ItemScore(
                sample.sample_id, sample.section, text, compile_reward(sample.reward).score(completion).total
            )
    return [scores[index] for index in range(len(samples))]


@torch.no_grad()
def evaluate(
    policy: Policy,
    tokenizer: PreTrainedTokenizerBase,
    samples: Sequence[Sample],
    moment: str,
    step: int,
    max_tokens: int,
    resamples: int,
) -> EvaluationDone:
    """Greedy reward on ``samples`` (at least one)."""
    items = answer(policy, tokenizer, samples, Sampling(max_tokens, 0.0))
    sections = [item.section for item in items]
    mean, low, high = by_section([item.reward for item in items], sections, resamples, 0)
    return EvaluationDone(moment, step, mean, low, high, len(set(sections)), tuple(items))


def gain(before: Sequence[ItemScore], after: Sequence[ItemScore], resamples: int) -> Interval:
    """Paired gain (after - before) of the same samples, with its 95 % interval by section."""
    differences = [b.reward - a.reward for a, b in zip(before, after, strict=True)]
    return by_section(differences, [item.section for item in before], resamples, 0)
