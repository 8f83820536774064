"""Advantage estimator: how much better a completion is than its siblings.

    A[p, g] = (r[p, g] - mean_g r[p]) / (std_g r[p] + 1e-4)

Group-relative advantage of GRPO (Shao et al., DeepSeekMath, 2024, arXiv:2402.03300), with the sample standard deviation
(divisor G - 1). Without the division it is that of Dr. GRPO (Liu et al., 2025, arXiv:2503.20783).
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


def group_relative(rewards: Tensor, normalise: bool = True) -> Advantages:
    """Advantages of ``rewards`` ``[P, G]``; zero in dead groups. A single completion per group is always dead."""
    centred = rewards - rewards.mean(dim=1, keepdim=True)
    dead = (rewards.amax(dim=1) - rewards.amin(dim=1)) <= SPREAD
    if normalise and rewards.shape[1] > 1:
        centred = centred / (rewards.std(dim=1, keepdim=True) + EPSILON)
    return Advantages(torch.where(dead[:, None], torch.zeros_like(centred), centred), dead)
