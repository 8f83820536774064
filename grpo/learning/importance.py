"""Truncated importance sampling: corrects for a sampler whose probabilities are not the learner's.

    w = min(exp(old_logp - sampler_logp), cap)

``old_logp`` is the learner's own view of the tokens before its first update, ``sampler_logp`` what the sampler (another
engine, another precision, older weights) says it sampled with. The token's loss is multiplied by w, which has no
gradient. Truncation bounds the variance at the price of a bias: Ionides, 2008, Journal of Computational and Graphical
Statistics 17(2); for language models Yao et al., 2025, "Your efficient RL framework secretly brings you off-policy RL
training". A cap of 0 means that the sampler is the learner: no weights.
"""

from __future__ import annotations

import torch
from torch import Tensor


def truncated_weights(old: Tensor, sampler: Tensor, cap: float) -> Tensor:
    """Weights ``[M]`` in (0, cap] for tokens with log-probabilities ``old`` and ``sampler`` ``[M]``."""
    return torch.exp(old.detach() - sampler).clamp(max=cap)


def effective_share(weights: Tensor) -> float:
    """Effective sample size over sample size, in (0, 1]: ``(sum w)^2 / (M * sum w^2)`` (Kish, 1965)."""
    return float(weights.sum().square() / (weights.shape[0] * weights.square().sum()))
