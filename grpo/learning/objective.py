"""Policy objectives: what a token loses, given how far the policy has moved since it was sampled.

    ratio = exp(logp - old_logp)
    ppo    -min(ratio * A, clip(ratio, 1 - low, 1 + high) * A)     Schulman et al., 2017, arXiv:1707.06347
    dual   for A < 0 also max(that, -c * A) from below the ratio c  Ye et al., 2019, arXiv:1912.09729
    gspo   ppo with ratio = exp(mean over the row of logp - old)   Zheng et al., 2025, arXiv:2507.18071
    cispo  -stop(clip(ratio, 1 - low, 1 + high)) * A * logp        MiniMax-M1, 2025, arXiv:2506.13585

``high`` above ``low`` is DAPO's clip-higher (Yu et al., 2025, arXiv:2503.14476). GSPO's ratio is a mean over a row, so
its bounds are a hundred times narrower (the paper: 3e-4 and 4e-4). CISPO bounds the weight of a token but never
silences it. Every loss here is per token; ``grpo.learning.aggregation`` says how they add up.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from grpo.learning.aggregation import row_sums
from grpo.learning.divergence import k3


class Surrogate(NamedTuple):
    """Per token, ``[M]`` each: differentiable ``losses``; ``clipped`` where no gradient flows; ``ratio`` detached."""

    losses: Tensor
    clipped: Tensor
    ratio: Tensor


class Loss(NamedTuple):
    """``total`` is differentiable; the others are plain numbers for people to look at."""

    total: Tensor
    clip_fraction: float
    kl: float | None


def ppo(ratio: Tensor, advantages: Tensor, low: float, high: float, dual: float = 0.0) -> Surrogate:
    """Clipped surrogate of ``ratio`` ``[M]``; ``dual`` is c of the dual clip, 0 without one."""
    free, bounded = ratio * advantages, ratio.clamp(1 - low, 1 + high) * advantages
    gain, clipped = torch.minimum(free, bounded), bounded < free
    if dual > 0:
        floor = dual * advantages
        limited = (advantages < 0) & (gain < floor)
        gain, clipped = torch.where(limited, floor, gain), clipped | limited
    return Surrogate(-gain, clipped, ratio.detach())


def gspo(
    logprobs: Tensor, old: Tensor, advantages: Tensor, lengths: Tensor, mask: Tensor | None, low: float, high: float
) -> Surrogate:
    """PPO's clip on one ratio per row; ``lengths`` ``[N]`` of the rows, ``mask`` ``[M]`` of the tokens that count."""
    moved = logprobs - old
    counted = lengths.to(moved.dtype)
    if mask is not None:
        moved, counted = moved * mask, row_sums(mask.to(moved.dtype), lengths)
    ratio = torch.exp(row_sums(moved, lengths) / counted.clamp(min=1))
    return ppo(ratio.repeat_interleave(lengths), advantages, low, high)


def cispo(logprobs: Tensor, old: Tensor, advantages: Tensor, low: float, high: float) -> Surrogate:
    """REINFORCE with a bounded importance weight; ``clipped`` says where the bound acted."""
    ratio = torch.exp(logprobs.detach() - old)
    bounded = ratio.clamp(1 - low, 1 + high)
    return Surrogate(-bounded * advantages * logprobs, bounded != ratio, ratio)


def surrogate(
    kind: str,
    logprobs: Tensor,
    old: Tensor,
    advantages: Tensor,
    lengths: Tensor,
    mask: Tensor | None,
    low: float,
    high: float,
    dual: float,
) -> Surrogate:
    """The objective by its name.

    Args:
        kind: ``ppo``, ``gspo`` or ``cispo``.
        logprobs: ``[M]`` of the policy being trained, differentiable.
        old: ``[M]`` of the policy that sampled.
        advantages: ``[M]``, each token carries its completion's.
        lengths: ``[N]`` of the rows.
        mask: ``[M]`` or ``None``: tokens in the loss.
        low: lower clip distance.
        high: upper clip distance.
        dual: of the dual clip, 0 without.
    """
    match kind:
        case "ppo":
            return ppo(torch.exp(logprobs - old), advantages, low, high, dual)
        case "gspo":
            return gspo(logprobs, old, advantages, lengths, mask, low, high)
        case "cispo":
            return cispo(logprobs, old, advantages, low, high)
    raise ValueError(f"no objective is called {kind!r}")


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
    """PPO's objective with a k3 penalty as one number; all tensors ``[M]``, ``weights`` from ``token_weights``."""
    found = ppo(torch.exp(logprobs - old), advantages, low, high)
    loss = (found.losses * weights).sum()
    kl: float | None = None
    if reference is not None:
        distance = k3(logprobs, reference)
        kl = float((distance.detach() * weights).sum() / weights.sum())
        if beta > 0:
            loss = loss + beta * (distance * weights).sum()
    return Loss(loss, float((found.clipped.float() * weights).sum() / weights.sum()), kl)
