"""A Llama-class network that reads a prompt once and branches from it.

Parameter names and mathematics are those of ``transformers`` ``LlamaForCausalLM`` (a test compares the logits), so a
saved state loads there unchanged. Two things differ, both for speed: matrix products run on valid tokens only (padding
is scattered in just around attention), and the last layer of the prefix stops after its keys and values, because
nothing after them is read.

With ``dtype`` bfloat16 everything is computed in it, from weights that stay in float32: those are what an optimizer
moves, whose steps would be lost in the eight bits of a bfloat16 (Micikevicius et al., 2018, arXiv:1710.03740). With
``recompute`` the backward pass computes each layer again instead of keeping what it made: memory for two tensors per
layer instead of some dozen, for a third more work (Chen et al., 2016, arXiv:1604.06174).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from grpo.model.layer import Fused, Layer, Packed, Work, packed
from grpo.model.layer import Shape as Shape
from grpo.model.linear import linear
from grpo.ragged import Ragged


class Prefixes(NamedTuple):
    """What branches need of the prompts that were read: per layer ``[P, K, L, d]`` keys and values."""

    keys: list[Tensor]
    values: list[Tensor]
    bias: Tensor  # [P, 1, 1, L], 0 or -inf
    lengths: Tensor  # [P]


class Trunk(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(shape.vocabulary, shape.width)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm = nn.RMSNorm(shape.width, eps=shape.epsilon)


class Llama(nn.Module):
    """The network. ``hidden`` gives states of branches, ``read`` what a decoder needs of prompts, ``logits`` scores.

    Attributes:
        dtype: that everything is computed in; the weights stay as they are.
        recompute: whether the backward pass computes layers again instead of keeping what they made.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.model = Trunk(shape)
        self.lm_head = None if shape.tied else nn.Linear(shape.width, shape.vocabulary, bias=False)
        self.dtype: torch.dtype | None = None
        self.recompute = False
        self.frequency: Tensor
        half = shape.head_size // 2
        frequency = shape.theta ** -(torch.arange(half, dtype=torch.float32) / half)
        self.register_buffer("frequency", frequency, persistent=False)

    @property
    def layers(self) -> list[Layer]:
        return [layer for layer in self.model.layers if isinstance(layer, Layer)]

    @property
    def computing(self) -> torch.dtype:
        """What is computed in: ``dtype``, or that of the weights."""
        return self.dtype or self.model.norm.weight.dtype

    @property
    def device(self) -> torch.device:
        return self.frequency.device

    def fused(self) -> list[Fused]:
        """Joined weights of all layers, for a decoder."""
        return [layer.fused(self.computing) for layer in self.layers]

    def logits(self, hidden: Tensor) -> Tensor:
        """``[M, width]`` after the last norm -> ``[M, vocabulary]``."""
        return linear(hidden, self.head())

    def head(self) -> Tensor:
        """``[vocabulary, width]``: what hidden states are compared with."""
        weight = self.model.embed_tokens.weight if self.lm_head is None else self.lm_head.weight
        return weight.to(self.computing)

    def embedded(self, tokens: Tensor) -> Tensor:
        """``[M]`` token ids -> ``[M, width]``."""
        return F.embedding(tokens, self.model.embed_tokens.weight).to(self.computing)

    def normed(self, hidden: Tensor) -> Tensor:
        """``[M, width]`` after the last layer -> after the last norm."""
        return F.rms_norm(hidden, (self.shape.width,), self.model.norm.weight.to(self.computing), self.shape.epsilon)

    def angles(self, positions: Tensor, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
        """Cosine and sine of the rotary angles of ``positions`` ``[M]``, each ``[M, 1, d/2]``."""
        angle = positions[:, None].to(torch.float32) * self.frequency
        return angle.cos()[:, None].to(dtype), angle.sin()[:, None].to(dtype)

    def placed(self, rows: Ragged, offsets: Tensor | None = None) -> Packed:
        """Places of the tokens of ``rows``; ``offsets`` ``[rows]`` are the positions of their first ones, 0 if None."""
        index, width = packed(rows), rows.tokens.shape[1]
        within = index % width
        return Packed(
            index,
            rows.rows,
            width,
            *self.angles(within if offsets is None else offsets[index // width] + within, self.computing),
        )

    def hiding(self, prompts: Ragged) -> Tensor:
        """``[P, 1, 1, L]`` that hides padding of prompts: 0 or -inf."""
        mask = prompts.mask()
        return torch.zeros(mask.shape, dtype=self.computing, device=mask.device).masked_fill(~mask, -math.inf)[
            :, None, None
        ]

    def read(self, prompts: Ragged, fused: list[Fused] | None = None) -> Prefixes:
        """Keys and values of every prompt token, computed once."""
        fused = self.fused() if fused is None else fused
        at = self.placed(prompts)
        x = self.embedded(prompts.tokens.flatten()[at.places])
        keys, values = [], []
        for depth, layer in enumerate(fused):
            x, key, value = layer.read(x, at, depth + 1 == len(fused))
            keys.append(key)
            values.append(value)
        return Prefixes(keys, values, self.hiding(prompts), prompts.lengths)

    def hidden(self, prompts: Ragged, branches: Ragged) -> Tensor:
        """Hidden states of all valid branch tokens, in row order.

        Args:
            prompts: P rows, at least one token each.
            branches: ``P * G`` rows; row ``p * G + g`` continues prompt p.

        Returns:
            ``[M, width]`` after the last norm, M = sum of the branch lengths; behind them some padding (``packed``).
        """
        at = self.placed(prompts)
        continued = prompts.lengths.repeat_interleave(branches.rows // prompts.rows)
        beyond = self.placed(branches, continued)
        prompt = self.embedded(prompts.tokens.flatten()[at.places])
        branch = self.embedded(branches.tokens.flatten()[beyond.places])
        bias, width = self.hiding(prompts), beyond.width
        causal = torch.full((width, width), -math.inf, dtype=branch.dtype, device=branch.device).triu(1)

        def work(last: bool) -> Work:
            def both(layer: Fused, prompt: Tensor, branch: Tensor) -> tuple[Tensor, Tensor]:
                read, keys, values = layer.read(prompt, at, last)
                branch = layer.branch(branch, beyond, keys, values, bias, causal)
                # Spread layers may not hand on what they were given; and nothing reads prompts after the last one.
                return read.new_empty(0) if last else read, branch

            return both

        again = self.recompute and torch.is_grad_enabled()
        for depth, layer in enumerate(self.layers):
            given = (work(depth + 1 == self.shape.layers), self.computing, prompt, branch)
            if again:
                prompt, branch = checkpoint(layer, *given, use_reentrant=False, preserve_rng_state=False)
            else:
                prompt, branch = layer(*given)
        return self.normed(branch)
