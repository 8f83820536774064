"""The loss of a batch, or of one part of it: objective, importance, KL penalty and entropy bonus, weighted and added.

loss = sum_t w_t * (objective_t * importance_t + beta * KL_t - entropy_weight * H_t)
"""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor

from grpo.learning.batch import Batch
from grpo.learning.divergence import divergence, k3
from grpo.learning.objective import surrogate
from grpo.model.head import TokenScores
from grpo.settings import Grpo


class PartLoss(NamedTuple):
    """``total`` is differentiable.

    ``sums`` are weighted sums over tokens by name (loss, clipped, ratio, and kl and policy_entropy where they are
    known); those of all parts add up to those of the batch. ``ratio_most`` is the largest ratio.
    """

    total: Tensor
    sums: dict[str, Tensor]
    ratio_most: float


def part_loss(scores: TokenScores, part: Batch, c: Grpo, beta: float) -> PartLoss:
    """Loss of ``part``, whose tokens have ``scores`` under the policy, with a KL coefficient of ``beta``."""
    o, weights = c.objective, part.weights
    found = surrogate(
        o.kind,
        scores.logprobs,
        part.old,
        part.advantages,
        part.completions.lengths,
        part.mask,
        c.clip_low,
        c.clip_high,
        o.dual_clip,
    )
    losses = found.losses if part.importance is None else found.losses * part.importance
    total = (losses * weights).sum()
    sums = {"clipped": (found.clipped.float() * weights).sum(), "ratio": (found.ratio * weights).sum()}
    if part.reference is not None:
        distance = k3(scores.logprobs, part.reference)
        sums["kl"] = (distance.detach() * weights).sum()
        if beta > 0 and o.kl_place == "loss":
            if o.kl_estimator != "k3":
                distance = divergence(o.kl_estimator, scores.logprobs, part.reference)
            total = total + beta * (distance * weights).sum()
    if scores.entropy is not None:
        sums["policy_entropy"] = (scores.entropy.detach() * weights).sum()
        total = total - o.entropy * (scores.entropy * weights).sum()
    counted = found.ratio if part.mask is None else found.ratio[part.mask > 0]
    sums["loss"] = total.detach()
    return PartLoss(total, sums, float(counted.max()) if counted.numel() else 0.0)
