"""Another reward for completions that exist: what a stored run would have been paid, without sampling anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch

from grpo.errors import DatasetUnusable
from grpo.learning.comparison import compared
from grpo.learning.shaping import DIVERGENCE, OVERLONG
from grpo.records import Rollout
from grpo.reward.measures import Completion
from grpo.reward.rewards import compile_reward, scored_together
from grpo.settings import Grpo


def rescored(rollouts: Sequence[Rollout], reward: str, config: Grpo) -> list[Rollout]:
    """The groups of one step under the reward specification ``reward``, compared again as ``config`` says.

    Penalties of shaping do not depend on the reward and stay. A completion whose reward fails keeps its fault.

    Raises:
        RewardInvalid: the specification cannot be used.
        DatasetUnusable: the rollouts are no whole groups of one size.
    """
    level = compile_reward(reward)
    width = sum(rollout.group == rollouts[0].group for rollout in rollouts) if rollouts else 0
    groups = [rollouts[n : n + width] for n in range(0, len(rollouts), max(1, width))]
    if not rollouts or any(len({r.group for r in group}) > 1 or len(group) < width for group in groups):
        raise DatasetUnusable("groups", "expected whole groups of one size, one after another", "use a file of a step")
    completions = [Completion(r.text, r.ended, r.answer, r.passage, r.question, r.source) for r in rollouts]
    scored = scored_together([reward] * len(rollouts), completions)
    shaping = {
        name: torch.tensor([rollout.parts.get(name, 0.0) for rollout in rollouts])
        for name in (OVERLONG, DIVERGENCE)
        if any(name in rollout.parts for rollout in rollouts)
    }
    weights = [level.weights for _ in groups]
    advantages = compared(scored, weights, shaping, replace(config, completions=width)).values.flatten().tolist()
    return [
        replace(
            rollout,
            reward=score.total,
            parts=score.parts | {name: float(penalty[row]) for name, penalty in shaping.items()},
            advantage=advantages[row],
            fault=score.fault,
        )
        for row, (rollout, score) in enumerate(zip(rollouts, scored, strict=True))
    ]
