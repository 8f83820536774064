"""Shaping: what is taken off a completion's reward before it is compared with its siblings.

Shaping never enters the reward that is reported; it is stored among the parts under its own name, as a number of at
most 0, so that a run with shaping and one without can be compared.

    overlong    0                                  length <= limit - buffer
                (limit - buffer - length) / buffer  above that, down to -1 at the limit
    divergence  -beta * sum over tokens of the KL estimate

Overlong: "soft overlong punishment", DAPO, Yu et al., 2025, arXiv:2503.14476, equation 13. KL in the reward: Stiennon
et al., 2020, arXiv:2009.01325.
"""

from __future__ import annotations

import torch
from torch import Tensor

from grpo.learning.aggregation import row_sums
from grpo.learning.divergence import divergence

OVERLONG, DIVERGENCE = "overlong", "divergence"


def overlong(lengths: Tensor, limit: int, buffer: int) -> Tensor:
    """Penalties ``[N]`` in [-1, 0] of completions of ``lengths`` ``[N]`` tokens; a ``buffer`` of 0 punishes none."""
    if buffer <= 0:
        return torch.zeros(lengths.shape[0])
    return ((limit - buffer - lengths.float()) / buffer).clamp(-1.0, 0.0)


def divergence_penalty(estimator: str, logprobs: Tensor, reference: Tensor, lengths: Tensor, beta: float) -> Tensor:
    """Penalties ``[N]`` of rows whose packed ``[M]`` log-probabilities are given, summed over each row's tokens."""
    return -beta * row_sums(divergence(estimator, logprobs, reference), lengths)
