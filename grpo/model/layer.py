"""One layer of the network: its weights, and what it does to prompts and to the branches that continue them.

Parameter names and mathematics are those of ``transformers`` ``LlamaForCausalLM``. A layer is called once for prompts
and branches together: so its weights are joined once, and whatever surrounds a layer's call (gathering weights that are
spread over processes, or forgetting what the backward pass can compute again) surrounds all of its work.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from grpo.model.attention import attend_shared, rotate
from grpo.model.linear import linear, rounded
from grpo.ragged import Ragged


@dataclass(frozen=True)
class Shape:
    """Sizes of a Llama-class network; their names in ``config.json`` are given in ``grpo.model.directory``."""

    vocabulary: int
    width: int = 128
    layers: int = 3
    heads: int = 4
    kv_heads: int = 4
    feedforward: int = 256
    theta: float = 1e6
    epsilon: float = 1e-5
    attention_bias: bool = True
    tied: bool = True
    positions: int = 4096

    @property
    def head_size(self) -> int:
        return self.width // self.heads


class Packed(NamedTuple):
    """Where the M valid tokens of ``rows`` padded rows of ``width`` are, and how they are turned by their positions."""

    places: Tensor  # [M], into the rows one after another
    rows: int
    width: int
    cos: Tensor  # [M, 1, d/2]
    sin: Tensor

    def padded(self, values: Tensor) -> Tensor:
        """``[M, ...]`` -> ``[rows * width, ...]`` with zeros on padding."""
        rows = self.rows * self.width
        if values.shape[0] == rows:
            return values
        return values.new_zeros((rows, *values.shape[1:])).index_copy(0, self.places, values)


class Fused(NamedTuple):
    """One layer's weights, with products that share an input joined into one, and what is computed with them."""

    shape: Shape
    attention_norm: Tensor
    qkv: Tensor
    qkv_bias: Tensor | None
    out: Tensor
    out_bias: Tensor | None
    mlp_norm: Tensor
    gate_up: Tensor
    down: Tensor

    def project(self, x: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Rotated query ``[M, H, d]``, rotated key and plain value ``[M, K, d]`` of ``x`` ``[M, width]``."""
        s = self.shape
        normed = F.rms_norm(x, (s.width,), self.attention_norm, s.epsilon)
        joined = linear(normed, self.qkv, self.qkv_bias).view(x.shape[0], s.heads + 2 * s.kv_heads, s.head_size)
        turned = rotate(joined[:, : s.heads + s.kv_heads], cos, sin)
        return turned[:, : s.heads], turned[:, s.heads :], joined[:, s.heads + s.kv_heads :]

    def finish(self, x: Tensor, attended: Tensor) -> Tensor:
        """Output projection, residual, feed-forward, residual; all ``[M, width]``."""
        x = x + linear(attended, self.out, self.out_bias)
        normed = F.rms_norm(x, (self.shape.width,), self.mlp_norm, self.shape.epsilon)
        gate, up = linear(normed, self.gate_up).chunk(2, dim=-1)
        return x + linear(F.silu(gate) * up, self.down)

    def read(self, x: Tensor, at: Packed, last: bool) -> tuple[Tensor, Tensor, Tensor]:
        """Prompt tokens ``x`` after this layer, and its keys and values ``[P, K, L, d]``.

        Args:
            last: the layer is the last one: nothing reads what prompt tokens become, so ``x`` stays as it is.
        """
        query, key, value = self.project(x, at.cos, at.sin)
        padded_key, padded_value = (
            at.padded(part).view(at.rows, at.width, self.shape.kv_heads, -1).transpose(1, 2) for part in (key, value)
        )
        if last:
            return x, padded_key, padded_value
        # Right padding lies behind every valid query, so the causal mask alone hides it.
        attended = F.scaled_dot_product_attention(
            at.padded(query).view(at.rows, at.width, self.shape.heads, -1).transpose(1, 2),
            padded_key,
            padded_value,
            is_causal=True,
            enable_gqa=self.shape.heads != self.shape.kv_heads,
        )
        flat = attended.transpose(1, 2).reshape(at.rows * at.width, -1).index_select(0, at.places)
        return self.finish(x, flat), padded_key, padded_value

    def branch(self, x: Tensor, at: Packed, keys: Tensor, values: Tensor, bias: Tensor, causal: Tensor) -> Tensor:
        """Branch tokens ``x`` after this layer, given ``keys`` and ``values`` of the prompts that they continue."""
        prompts = keys.shape[0]
        query, key, value = (
            at.padded(part).view(prompts, at.rows // prompts, at.width, -1, self.shape.head_size)
            for part in self.project(x, at.cos, at.sin)
        )
        attended = attend_shared(query, keys, values, bias, key, value, causal)
        return self.finish(x, attended.view(at.rows * at.width, -1).index_select(0, at.places))


Work = Callable[[Fused, Tensor, Tensor], tuple[Tensor, Tensor]]


class Attention(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        inner, narrow = shape.heads * shape.head_size, shape.kv_heads * shape.head_size
        self.q_proj = nn.Linear(shape.width, inner, bias=shape.attention_bias)
        self.k_proj = nn.Linear(shape.width, narrow, bias=shape.attention_bias)
        self.v_proj = nn.Linear(shape.width, narrow, bias=shape.attention_bias)
        self.o_proj = nn.Linear(inner, shape.width, bias=shape.attention_bias)


class FeedForward(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(shape.width, shape.feedforward, bias=False)
        self.up_proj = nn.Linear(shape.width, shape.feedforward, bias=False)
        self.down_proj = nn.Linear(shape.feedforward, shape.width, bias=False)


class Layer(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.self_attn = Attention(shape)
        self.mlp = FeedForward(shape)
        self.input_layernorm = nn.RMSNorm(shape.width, eps=shape.epsilon)
        self.post_attention_layernorm = nn.RMSNorm(shape.width, eps=shape.epsilon)

    def fused(self, dtype: torch.dtype) -> Fused:
        """The weights joined, as ``dtype``; part of the autograd graph when gradients are on."""
        a, m = self.self_attn, self.mlp
        bias = None if a.q_proj.bias is None else torch.cat((a.q_proj.bias, a.k_proj.bias, a.v_proj.bias)).to(dtype)
        return Fused(
            self.shape,
            self.input_layernorm.weight.to(dtype),
            torch.cat((a.q_proj.weight, a.k_proj.weight, a.v_proj.weight)).to(dtype),
            bias,
            a.o_proj.weight.to(dtype),
            None if a.o_proj.bias is None else a.o_proj.bias.to(dtype),
            self.post_attention_layernorm.weight.to(dtype),
            torch.cat((m.gate_proj.weight, m.up_proj.weight)).to(dtype),
            m.down_proj.weight.to(dtype),
        )

    def forward(self, work: Work, dtype: torch.dtype, prompts: Tensor, branches: Tensor) -> tuple[Tensor, Tensor]:
        """``work`` done with the joined weights on prompt tokens and branch tokens, ``[M, width]`` each."""
        return work(self.fused(dtype), prompts, branches)


def packed(rows: Ragged) -> Tensor:
    """Indices of the valid tokens of ``rows``, one row after another, and then some padding where that is of use.

    On a processor products of new sizes cost more than those of some more rows (``grpo.model.linear``). Nothing
    reads what padding becomes: it lies behind every query of its row.
    """
    there = rows.mask().flatten()
    index = there.nonzero().squeeze(1)
    if there.device.type != "cpu":
        return index
    # Never all of it: a full grid is taken to be in order (``Packed.padded``), and padding stands at the end.
    more = rounded(index.shape[0], there.shape[0] - 1) - index.shape[0]
    return torch.cat((index, (~there).nonzero()[:more, 0])) if more > 0 else index
