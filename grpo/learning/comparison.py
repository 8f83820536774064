"""From scores to advantages: shaping is taken off, then completions are compared within their groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from grpo.learning.advantages import Advantages, estimated, flat, group_relative, per_part, silenced, whitened
from grpo.reward.level import Scored
from grpo.settings import Grpo

Shaping = Mapping[str, Tensor]  # penalties [N] by name


def compared(scored: Sequence[Scored], weights: Sequence[Mapping[str, float]], shaping: Shaping, c: Grpo) -> Advantages:
    """Advantages ``[P, G]`` of ``P * G`` scored completions.

    A group is dead when its rewards are all equal, whatever shaping says: penalties alone teach nothing about the task.
    A group with a completion without reward is dead as well.

    Args:
        scored: row ``p * G + g`` is completion g of prompt p.
        weights: what each part is worth, for every prompt.
        shaping: penalties by name.
    """
    rewards = torch.tensor([score.total for score in scored]).view(-1, c.completions)
    dead = flat(rewards)
    if c.advantage.per_part:
        parts, worth = columns(scored, weights, c.completions)
        dead = torch.stack([flat(values) | (weight == 0) for values, weight in zip(parts, worth, strict=True)]).all(0)
        penalties = [penalty.view(-1, c.completions) for penalty in shaping.values()]
        parts = torch.stack([*parts, *penalties])
        worth = torch.cat([worth, torch.ones(len(penalties), len(weights))])
        found = per_part(parts, worth, c.advantage.estimator)
    else:
        for penalty in shaping.values():
            rewards = rewards + penalty.view(-1, c.completions)
        plain = c.advantage.estimator == "grpo"
        found = group_relative(rewards, c.normalise) if plain else estimated(rewards, c.advantage.estimator)
    faulty = torch.tensor([bool(score.fault) for score in scored]).view(-1, c.completions).any(dim=1)
    found = silenced(found.values, found.dead | dead | faulty)
    return whitened(found) if c.advantage.whiten else found


def columns(
    scored: Sequence[Scored], weights: Sequence[Mapping[str, float]], completions: int
) -> tuple[Tensor, Tensor]:
    """Values ``[K, P, G]`` of the top level's parts, unweighted, 0 where a gate was closed; weights ``[K, P]``."""
    names = list(dict.fromkeys(name for each in weights for name in each))
    worth = torch.tensor([[each.get(name, 0.0) for each in weights] for name in names])
    paid = torch.tensor([[score.paid.get(name, 0.0) for score in scored] for name in names])
    paid = paid.view(len(names), -1, completions)
    return torch.where(worth[:, :, None] > 0, paid / worth[:, :, None].clamp(min=1e-12), torch.zeros_like(paid)), worth
