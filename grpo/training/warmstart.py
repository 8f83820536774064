"""Warm start: teaches the small model to find and copy, on exercises made from plain sentences.

A few steps of copying random tokens, then mostly cloze and "what" questions about passages that grow from one sentence
to the size of a real one. The questions of one passage share its prefix. No sample of the dataset is used. It stops on
purpose at a modest answer loss, so that reinforcement has something left to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import torch
from transformers import PreTrainedTokenizerBase, PreTrainedTokenizerFast

from grpo.chance import dice, generator
from grpo.config import SmallModel, WarmStart
from grpo.errors import DatasetUnusable
from grpo.learning.optimizer import PolicyOptimizer, Schedule
from grpo.model import structure
from grpo.model.network import Llama, Shape
from grpo.model.policy import LlamaPolicy, Policy
from grpo.model.tokenizer import BLANKS, build, sorts
from grpo.ragged import Ragged
from grpo.sampling.swap import Swaps
from grpo.training.cloze import Exercise, Exercises, phrases, sentences

SMALLEST, LARGEST, GROWTH = 20.0, 80.0, 0.8  # tokens of a passage: at first, at most, more per step
COPY_LENGTH = 40
COPY_SHARE = 0.1  # of the passages after the copying steps
WINDOW = 10  # steps over which the answer loss is averaged


def small_model(texts: Iterable[str], sizes: SmallModel, seed: int) -> tuple[LlamaPolicy, PreTrainedTokenizerFast]:
    """A freshly initialised small model and the tokenizer built from ``texts``."""
    tokenizer = build(texts, sizes.vocabulary)
    shape = Shape(
        vocabulary=len(tokenizer),
        width=sizes.width,
        layers=sizes.layers,
        heads=sizes.heads,
        kv_heads=sizes.heads,
        feedforward=sizes.feedforward,
    )
    fixed = phrases(tokenizer)
    blanks = [tokenizer.get_vocab()[blank] for blank in BLANKS]
    anchors = structure.Anchors(
        tuple(fixed.end[-1:]), (*blanks, *fixed.question_mark), fixed.stop[0], tuple(sorts(tokenizer))
    )
    network = Llama(shape)
    structure.initialise(network, anchors, generator(seed, "initialisation"))
    return LlamaPolicy(network), tokenizer


@dataclass
class WarmUp:
    """The warm phase of one run; ``losses`` is its only state besides the optimizer's and goes into checkpoints."""

    policy: Policy
    optimizer: PolicyOptimizer
    exercises: Exercises
    config: WarmStart
    seed: int
    losses: list[float] = field(default_factory=list)

    @classmethod
    def on(
        cls, policy: Policy, tokenizer: PreTrainedTokenizerBase, passages: Iterable[str], config: WarmStart, seed: int
    ) -> WarmUp:
        """Prepare exercises from the sentences of ``passages``.

        Raises:
            DatasetUnusable: fewer than eight usable sentences.
        """
        fixed = phrases(tokenizer)
        found = sentences(tokenizer, dict.fromkeys(passages))
        if len(found) < 8:
            remedy = "add documents or passages, or choose a base_model that knows language instead of `small`"
            raise DatasetUnusable("dataset", f"only {len(found)} sentences to practise on", remedy)
        schedule = Schedule(config.learning_rate, 10, 10, 1.0)
        optimizer = PolicyOptimizer(policy.module, schedule, 1.0, 0.01, (0.9, 0.98))
        return cls(policy, optimizer, Exercises(found, fixed, Swaps(tokenizer, fixed.fixed)), config, seed)

    def batch(self, step: int) -> list[Exercise]:
        rng = dice(self.seed, "warm_start", step)
        c = self.config
        if step <= c.copy_steps:
            return [self.exercises.copying(rng, COPY_LENGTH, c.questions) for _ in range(c.passages)]
        size = min(LARGEST, SMALLEST + GROWTH * (step - c.copy_steps))
        return [
            self.exercises.copying(rng, COPY_LENGTH, c.questions)
            if rng.random() < COPY_SHARE
            else self.exercises.reading(rng, size, c.questions, c.swap)
            for _ in range(c.passages)
        ]

    def step(self, step: int) -> tuple[float, float, int]:
        """One update; returns (answer loss, gradient norm, answer tokens)."""
        batch = self.batch(step)
        prefixes = Ragged.of([exercise.prefix for exercise in batch])
        branches = Ragged.of([branch for exercise in batch for branch in exercise.branches])
        answers = torch.tensor([length for exercise in batch for length in exercise.answers])
        logprobs = self.policy.logprobs(prefixes, branches, answers)
        loss = -logprobs.mean()
        norm = self.optimizer.apply(loss, "warm_start", step)
        self.losses = [*self.losses[-WINDOW + 1 :], float(loss.detach())]
        return float(loss.detach()), norm, int(answers.sum())


def mean_loss(losses: list[float]) -> float:
    """Answer loss in nats per token over the last steps; infinite before there are enough of them."""
    recent = losses[-WINDOW:]
    return sum(recent) / len(recent) if len(recent) == WINDOW else float("inf")
