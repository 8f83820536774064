"""A Llama-class network that reads a prompt once and branches from it.

Parameter names and mathematics are those of ``transformers`` ``LlamaForCausalLM`` (a test compares the logits), so a
saved state loads there unchanged. Two things differ, both for speed: matrix products run on valid tokens only (padding
is scattered in just around attention), and the last layer of the prefix stops after its keys and values, because
nothing after them is read.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from grpo.attention import attend_shared, rotate
from grpo.ragged import Ragged


@dataclass(frozen=True)
class Shape:
    """Sizes of a Llama-class network; the names on the right in ``config.json`` are given in ``grpo.directory``."""

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


class Fused(NamedTuple):
    """One layer's weights, with products that share an input joined into one."""

    attention_norm: Tensor
    qkv: Tensor
    qkv_bias: Tensor | None
    out: Tensor
    out_bias: Tensor | None
    mlp_norm: Tensor
    gate_up: Tensor
    down: Tensor


class Prefixes(NamedTuple):
    """What branches need of the prompts that were read: per layer ``[P, K, L, d]`` keys and values."""

    keys: list[Tensor]
    values: list[Tensor]
    bias: Tensor  # [P, 1, 1, L], 0 or -inf
    lengths: Tensor  # [P]


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
        self.self_attn = Attention(shape)
        self.mlp = FeedForward(shape)
        self.input_layernorm = nn.RMSNorm(shape.width, eps=shape.epsilon)
        self.post_attention_layernorm = nn.RMSNorm(shape.width, eps=shape.epsilon)

    def fused(self) -> Fused:
        a, m = self.self_attn, self.mlp
        bias = None if a.q_proj.bias is None else torch.cat((a.q_proj.bias, a.k_proj.bias, a.v_proj.bias))
        return Fused(
            self.input_layernorm.weight,
            torch.cat((a.q_proj.weight, a.k_proj.weight, a.v_proj.weight)),
            bias,
            a.o_proj.weight,
            a.o_proj.bias,
            self.post_attention_layernorm.weight,
            torch.cat((m.gate_proj.weight, m.up_proj.weight)),
            m.down_proj.weight,
        )


class Trunk(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(shape.vocabulary, shape.width)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm = nn.RMSNorm(shape.width, eps=shape.epsilon)


class Llama(nn.Module):
    """The network. ``read`` prompts, then ``branch`` from them; ``logits`` turns hidden states into scores."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.model = Trunk(shape)
        self.lm_head = None if shape.tied else nn.Linear(shape.width, shape.vocabulary, bias=False)
        self.frequency: Tensor
        half = shape.head_size // 2
        frequency = shape.theta ** -(torch.arange(half, dtype=torch.float32) / half)
        self.register_buffer("frequency", frequency, persistent=False)

    def fused(self) -> list[Fused]:
        """Joined weights of all layers; part of the autograd graph when gradients are on."""
        return [layer.fused() for layer in self.model.layers if isinstance(layer, Layer)]

    def logits(self, hidden: Tensor) -> Tensor:
        """``[M, width]`` after the last norm -> ``[M, vocabulary]``."""
        return F.linear(hidden, self.head())

    def head(self) -> Tensor:
        """``[vocabulary, width]``: what hidden states are compared with."""
        return self.model.embed_tokens.weight if self.lm_head is None else self.lm_head.weight

    def angles(self, positions: Tensor, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
        """Cosine and sine of the rotary angles of ``positions`` ``[M]``, each ``[M, 1, d/2]``."""
        angle = positions[:, None].to(torch.float32) * self.frequency
        return angle.cos()[:, None].to(dtype), angle.sin()[:, None].to(dtype)

    def project(self, layer: Fused, x: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Rotated query ``[M, H, d]``, rotated key and plain value ``[M, K, d]`` of normalised ``x``."""
        s = self.shape
        normed = F.rms_norm(x, (s.width,), layer.attention_norm, s.epsilon)
        joined = F.linear(normed, layer.qkv, layer.qkv_bias).view(x.shape[0], s.heads + 2 * s.kv_heads, s.head_size)
        turned = rotate(joined[:, : s.heads + s.kv_heads], cos, sin)
        return turned[:, : s.heads], turned[:, s.heads :], joined[:, s.heads + s.kv_heads :]

    def finish(self, layer: Fused, x: Tensor, attended: Tensor) -> Tensor:
        """Output projection, residual, feed-forward, residual; all ``[M, width]``."""
        x = x + F.linear(attended, layer.out, layer.out_bias)
        normed = F.rms_norm(x, (self.shape.width,), layer.mlp_norm, self.shape.epsilon)
        gate, up = F.linear(normed, layer.gate_up).chunk(2, dim=-1)
        return x + F.linear(F.silu(gate) * up, layer.down)

    def read(self, prompts: Ragged, fused: list[Fused] | None = None) -> Prefixes:
        """Keys and values of every prompt token, computed once."""
        fused = self.fused() if fused is None else fused
        rows, width = prompts.tokens.shape
        mask = prompts.mask()
        index = mask.flatten().nonzero().squeeze(1)
        x = F.embedding(prompts.tokens.flatten()[index], self.model.embed_tokens.weight)
        cos, sin = self.angles(index % width, x.dtype)
        keys, values = [], []
        for depth, layer in enumerate(fused):
            query, key, value = self.project(layer, x, cos, sin)
            padded_key, padded_value = (
                scatter(part, index, rows * width).view(rows, width, self.shape.kv_heads, -1).transpose(1, 2)
                for part in (key, value)
            )
            keys.append(padded_key)
            values.append(padded_value)
            if depth + 1 == len(fused):
                break
            padded_query = scatter(query, index, rows * width).view(rows, width, self.shape.heads, -1).transpose(1, 2)
            # Right padding lies behind every valid query, so the causal mask alone hides it.
            attended = F.scaled_dot_product_attention(
                padded_query,
                padded_key,
                padded_value,
                is_causal=True,
                enable_gqa=self.shape.heads != self.shape.kv_heads,
            )
            flat = attended.transpose(1, 2).reshape(rows * width, -1).index_select(0, index)
            x = self.finish(layer, x, flat)
        bias = torch.zeros(mask.shape, dtype=x.dtype, device=x.device).masked_fill(~mask, -math.inf)
        return Prefixes(keys, values, bias[:, None, None], prompts.lengths)

    def branch(self, prefixes: Prefixes, branches: Ragged, fused: list[Fused] | None = None) -> Tensor:
        """Hidden states of all valid branch tokens, in row order.

        Args:
            prefixes: P prompts that were read.
            branches: ``P * G`` rows; row ``p * G + g`` continues prompt p.

        Returns:
            ``[M, width]`` after the last norm, M = sum of the branch lengths.
        """
        fused = self.fused() if fused is None else fused
        s, prompts = self.shape, prefixes.lengths.shape[0]
        rows, width = branches.tokens.shape
        index = branches.mask().flatten().nonzero().squeeze(1)
        x = F.embedding(branches.tokens.flatten()[index], self.model.embed_tokens.weight)
        offsets = prefixes.lengths.repeat_interleave(rows // prompts)[index // width]
        cos, sin = self.angles(offsets + index % width, x.dtype)
        causal = torch.full((width, width), -math.inf, dtype=x.dtype, device=x.device).triu(1)
        for depth, layer in enumerate(fused):
            parts = (
                scatter(part, index, rows * width).view(prompts, rows // prompts, width, -1, s.head_size)
                for part in self.project(layer, x, cos, sin)
            )
            query, key, value = parts
            attended = attend_shared(
                query, prefixes.keys[depth], prefixes.values[depth], prefixes.bias, key, value, causal
            )
            x = self.finish(layer, x, attended.view(rows * width, -1).index_select(0, index))
        return F.rms_norm(x, (s.width,), self.model.norm.weight, s.epsilon)


def scatter(packed: Tensor, index: Tensor, rows: int) -> Tensor:
    """``[M, ...]`` placed at ``index`` ``[M]`` of a zero tensor with ``rows`` rows."""
    if packed.shape[0] == rows:
        return packed
    return packed.new_zeros((rows, *packed.shape[1:])).index_copy(0, index, packed)
