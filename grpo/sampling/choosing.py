"""How tokens are chosen: one out of a distribution, by a uniform that was drawn for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Sampling:
    """How tokens are chosen.

    Attributes:
        temperature: 0 is greedy.
        top_p: only the most likely tokens with this mass together; Holtzman et al., 2020, arXiv:1904.09751.
        top_k: only so many of the most likely tokens; 0: all.
        stop: texts that end a completion.
    """

    max_tokens: int
    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    stop: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether every token can be drawn."""
        return self.top_p >= 1 and self.top_k == 0


def choose(logits: Tensor, uniforms: Tensor, temperature: float) -> tuple[Tensor, Tensor]:
    """One token per row of ``logits`` ``[A, V]`` by inverting the cumulative distribution at ``uniforms`` ``[A]``.

    Returns:
        ``(tokens [A], log-probabilities [A])``; under temperature 0 the most likely token and its plain score.
    """
    if temperature == 0:
        logprobs = torch.log_softmax(logits.float(), dim=-1)
        best, chosen = logprobs.max(dim=-1)
        return chosen, best
    logits = logits.float() if temperature == 1 else logits.float() / temperature
    probabilities = torch.softmax(logits, dim=-1)
    cumulative = probabilities.cumsum(dim=-1)
    # The last sum may fall short of 1 by rounding; scaling by it keeps every draw inside.
    chosen = torch.searchsorted(cumulative, (uniforms * cumulative[:, -1])[:, None], right=True).squeeze(1)
    chosen = chosen.clamp(max=logits.shape[1] - 1)
    return chosen, probabilities.gather(1, chosen[:, None]).squeeze(1).log()


def choose_each(logits: Tensor, uniforms: Tensor, wanted: Sequence[Sampling]) -> tuple[Tensor, Tensor]:
    """``choose`` with a sampling of its own for every row, and with tokens cut off where it says so."""
    at = logits.device
    temperatures = torch.tensor([one.temperature for one in wanted], device=at)[:, None]
    greedy = temperatures == 0
    scaled = logits.float() / torch.where(greedy, torch.ones_like(temperatures), temperatures)
    every = torch.log_softmax(scaled, dim=-1)
    likely, order = every.exp().sort(dim=-1, descending=True, stable=True)
    before = likely.cumsum(dim=-1) - likely  # mass of the tokens that are more likely
    rank = torch.arange(logits.shape[1], device=at)
    most = torch.tensor([one.top_k or logits.shape[1] for one in wanted], device=at)[:, None]
    mass = torch.tensor([one.top_p for one in wanted], device=at)[:, None]
    kept = (before < mass) & (rank < most)
    kept = torch.where(greedy, rank == 0, kept)
    cumulative = (likely * kept).cumsum(dim=-1)
    place = torch.searchsorted(cumulative, (uniforms * cumulative[:, -1])[:, None], right=True)
    place = torch.minimum(place, kept.sum(dim=-1, keepdim=True) - 1)
    chosen = order.gather(1, place)
    return chosen.squeeze(1), every.gather(1, chosen).squeeze(1)
