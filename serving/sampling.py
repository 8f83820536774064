"""From logits to tokens, and from tokens to text that can be sent: pure apart from the generator's own state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Sampling:
    """temperature 0 takes the likeliest token. top_p: least probability mass that stays. limit: tokens per choice."""

    temperature: float = 1.0
    top_p: float = 1.0
    limit: int = 128
    stop: tuple[str, ...] = ()
    seed: int | None = None
    n: int = 1


def pick(logits: Tensor, sampling: Sampling, generator: torch.Generator) -> Tensor:
    """The next token of each row.

    Args:
        logits: [choices, vocabulary], any float type.

    Returns:
        [choices] token ids, int64.
    """
    if sampling.temperature == 0.0:
        return logits.argmax(dim=-1)
    probabilities = torch.softmax(logits.float() / sampling.temperature, dim=-1)
    if sampling.top_p < 1.0:
        # Nucleus sampling (Holtzman et al. 2020): the fewest likeliest tokens whose mass reaches top_p.
        ordered, order = probabilities.sort(dim=-1, descending=True)
        ordered[(ordered.cumsum(dim=-1) - ordered) >= sampling.top_p] = 0.0
        probabilities = torch.zeros_like(probabilities).scatter_(-1, order, ordered)
    return torch.multinomial(probabilities, 1, generator=generator).squeeze(-1)


def sendable(text: str, sent: int, stops: Sequence[str]) -> tuple[int, bool]:
    """How far of `text` may be sent, and whether a stop sequence ended it.

    Held back: what might still turn into a stop sequence, and a character whose bytes are not complete yet.
    `sent` characters are out already and stay out.
    """
    ends = [at for at in (text.find(stop, max(0, sent - len(stop) + 1)) for stop in stops) if at >= 0]
    if ends:
        return max(sent, min(ends)), True
    end = len(text)
    while end > sent and text[end - 1] == "\ufffd":
        end -= 1
    for stop in stops:
        for length in range(min(len(stop) - 1, end - sent), 0, -1):
            if stop.startswith(text[end - length : end]):
                end -= length
                break
    return max(sent, end), False
