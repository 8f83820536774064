"""The batch of one update: the tensors of many groups, cut into parts that fit into memory.

A part is a run of whole groups, or of completions of one group; the weights of its tokens are those they have in the
whole batch, so the gradients of the parts add up to the gradient of the batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from grpo.learning.aggregation import token_weights
from grpo.ragged import Ragged, split_last
from grpo.records import Rollout
from grpo.settings import Grpo


@dataclass(frozen=True)
class Batch:
    """P prompts with W completions each, N = P * W, M completion tokens.

    Attributes:
        prompts: P rows.
        completions: N rows.
        old: ``[M]`` log-probabilities when the tokens were sampled.
        advantages: ``[M]``, each token its completion's.
        weights: ``[M]`` how much each token counts.
        mask: ``[M]`` tokens in the loss, or ``None`` for all.
        importance: ``[M]`` of another sampler, or ``None``.
        reference: ``[M]`` log-probabilities of the reference, or ``None``.
    """

    prompts: Ragged
    completions: Ragged
    old: Tensor
    advantages: Tensor
    weights: Tensor
    mask: Tensor | None = None
    importance: Tensor | None = None
    reference: Tensor | None = None

    @classmethod
    def of(cls, rollouts: Sequence[Rollout], width: int, c: Grpo) -> Batch:
        """Whole groups of ``width`` rollouts each."""
        prompts = Ragged.of([rollout.prompt for rollout in rollouts[::width]])
        completions = Ragged.of([rollout.tokens for rollout in rollouts])
        old = torch.tensor([value for rollout in rollouts for value in rollout.logprobs])
        advantages = torch.tensor([r.advantage for r in rollouts]).repeat_interleave(completions.lengths)
        mask, limit = loss_mask(rollouts, c), c.max_tokens * (c.turns if any(r.mask for r in rollouts) else 1)
        weights = token_weights(completions.lengths, c.aggregation, limit, mask)
        return cls(prompts, completions, old, advantages, weights, mask)

    def branches(self) -> tuple[Ragged, Ragged]:
        """Prompts and branches as ``Policy.scores`` takes them: every branch starts with its prompt's last token."""
        shared, last = split_last(self.prompts)
        starts = last.repeat_interleave(self.completions.rows // shared.rows)[:, None]
        return shared, Ragged(torch.cat((starts, self.completions.tokens), dim=1), self.completions.lengths + 1)

    def sizes(self) -> list[int]:
        """Tokens of every group that go through the model: its prompt once."""
        width = self.completions.rows // self.prompts.rows
        found: list[int] = (self.prompts.lengths + self.completions.lengths.view(-1, width).sum(1)).tolist()
        return found

    def groups(self, chosen: slice) -> Batch:
        """Some of the groups, whole."""
        width = self.completions.rows // self.prompts.rows
        return self.part(chosen, slice(chosen.start * width, chosen.stop * width))

    def idle(self) -> Batch:
        """The first completion, counting nothing: for a process that has to go along with others."""
        first = self.part(slice(0, 1), slice(0, 1))
        return replace(first, weights=torch.zeros_like(first.weights))

    def to(self, device: torch.device) -> Batch:
        """The same batch on ``device``."""
        if self.old.device == device:
            return self
        kept = ("old", "advantages", "weights", "mask", "importance", "reference")
        moved: dict[str, Any] = {name: getattr(self, name) for name in kept}
        moved = {name: value if value is None else value.to(device) for name, value in moved.items()}
        return Batch(self.prompts.to(device), self.completions.to(device), **moved)

    @property
    def tokens(self) -> int:
        """Tokens that go through the model: each prompt once."""
        return int(self.prompts.lengths.sum() + self.completions.lengths.sum())

    def part(self, prompts: slice, rows: slice) -> Batch:
        """Some of the rows, all of them completions of ``prompts``, the same number of each."""
        lengths = self.completions.lengths
        packed = slice(int(lengths[: rows.start].sum()), int(lengths[: rows.stop].sum()))

        def of(values: Tensor | None) -> Tensor | None:
            return None if values is None else values[packed]

        return Batch(
            self.prompts.select(torch.arange(self.prompts.rows)[prompts]),
            self.completions.select(torch.arange(self.completions.rows)[rows]),
            self.old[packed],
            self.advantages[packed],
            self.weights[packed],
            of(self.mask),
            of(self.importance),
            of(self.reference),
        )

    def halves(self) -> list[Batch]:
        """Two parts of about equal size: by prompts, or, with one prompt left, by completions."""
        width, rows = self.completions.rows // self.prompts.rows, self.completions.rows
        if self.prompts.rows > 1:
            middle = self.prompts.rows // 2
            return [
                self.part(slice(0, middle), slice(0, middle * width)),
                self.part(slice(middle, self.prompts.rows), slice(middle * width, rows)),
            ]
        return [self.part(slice(0, 1), slice(0, rows // 2)), self.part(slice(0, 1), slice(rows // 2, rows))]

    def parts(self, budget: int) -> list[Batch]:
        """Parts of at most ``budget`` tokens, in order; one completion is the least. A budget of 0 is no bound."""
        if budget <= 0 or self.tokens <= budget or self.completions.rows == 1:
            return [self]
        if self.prompts.rows == 1:
            return [part for half in self.halves() for part in half.parts(budget)]
        cuts, filled = [0], 0
        for group, size in enumerate(self.sizes()):
            if filled and filled + size > budget:
                cuts.append(group)
                filled = 0
            filled += size
        bounds = [*cuts, self.prompts.rows]
        groups = [self.groups(slice(a, b)) for a, b in zip(bounds, bounds[1:], strict=False)]
        return [part for group in groups for part in (group.parts(budget) if group.prompts.rows == 1 else [group])]


def loss_mask(rollouts: Sequence[Rollout], c: Grpo) -> Tensor | None:
    """``[M]`` float: 0 on tokens of environments and, where they are filtered, of completions that were cut off."""
    filtered = c.objective.overlong_filter and not all(rollout.ended for rollout in rollouts)
    if not filtered and not any(rollout.mask for rollout in rollouts):
        return None
    return torch.tensor(
        [
            float(own and not (filtered and not rollout.ended))
            for rollout in rollouts
            for own in rollout.mask or [1] * len(rollout.tokens)
        ]
    )
