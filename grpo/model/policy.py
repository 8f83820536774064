"""What the algorithm needs of a language model, and the network of this package as one.

Two implementations: ``LlamaPolicy`` here (own network, prompt shared everywhere) and ``grpo.model.hub.HubPolicy`` (any
causal language model of ``transformers``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import torch
from torch import Tensor, nn

from grpo.model.decoding import BranchDecoder, laid_out
from grpo.model.head import TokenScores, of_hidden
from grpo.model.network import Llama
from grpo.model.talking import BranchTalker, Talker
from grpo.ragged import Ragged


class Decoder(Protocol):
    """See ``grpo.model.decoding.BranchDecoder`` for the meaning of the two calls."""

    def step(self, tokens: Tensor, alive: Tensor) -> Tensor: ...

    def keep(self, alive: Tensor) -> Tensor: ...


class Scorer(Protocol):
    """A language model that says how likely tokens are: all that is asked of a reference.

    A prompt of n tokens is given as n - 1 tokens to read, shared, and its last token, which starts every branch; so
    the branch's own states predict every completion token.
    """

    def scores(
        self,
        prompts: Ragged,
        branches: Ragged,
        scored: Tensor,
        temperature: float = 1.0,
        entropy: bool = False,
        chunk: int = 0,
    ) -> TokenScores:
        """Log-probability of the last tokens of every branch, each given all before it.

        Args:
            prompts: P rows.
            branches: ``P * G`` rows, row ``p * G + g`` continues prompt p.
            scored: ``[P * G]``, how many tokens at each row's end are wanted, at most its length - 1.
            temperature: logits are divided by it, as they were when the tokens were sampled.
            entropy: whether the entropy of each distribution is wanted too.
            chunk: tokens whose logits may exist at a time; 0: all.

        Returns:
            ``[M]`` float each, rows in order, M = sum of ``scored``. Differentiable.
        """
        ...

    def logprobs(self, prompts: Ragged, branches: Ragged, scored: Tensor, temperature: float = 1.0) -> Tensor:
        """The log-probabilities of ``scores`` alone."""
        return self.scores(prompts, branches, scored, temperature).logprobs


class Policy(Scorer, Protocol):
    """A trainable language model that can branch from shared prompts."""

    @property
    def module(self) -> nn.Module: ...

    def decoder(self, prompts: Ragged, branches: int, room: int) -> Decoder:
        """Read ``prompts`` without gradients and return a decoder of ``branches`` rows each."""
        ...

    def talker(self, prompts: Ragged, branches: int) -> Talker:
        """The same for talks of several turns."""
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


class LlamaPolicy(Policy):
    """The network of ``grpo.model.network`` as a policy."""

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
        read = self.network.read(prompts.to(self.network.device), fused)
        return BranchDecoder(self.network, fused, read, branches, room)

    @torch.no_grad()
    def talker(self, prompts: Ragged, branches: int) -> Talker:
        fused = self.network.fused()
        read = laid_out(self.network.read(prompts.to(self.network.device), fused))
        return BranchTalker(self.network, fused, read, branches)

    def scores(
        self,
        prompts: Ragged,
        branches: Ragged,
        scored: Tensor,
        temperature: float = 1.0,
        entropy: bool = False,
        chunk: int = 0,
    ) -> TokenScores:
        device = self.network.device
        branches = branches.to(device)
        hidden = self.network.hidden(prompts.to(device), branches)
        predictors, targets = scored_tokens(branches, scored.to(device))
        return of_hidden(hidden.index_select(0, predictors), self.network.head(), targets, temperature, entropy, chunk)
