"""Attention of many branches over one shared prefix.

A prompt is read once; its G completions are branches that attend to the prompt's keys and to their own. The same
function serves decoding (one new token per branch) and training (whole completions), so the prompt is counted once in
both. Same mathematics as "Hydragen" (Juravsky et al., 2024, arXiv:2402.05099), written with one softmax over both
parts, which keeps it exact and differentiable.
"""

from __future__ import annotations

import torch
from torch import Tensor


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary position embedding (Su et al., 2021, arXiv:2104.09864), halves convention of Llama.

    Args:
        x: ``[M, heads, d]``.
        cos: ``[M, 1, d/2]``.
        sin: ``[M, 1, d/2]``.
    """
    first, second = x.chunk(2, dim=-1)
    return torch.cat((first * cos - second * sin, second * cos + first * sin), dim=-1)


def attend_shared(
    query: Tensor,
    prefix_key: Tensor,
    prefix_value: Tensor,
    prefix_bias: Tensor,
    key: Tensor,
    value: Tensor,
    own_bias: Tensor | None,
) -> Tensor:
    """Softmax attention over [shared prefix | own branch].

    Args:
        query: ``[P, G, T, H, d]``; P prompts, G branches each, T query tokens per branch, H heads.
        prefix_key: ``[P, K, L, d]``; K key/value heads (H is a multiple of K), L prefix tokens.
        prefix_value: ``[P, K, L, d]``.
        prefix_bias: ``[P, 1, 1, L]``; 0 where the prefix has a token, -inf on padding.
        key: ``[P, G, S, K, d]``; the branch's own keys.
        value: ``[P, G, S, K, d]``.
        own_bias: ``[T, S]`` additive mask, or ``None`` when every query sees all S own keys (decoding).

    Returns:
        ``[P, G, T, H * d]``.
    """
    prompts, branches, length, heads, size = query.shape
    kv_heads, own = key.shape[3], key.shape[2]
    repeat = heads // kv_heads
    scaled = (query * size**-0.5).view(prompts, branches, length, kv_heads, repeat, size)
    # Both score tensors are laid out [P, K, repeat, G, T, keys], so they can be joined along the keys.
    over_prefix = scaled.permute(0, 3, 4, 1, 2, 5).reshape(prompts, kv_heads, repeat * branches * length, size)
    over_own = scaled.permute(0, 1, 3, 4, 2, 5).reshape(prompts * branches * kv_heads, repeat * length, size)
    prefix_scores = over_prefix @ prefix_key.transpose(-1, -2) + prefix_bias
    own_keys = key.permute(0, 1, 3, 4, 2).reshape(prompts * branches * kv_heads, size, own)
    own_scores = (over_own @ own_keys).view(prompts, branches, kv_heads, repeat, length, own)
    if own_bias is not None:
        own_scores = own_scores + own_bias
    own_scores = own_scores.permute(0, 2, 3, 1, 4, 5).reshape(prompts, kv_heads, repeat * branches * length, own)
    weights = torch.softmax(torch.cat((prefix_scores, own_scores), dim=-1), dim=-1)
    prefix_weights, own_weights = torch.split(weights, [prefix_key.shape[2], own], dim=-1)
    from_prefix = (prefix_weights @ prefix_value).view(prompts, kv_heads, repeat, branches, length, size)
    own_weights = own_weights.view(prompts, kv_heads, repeat, branches, length, own).permute(0, 3, 1, 2, 4, 5)
    own_values = value.permute(0, 1, 3, 2, 4).reshape(prompts * branches * kv_heads, own, size)
    from_own = own_weights.reshape(prompts * branches * kv_heads, repeat * length, own) @ own_values
    from_own = from_own.view(prompts, branches, kv_heads, repeat, length, size)
    joined = from_prefix.permute(0, 3, 4, 1, 2, 5) + from_own.permute(0, 1, 4, 2, 3, 5)
    return joined.reshape(prompts, branches, length, heads * size)
