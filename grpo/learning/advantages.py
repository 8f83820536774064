"""Advantage estimators: how much better a completion is than its siblings.

    grpo           (r - mean) / (std + 1e-4)           Shao et al., DeepSeekMath, 2024, arXiv:2402.03300
    dr_grpo        r - mean                            Liu et al., Dr. GRPO, 2025, arXiv:2503.20783
    rloo           r - mean of the others              Kool et al., 2019; Ahmadian et al., 2024, arXiv:2402.14740
    leave_one_out  (r - mean of the others) / (std + 1e-4)

Mean and standard deviation (divisor G - 1) are those of the group. The mean of the others does not depend on r itself,
which keeps the policy gradient unbiased; it equals ``(r - mean) * G / (G - 1)``. ``leave_one_out`` is that baseline on
the scale of ``grpo``, so that learning rates carry over.

DAPO's contribution to the estimate is not here: its advantage is that of ``grpo``, and its token-level average is
``aggregation: token`` in ``grpo.learning.aggregation``.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

EPSILON = 1e-4
SPREAD = 1e-6  # below this a group's rewards are the same number


class Advantages(NamedTuple):
    """``values`` ``[P, G]``; ``dead`` ``[P]`` bool: all rewards equal, so the group teaches nothing."""

    values: Tensor
    dead: Tensor


def flat(rewards: Tensor) -> Tensor:
    """``[P]`` bool: whether the rewards ``[P, G]`` of a group are all the same number."""
    return (rewards.amax(dim=1) - rewards.amin(dim=1)) <= SPREAD


def silenced(values: Tensor, dead: Tensor) -> Advantages:
    """Zero where the group is dead."""
    return Advantages(torch.where(dead[:, None], torch.zeros_like(values), values), dead)


def group_relative(rewards: Tensor, normalise: bool = True) -> Advantages:
    """Advantages of ``rewards`` ``[P, G]``; zero in dead groups. A single completion per group is always dead."""
    centred = rewards - rewards.mean(dim=1, keepdim=True)
    if normalise and rewards.shape[1] > 1:
        centred = centred / (rewards.std(dim=1, keepdim=True) + EPSILON)
    return silenced(centred, flat(rewards))


def leave_one_out(rewards: Tensor, normalise: bool = False) -> Advantages:
    """Advantages of ``rewards`` ``[P, G]`` against the mean of the other completions; zero in dead groups."""
    count = rewards.shape[1]
    if count < 2:
        return silenced(torch.zeros_like(rewards), flat(rewards))
    others = (rewards.sum(dim=1, keepdim=True) - rewards) / (count - 1)
    centred = rewards - others
    if normalise:
        centred = centred / (rewards.std(dim=1, keepdim=True) + EPSILON)
    return silenced(centred, flat(rewards))


def estimated(rewards: Tensor, estimator: str) -> Advantages:
    """Advantages of ``rewards`` ``[P, G]`` by the estimator's name at the top of this file."""
    match estimator:
        case "grpo" | "dr_grpo":
            return group_relative(rewards, estimator == "grpo")
        case "rloo" | "leave_one_out":
            return leave_one_out(rewards, estimator == "leave_one_out")
    raise ValueError(f"no estimator is called {estimator!r}")


def per_part(parts: Tensor, weights: Tensor, estimator: str) -> Advantages:
    """Every part of the reward compared on its own, then added up by weight.

        A = sum_k w_k * A_k

    A part whose values spread little is not drowned by one that spreads much, and two completions with the same total
    but different parts differ. GDPO, 2026, arXiv:2601.05242 (there followed by ``whitened``).

    Args:
        parts: ``[K, P, G]`` values of K parts, unweighted, 0 where a gate was closed.
        weights: ``[K, P]``.
        estimator: as in ``estimated``.
    """
    total = torch.zeros_like(parts[0])
    dead = torch.ones(parts.shape[1], dtype=torch.bool)
    for values, weight in zip(parts, weights, strict=True):
        compared = estimated(values, estimator)
        total = total + weight[:, None] * compared.values
        dead = dead & (compared.dead | (weight == 0))
    return silenced(total, dead)


def whitened(advantages: Advantages) -> Advantages:
    """Mean 0 and standard deviation 1 over all living completions of the batch.

        A = (A - mean_batch) / (std_batch + 1e-4)

    REINFORCE++ with a group baseline, Hu et al., 2025, arXiv:2501.03262. With fewer than two living completions the
    advantages stay as they are.
    """
    living = advantages.values[~advantages.dead]
    if living.numel() < 2:
        return advantages
    scaled = (advantages.values - living.mean()) / (living.std() + EPSILON)
    return silenced(scaled, advantages.dead)
