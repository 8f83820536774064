"""Where completions come from: the policy itself, another engine, or a talk with an environment.

All of them give ``Sampled`` rows: token ids and the log-probabilities that they were drawn with. Text is only ever made
from tokens, never the other way round, so what is trained on is what was sampled, to the token.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor

from grpo.errors import OutOfMemory, SamplerBroken
from grpo.model.economy import is_out_of_memory
from grpo.model.policy import Policy
from grpo.ragged import Ragged
from grpo.sampling.choosing import Sampling
from grpo.sampling.stops import Stops
from grpo.sampling.trajectories import Trajectories, generate

MOST_LOGPROB = 1e-3  # rounding of another engine


@dataclass(frozen=True)
class Sampled:
    """One completion.

    Attributes:
        tokens: ids, the end token included where there is one.
        logprobs: of ``tokens`` under whoever sampled them; 0 for tokens that were not sampled.
        ended: whether the model stopped by itself.
        mask: 1 for tokens that the model wrote; empty: it wrote all.
    """

    tokens: list[int]
    logprobs: list[float]
    ended: bool
    mask: list[int] = field(default_factory=list)

    def last_words(self, ends: Collection[int]) -> list[int]:
        """The tokens that the model wrote last, without end tokens: its answer, after whatever was said to it."""
        start = max((place + 1 for place, own in enumerate(self.mask) if not own), default=0)
        return [token for token in self.tokens[start:] if token not in ends]


@dataclass(frozen=True)
class Order:
    """What another engine is asked for: completions for the prompts of one step.

    Attributes:
        step, again: of training, and the round of refilling; together they name the order.
        seed: of its randomness; an engine that heeds it gives the same answer to the same order.
    """

    step: int
    again: int
    prompts: Sequence[list[int]]
    branches: int
    sampling: Sampling
    seed: int

    @property
    def rows(self) -> int:
        return len(self.prompts) * self.branches


class Sampler(Protocol):
    """Another engine that samples for the learner; ``grpo.sampling.pipeline`` asks it, one thing at a time.

    Its log-probabilities need not be the learner's: set ``grpo.objective.importance_cap``.
    """

    def load(self, version: int, directory: Path) -> None:
        """Sample with the weights in ``directory`` from now on, if that is in its power.

        Args:
            version: updates that these weights have seen.
        """
        ...

    def sample(self, order: Order, version: int) -> tuple[list[Sampled], int]:
        """``branches`` completions for every prompt, prompt by prompt, and the version of the weights they come from.

        Args:
            version: the one that is wanted, and was loaded.

        Raises:
            SamplerBroken, SamplerUnreachable: there is no answer, or one that cannot be used.
        """
        ...

    def close(self) -> None: ...


def rows_of(trajectories: Trajectories) -> list[Sampled]:
    """The rows of what ``generate`` gave."""
    lengths = trajectories.completions.lengths.tolist()
    logprobs = torch.split(trajectories.logprobs, lengths)
    return [
        Sampled(tokens, scores.tolist(), bool(ended))
        for tokens, scores, ended in zip(
            trajectories.completions.lists(), logprobs, trajectories.ended.tolist(), strict=True
        )
    ]


def checked(rows: Sequence[Sampled], wanted: int) -> list[Sampled]:
    """Rows of another engine, if they are whole.

    Raises:
        SamplerBroken: not as many as ``wanted``, one without tokens, lengths that differ, or what is no probability.
    """
    if len(rows) != wanted:
        raise SamplerBroken(f"{len(rows)} completions instead of {wanted}")
    for number, row in enumerate(rows):
        if not row.tokens or len(row.logprobs) != len(row.tokens) or len(row.mask) not in (0, len(row.tokens)):
            lengths = f"{len(row.tokens)} tokens, {len(row.logprobs)} log-probabilities, a mask of {len(row.mask)}"
            raise SamplerBroken(f"completion {number} with {lengths}")
        if not all(-math.inf < value <= MOST_LOGPROB for value in row.logprobs):
            raise SamplerBroken(f"completion {number} with log-probabilities that are none")
    return list(rows)


def sampled(
    policy: Policy,
    prompts: Sequence[list[int]],
    uniforms: Tensor,
    sampling: Sampling,
    ends: Collection[int],
    stops: Stops | None,
) -> list[Sampled]:
    """Completions of ``policy``; where memory runs out, those of one half after those of the other.

    Args:
        uniforms: ``[P * G, most tokens]``; every row keeps its own, whatever it is sampled together with.

    Raises:
        OutOfMemory: a single completion does not fit.
    """
    width = uniforms.shape[0] // len(prompts)
    try:
        return rows_of(generate(policy, Ragged.of(prompts), width, sampling, ends, uniforms, stops))
    except (RuntimeError, MemoryError) as problem:
        if not is_out_of_memory(problem):
            raise
    if uniforms.shape[0] == 1:
        raise OutOfMemory("sampling", len(prompts[0]) + sampling.max_tokens)
    if len(prompts) == 1:
        halves = [(prompts, uniforms[: width // 2]), (prompts, uniforms[width // 2 :])]
    else:
        middle = len(prompts) // 2
        halves = [(prompts[:middle], uniforms[: middle * width]), (prompts[middle:], uniforms[middle * width :])]
    return [row for half, drawn in halves for row in sampled(policy, half, drawn, sampling, ends, stops)]
