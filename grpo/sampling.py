"""Where completions come from: the policy itself, another engine, or a talk with an environment.

All of them give ``Sampled`` rows: token ids and the log-probabilities that they were drawn with. Text is only ever made
from tokens, never the other way round, so what is trained on is what was sampled, to the token.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import torch

from grpo.trajectories import Sampling, Trajectories


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
