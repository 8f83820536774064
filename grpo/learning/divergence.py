"""Estimators of KL(policy || reference) from tokens that the policy sampled.

    d  = ref_logp - logp
    k1 = -d                   unbiased, can be negative, noisy
    k2 = d^2 / 2              biased, never negative; its gradient is that of the true KL
    k3 = exp(d) - d - 1       unbiased, never negative

Schulman, 2020, "Approximating KL divergence". In the loss, the gradient of k1 is zero on average (it is that of logp
alone), so k1 is only of use in the reward; k2 in the loss has the gradient that k1 in the reward has (Tang and Munos,
2025, arXiv:2506.09477).
"""

from __future__ import annotations

import torch
from torch import Tensor


def k1(logprobs: Tensor, reference: Tensor) -> Tensor:
    """Per token; same shape as its inputs."""
    return logprobs - reference


def k2(logprobs: Tensor, reference: Tensor) -> Tensor:
    """Per token; same shape as its inputs."""
    return (reference - logprobs).square() / 2


def k3(logprobs: Tensor, reference: Tensor) -> Tensor:
    """Per token; same shape as its inputs."""
    difference = reference - logprobs
    return torch.exp(difference) - difference - 1


def divergence(estimator: str, logprobs: Tensor, reference: Tensor) -> Tensor:
    """Per-token estimate of KL(policy || reference) by the estimator's name."""
    match estimator:
        case "k1":
            return k1(logprobs, reference)
        case "k2":
            return k2(logprobs, reference)
        case "k3":
            return k3(logprobs, reference)
    raise ValueError(f"no estimator is called {estimator!r}")
