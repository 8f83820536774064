"""Scores of tokens from hidden states: log-probability and, where asked for, the entropy of each distribution.

    z = hidden @ head^T / temperature      logp = z[target] - logsumexp(z)      H = logsumexp(z) - sum softmax(z) * z

A vocabulary of 32,000 times a batch of 4,000 tokens are 512 MB of logits, and plain autograd holds three times that in
the backward pass. Here logits are kept once and turned into gradients piece by piece. With ``chunk`` only that many
tokens' logits exist at a time: the backward pass computes those of each piece again,

    d logp / d z = onehot(target) - softmax(z)      d H / d z = -softmax(z) * (log softmax(z) + H)

as in "Cut your losses in large-vocabulary language models" (Wijmans et al., 2024, arXiv:2411.09009), without its
kernel.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from grpo.model.linear import linear, outer

PIECE = 1 << 23  # logits that are turned into probabilities at a time


class TokenScores(NamedTuple):
    """``logprobs`` ``[M]`` of the tokens; ``entropy`` ``[M]`` in nats of what they were drawn from, where asked for."""

    logprobs: Tensor
    entropy: Tensor | None = None


def tempered(logits: Tensor, temperature: float) -> Tensor:
    """``logits / temperature`` in float32; where nothing is to be divided, not a second copy of them."""
    return logits.float() if temperature == 1 else logits.float() / temperature


def of_logits(logits: Tensor, targets: Tensor, temperature: float, entropy: bool) -> TokenScores:
    """Scores from whole ``logits`` ``[M, V]``."""
    scaled = tempered(logits, temperature)
    logprobs = -F.cross_entropy(scaled, targets, reduction="none")
    if not entropy:
        return TokenScores(logprobs)
    every = torch.log_softmax(scaled, dim=-1)
    return TokenScores(logprobs, -(every.exp() * every).sum(dim=-1))


def of_hidden(
    hidden: Tensor, head: Tensor, targets: Tensor, temperature: float, entropy: bool = False, chunk: int = 0
) -> TokenScores:
    """Scores from hidden states.

    Args:
        hidden: ``[M, width]`` after the last norm.
        head: ``[V, width]``.
        targets: ``[M]`` token ids.
        temperature: logits are divided by it.
        entropy: whether it is wanted.
        chunk: tokens whose logits exist at a time; 0: all of them.
    """
    piece = chunk if chunk > 0 else max(1, PIECE // head.shape[0])
    keep = chunk <= 0 and torch.is_grad_enabled() and (hidden.requires_grad or head.requires_grad)
    logprobs, entropies = Pieces.apply(hidden, head, targets, temperature, piece, entropy, keep)
    return TokenScores(logprobs, entropies if entropy else None)


class Pieces(torch.autograd.Function):
    """The formulas at the top, ``piece`` rows at a time; ``keep`` keeps the logits for the backward pass."""

    @staticmethod
    def forward(
        ctx: Any, hidden: Tensor, head: Tensor, targets: Tensor, temperature: float, piece: int, entropy: bool,
        keep: bool,
    ) -> tuple[Tensor, Tensor]:  # fmt: skip
        logprobs = torch.empty(hidden.shape[0], device=hidden.device)
        entropies = torch.zeros_like(logprobs)
        kept = []
        for start in range(0, hidden.shape[0], piece):
            rows = slice(start, start + piece)
            logits = linear(hidden[rows], head)
            every = torch.log_softmax(tempered(logits, temperature), dim=-1)
            logprobs[rows] = every.gather(1, targets[rows, None]).squeeze(1)
            if entropy:
                entropies[rows] = -(every.exp() * every).sum(dim=-1)
            if keep:
                kept.append(logits)
        ctx.save_for_backward(hidden, head, targets, entropies, *kept)
        ctx.temperature, ctx.piece, ctx.entropy = temperature, piece, entropy
        return logprobs, entropies

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, None, None, None, None, None]:
        hidden, head, targets, entropies, *kept = ctx.saved_tensors
        wide = torch.promote_types(head.dtype, torch.float32)  # a sum over many pieces is lost in a bfloat16
        to_hidden, to_head = torch.empty_like(hidden), torch.zeros_like(head, dtype=wide)
        for number, start in enumerate(range(0, hidden.shape[0], ctx.piece)):
            rows = slice(start, start + ctx.piece)
            logits = tempered(kept[number] if kept else linear(hidden[rows], head), ctx.temperature)
            step = torch.softmax(logits, dim=-1)
            if ctx.entropy:
                every = torch.log_softmax(logits, dim=-1) + entropies[rows, None]
                step *= -gradients[0][rows, None] - gradients[1][rows, None] * every
            else:
                step *= -gradients[0][rows, None]
            step[torch.arange(step.shape[0], device=step.device), targets[rows]] += gradients[0][rows]
            step = (step / ctx.temperature if ctx.temperature != 1 else step).to(hidden.dtype)
            to_hidden[rows] = linear(step, head.t())
            to_head += outer(step, hidden[rows])
        return to_hidden, to_head.to(head.dtype), None, None, None, None, None
