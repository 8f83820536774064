"""Token-by-token decoding of many branches per prompt with a key/value cache, for ``grpo.model.network``."""

from __future__ import annotations

import torch
from torch import Tensor

from grpo.model.attention import attend_shared
from grpo.model.layer import Fused
from grpo.model.linear import linear
from grpo.model.network import Llama, Prefixes


class BranchDecoder:
    """Rows form a grid of ``P`` prompts x ``G`` branches; the prompt's cache is held once per prompt.

    Args:
        network: the policy; gradients are never recorded here.
        fused: its joined weights, computed once per rollout.
        prefixes: the prompts that were read (without their last token, which is fed to the first ``step``).
        branches: G.
        room: most tokens that will be fed per branch.
    """

    def __init__(self, network: Llama, fused: list[Fused], prefixes: Prefixes, branches: int, room: int) -> None:
        self.network, self.fused, self.prefixes = network, fused, laid_out(prefixes)
        prompts, s = prefixes.lengths.shape[0], network.shape
        self.grid = (prompts, branches)
        self.head = network.head()
        own = (prompts, branches, s.kv_heads)
        self.keys = [prefixes.keys[0].new_empty((*own, s.head_size, room)) for _ in fused]
        self.values = [prefixes.keys[0].new_empty((*own, room, s.head_size)) for _ in fused]
        self.fed = 0

    @torch.no_grad()
    def step(self, tokens: Tensor, alive: Tensor) -> Tensor:
        """Feed one token per row and return the next-token logits of the rows that are alive.

        Args:
            tokens: ``[P * G]`` int64.
            alive: ``[A]`` indices of the rows whose logits are wanted.

        Returns:
            ``[A, vocabulary]``.
        """
        network, s = self.network, self.network.shape
        prompts, branches = self.grid
        x = network.embedded(tokens)
        positions = self.prefixes.lengths.repeat_interleave(branches) + self.fed
        cos, sin = network.angles(positions, x.dtype)
        for depth, layer in enumerate(self.fused):
            query, key, value = layer.project(x, cos, sin)
            self.keys[depth][..., self.fed] = key.view(prompts, branches, s.kv_heads, s.head_size)
            self.values[depth][..., self.fed, :] = value.view(prompts, branches, s.kv_heads, s.head_size)
            attended = attend_shared(
                query.view(prompts, branches, 1, s.heads, s.head_size),
                self.prefixes.keys[depth],
                self.prefixes.values[depth],
                self.prefixes.bias,
                self.keys[depth][..., : self.fed + 1].permute(0, 1, 4, 2, 3),
                self.values[depth][..., : self.fed + 1, :].transpose(2, 3),
                None,
            )
            x = layer.finish(x, attended.view(x.shape[0], -1))
        self.fed += 1
        return linear(network.normed(x[alive]), self.head)

    def keep(self, alive: Tensor) -> Tensor:
        """Drop finished rows as far as the grid allows.

        Args:
            alive: ``[P * G]`` bool.

        Returns:
            Indices into the former rows of those kept, in their new order: prompts with nothing alive go, and every
            prompt keeps as many branches as the one with most alive (finished ones pad the grid).
        """
        prompts, branches = self.grid
        table = alive.view(prompts, branches)
        kept_prompts = table.any(1).nonzero().squeeze(1)
        width = int(table.sum(1).max())
        order = torch.argsort((~table[kept_prompts]).to(torch.uint8), dim=1, stable=True)[:, :width]
        for cache in (self.keys, self.values):
            for depth, stored in enumerate(cache):
                cache[depth] = stored[kept_prompts[:, None], order]
        if kept_prompts.shape[0] < prompts:
            p = self.prefixes
            longest = int(p.lengths[kept_prompts].max())
            self.prefixes = laid_out(
                Prefixes(
                    [part[kept_prompts, :, :longest] for part in p.keys],
                    [part[kept_prompts, :, :longest] for part in p.values],
                    p.bias[kept_prompts, :, :, :longest],
                    p.lengths[kept_prompts],
                )
            )
        self.grid = (kept_prompts.shape[0], width)
        return (kept_prompts[:, None] * branches + order).flatten()


def laid_out(prefixes: Prefixes) -> Prefixes:
    """The same keys and values, in memory as products read them (keys transposed): no step copies them again."""
    keys = [part.transpose(-1, -2).contiguous().transpose(-1, -2) for part in prefixes.keys]
    return prefixes._replace(keys=keys, values=[part.contiguous() for part in prefixes.values])
