"""Where completions come from: the policy itself, another engine, or a talk with an environment.

All of them give ``Sampled`` rows: token ids and the log-probabilities that they were drawn with. Text is only ever made
from tokens, never the other way round, so what is trained on is what was sampled, to the token.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor

from grpo.errors import OutOfMemory, SamplerBroken
from grpo.memory import is_out_of_memory
from grpo.policy import Policy
from grpo.ragged import Ragged
from grpo.trajectories import Sampling, Stops, Trajectories, generate


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


class Sampler(Protocol):
    """Another engine that samples for the learner, perhaps with older weights; the policy itself is the other way.

    Its log-probabilities need not be the learner's: set ``grpo.objective.importance_cap``.
    """

    def sample(self, prompts: Sequence[Sequence[int]], branches: int, sampling: Sampling, step: int) -> list[Sampled]:
        """``branches`` completions for every prompt, prompt by prompt."""
        ...


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
        SamplerBroken: not as many as ``wanted``, one without tokens, or lengths that differ.
    """
    if len(rows) != wanted:
        raise SamplerBroken(f"{len(rows)} completions instead of {wanted}")
    for number, row in enumerate(rows):
        if not row.tokens or len(row.logprobs) != len(row.tokens) or len(row.mask) not in (0, len(row.tokens)):
            lengths = f"{len(row.tokens)} tokens, {len(row.logprobs)} log-probabilities, a mask of {len(row.mask)}"
            raise SamplerBroken(f"completion {number} with {lengths}")
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
