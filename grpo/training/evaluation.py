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
from grpo.errors import RewardFailed
from grpo.model.policy import Policy
from grpo.prompt import encode, end_tokens
from grpo.ragged import Ragged
from grpo.records import EvaluationDone, ItemScore
from grpo.reward.measures import completed
from grpo.reward.rewards import scored_together
from grpo.samples import Sample
from grpo.sampling.choosing import Sampling
from grpo.sampling.stops import Stops, cut, texts
from grpo.sampling.trajectories import generate
from grpo.settings import Evaluation
from grpo.training.passing import looked_at, pass_at


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


def answers(
    policy: Policy,
    tokenizer: PreTrainedTokenizerBase,
    samples: Sequence[Sample],
    sampling: Sampling,
    each: int = 1,
    batch: int = 64,
    seed: int = 0,
) -> list[list[ItemScore]]:
    """``each`` completions per sample, scored by the sample's own reward. Temperature 0 answers greedily.

    Raises:
        RewardFailed: an answer could not be scored.
    """
    ends = end_tokens(tokenizer)
    stops = Stops(lambda tokens: str(tokenizer.decode(tokens)), sampling.stop) if sampling.stop else None
    prompts = [encode(tokenizer, sample.passage, sample.question) for sample in samples]
    order = sorted(range(len(samples)), key=lambda index: len(prompts[index]))  # like lengths together, little padding
    found: dict[int, list[ItemScore]] = {}
    for start in range(0, len(order), batch):
        chosen = order[start : start + batch]
        rolled = generate(
            policy,
            Ragged.of([prompts[index] for index in chosen]),
            each,
            sampling,
            ends,
            generator(seed, "evaluation", start),
            stops,
        )
        said = [cut(text, sampling.stop).strip() for text in texts(rolled.completions.lists(), ends, tokenizer)]
        asked = [samples[index] for index in chosen for _ in range(each)]
        completions = [completed(s, text, end) for s, text, end in zip(asked, said, rolled.ended.tolist(), strict=True)]
        scores = scored_together([sample.reward for sample in asked], completions)
        if faults := [score.fault for score in scores if score.fault]:
            raise RewardFailed(len(faults), len(scores), faults[0])
        items = [
            ItemScore(sample.sample_id, sample.section, text, score.total)
            for sample, text, score in zip(asked, said, scores, strict=True)
        ]
        found |= {index: items[place * each : (place + 1) * each] for place, index in enumerate(chosen)}
    return [found[index] for index in range(len(samples))]


def answer(
    policy: Policy,
    tokenizer: PreTrainedTokenizerBase,
    samples: Sequence[Sample],
    sampling: Sampling,
    batch: int = 64,
    seed: int = 0,
) -> list[ItemScore]:
    """One completion per sample; see ``answers``."""
    return [items[0] for items in answers(policy, tokenizer, samples, sampling, 1, batch, seed)]


@torch.no_grad()
def evaluate(
    policy: Policy,
    tokenizer: PreTrainedTokenizerBase,
    samples: Sequence[Sample],
    moment: str,
    step: int,
    max_tokens: int,
    resamples: int,
    stop: tuple[str, ...] = (),
) -> EvaluationDone:
    """Greedy reward on ``samples`` (at least one)."""
    items = answer(policy, tokenizer, samples, Sampling(max_tokens, 0.0, stop=stop))
    sections = [item.section for item in items]
    mean, low, high = by_section([item.reward for item in items], sections, resamples, 0)
    return EvaluationDone(moment, step, mean, low, high, len(set(sections)), tuple(items))


@torch.no_grad()
def passes(
    policy: Policy,
    tokenizer: PreTrainedTokenizerBase,
    samples: Sequence[Sample],
    sampling: Sampling,
    settings: Evaluation,
    seed: int,
) -> dict[str, tuple[float, float, float]]:
    """Mean pass@k by k, with its interval by section, from ``settings.samples`` answers per sample."""
    n = settings.samples
    found = answers(policy, tokenizer, samples, sampling, n, max(1, 64 // n), seed)
    right = [sum(item.reward >= settings.correct for item in items) for items in found]
    sections = [sample.section for sample in samples]
    values = {k: [pass_at(n, c, k) for c in right] for k in looked_at(n)}
    return {str(k): by_section(each, sections, settings.resamples, 0) for k, each in values.items()}


def gain(before: Sequence[ItemScore], after: Sequence[ItemScore], resamples: int) -> Interval:
    """Paired gain (after - before) of the same samples, with its 95 % interval by section."""
    differences = [b.reward - a.reward for a, b in zip(before, after, strict=True)]
    return by_section(differences, [item.section for item in before], resamples, 0)
