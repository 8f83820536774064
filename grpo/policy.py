"""What the algorithm needs of a language model, and the network of this package as one.

Two implementations: ``LlamaPolicy`` here (own network, prompt shared everywhere) and ``grpo.hub.HubPolicy`` (any causal
language model of ``transformers``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from grpo.decoding import BranchDecoder
from grpo.network import Llama
from grpo.ragged import Ragged


class Decoder(Protocol):
    """See ``grpo.decoding.BranchDecoder`` for the meaning of the two calls."""

    def step(self, tokens: Tensor, alive: Tensor) -> Tensor: ...

    def keep(self, alive: Tensor) -> Tensor: ...


class Policy(Protocol):
    """A trainable language model that can branch from shared prompts.

    A prompt of n tokens is given as n - 1 tokens to read, shared, and its last token, which starts every branch; so
    the branch's own states predict every completion token.
    """

    @property
    def module(self) -> nn.Module: ...

    def decoder(self, prompts: Ragged, branches: int, room: int) -> Decoder:
        """Read ``prompts`` without gradients and return a decoder of ``branches`` rows each."""
        ...

    def logprobs(self, prompts: Ragged, branches: Ragged, scored: Tensor, temperature: float = 1.0) -> Tensor:
        """Log-probability of the last tokens of every branch, each given all before it.

        Args:
            prompts: P rows.
            branches: ``P * G`` rows, row ``p * G + g`` continues prompt p.
            scored: ``[P * G]``, how many tokens at each row's end are wanted, at most its length - 1.
            temperature: logits are divided by it, as they were when the tokens were sampled.

        Returns:
            ``[M]`` float, rows in order, M = sum of ``scored``. Differentiable.
        """
        ...


def scored_tokens(branches: Ragged, scored: Tensor) -> tuple[Tensor, Tensor]:
    """Which packed branch tokens predict the last ``scored`` tokens of each row, and what those are.

    Returns:
        ``(predictors, targets)``, each ``[M]``: indices into the packed (row-order, padding-free) tokens, and the ids
        of the tokens that follow them.
    """
    column = torch.arange(branches.tokens.shape[1], device=branches.tokens.device)
    mask = column < branches.lengths[:, None]
    wanted = mask & (column >= (branches.lengths - scored)[:, None])
    predictors = wanted.roll(-1, dims=1)[mask].nonzero().squeeze(1)
    return predictors, branches.tokens[wanted]


class LlamaPolicy:
    """The network of ``grpo.network`` as a policy."""

    def __init__(self, network: Llama) -> None:
        self.network = network

    @property
    def module(self) -> nn.Module:
        return self.network

    def parameters(self) -> Iterator[nn.Parameter]:
        return self.network.parameters()

    @torch.no_grad()
    def decoder(self, prompts: Ragged, branches: int, room: int) -> Decoder:
        fused = self.network.fused()
        return BranchDecoder(self.network, fused, self.network.read(prompts, fused), branches, room)

    def logprobs(self, prompts: Ragged, branches: Ragged, scored: Tensor, temperature: float = 1.0) -> Tensor:
        fused = self.network.fused()
        hidden = self.network.branch(self.network.read(prompts, fused), branches, fused)
        predictors, targets = scored_tokens(branches, scored)
        logits = self.network.logits(hidden.index_select(0, predictors))
        return -F.cross_entropy(logits.float() / temperature, targets, reduction="none")
