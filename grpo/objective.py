"""Policy objective: the clipped surrogate of PPO, with an optional penalty for leaving the reference.

    ratio = exp(logp - old_logp)
    loss  = -min(ratio * A, clip(ratio, 1 - low, 1 + high) * A) + beta * k3
    k3    = exp(ref_logp - logp) - (ref_logp - logp) - 1

PPO: Schulman et al., 2017, arXiv:1707.06347. Different bounds (clip-higher): DAPO, Yu et al., 2025, arXiv:2503.14476.
k3: unbiased, never negative estimator of KL(policy || reference), Schulman, 2020, "Approximating KL divergence".
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


class Loss(NamedTuple):
    """``total`` is differentiable; the others are plain numbers for people to look at."""

    total: Tensor
    clip_fraction: float
    kl: float | None


def k3(logprobs: Tensor, reference: Tensor) -> Tensor:
    """Per-token estimate of KL(policy || reference) from samples of the policy; same shape as its inputs."""
    difference = reference - logprobs
    return torch.exp(difference) - difference - 1


def token_weights(lengths: Tensor, aggregation: str, limit: int) -> Tensor:
    """How much each token counts, ``[M]`` in row order.

    Args:
        lengths: ``[N]`` completion lengths, M = their sum.
        aggregation: ``token``: all tokens alike (DAPO); ``sequence``: every completion alike (GRPO);
            ``constant``: divided by N * limit (Dr. GRPO).
        limit: most tokens a completion may have.
    """
    rows = lengths.shape[0]
    if aggregation == "token":
        each = torch.full((rows,), 1.0 / float(lengths.sum()))
    elif aggregation == "sequence":
        each = 1.0 / (rows * lengths.float())
    else:
        each = torch.full((rows,), 1.0 / (rows * limit))
    return each.to(lengths.device).repeat_interleave(lengths)


def clipped_surrogate(
    logprobs: Tensor,
    old: Tensor,
    advantages: Tensor,
    weights: Tensor,
    low: float,
    high: float,
    reference: Tensor | None = None,
    beta: float = 0.0,
) -> Loss:
    """The loss to minimise.

    Args:
        logprobs: ``[M]`` of the policy being trained, differentiable.
        old: ``[M]`` of the policy that sampled.
        advantages: ``[M]``, each token carries its completion's.
        weights: ``[M]`` from ``token_weights``.
        low: lower clip distance.
        high: upper clip distance.
        reference: ``[M]`` of the reference model, or ``None``.
        beta: weight of the KL penalty.
    """
    ratio = torch.exp(logprobs - old)
    free, bounded = ratio * advantages, ratio.clamp(1 - low, 1 + high) * advantages
    loss = -(torch.minimum(free, bounded) * weights).sum()
    kl: float | None = None
    if reference is not None:
        divergence = k3(logprobs, reference)
        kl = float((divergence.detach() * weights).sum() / weights.sum())
        if beta > 0:
            loss = loss + beta * (divergence * weights).sum()
    clipped = float(((bounded < free).float() * weights).sum() / weights.sum())
    return Loss(loss, clipped, kl)
