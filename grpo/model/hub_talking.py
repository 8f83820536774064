"""Decoding in turns for models of ``transformers``, with their own cache."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel


class Part(NamedTuple):
    """Some rows with what they have read: keys and values per layer ``[N, K, C, d]``, and which columns are theirs."""

    rows: Tensor
    cache: list[tuple[Tensor, Tensor]]
    mask: Tensor  # [N, C] bool
    lengths: Tensor  # [N], tokens read: the position of the next one

    def select(self, chosen: Tensor) -> Part:
        cache = [(keys[chosen], values[chosen]) for keys, values in self.cache]
        return Part(self.rows[chosen], cache, self.mask[chosen], self.lengths[chosen])

    def widened(self, columns: int) -> Part:
        more = columns - self.mask.shape[1]
        cache = [(F.pad(keys, (0, 0, 0, more)), F.pad(values, (0, 0, 0, more))) for keys, values in self.cache]
        return self._replace(cache=cache, mask=F.pad(self.mask, (0, more)))


def together(parts: Sequence[Part]) -> Part:
    """One part of several, with its rows in order."""
    if len(parts) == 1:
        return parts[0]
    columns = max(part.mask.shape[1] for part in parts)
    wide = [part.widened(columns) for part in parts]
    cache = [
        (torch.cat([keys for keys, _ in layer]), torch.cat([values for _, values in layer]))
        for layer in zip(*(part.cache for part in wide), strict=True)
    ]
    rows, mask = torch.cat([part.rows for part in wide]), torch.cat([part.mask for part in wide])
    lengths = torch.cat([part.lengths for part in wide])
    return Part(rows, cache, mask, lengths).select(rows.argsort())


class HubTalker:
    """A ``grpo.model.talking.Talker``; rows wait in parts, and are put together when the next turn begins.

    Args:
        cache: of the prompts without their last tokens, one row per talk.
        mask: ``[R, L]``, which of its columns are tokens.
        lengths: ``[R]``, how many.
    """

    def __init__(self, model: PreTrainedModel, cache: Any, mask: Tensor, lengths: Tensor) -> None:
        self.model, self.cache = model, cache
        device = model.device
        self.mask, self.lengths = mask.to(device), lengths.to(device)
        self.rows = torch.arange(mask.shape[0], device=device)
        self.waiting: list[Part] = []

    @torch.no_grad()
    def turn(self, going: Tensor, heard: Sequence[Sequence[int]], room: int) -> Tensor:
        whole = together([*self.waiting, self.part()])
        self.resume(whole.select(torch.searchsorted(whole.rows, going)))
        self.waiting = []
        if any(heard):
            count = torch.tensor([len(text) for text in heard], device=self.rows.device)
            tokens = torch.zeros(len(heard), int(count.max()), dtype=torch.long)
            for row, text in enumerate(heard):
                tokens[row, : len(text)] = torch.tensor(text, dtype=torch.long)
            valid = torch.arange(tokens.shape[1], device=count.device) < count[:, None]
            self.read(tokens.to(count.device), valid)
        return self.rows

    @torch.no_grad()
    def step(self, tokens: Tensor, alive: Tensor) -> Tensor:
        valid = torch.zeros_like(self.rows, dtype=torch.bool)
        valid[alive] = True
        return self.read(tokens[:, None], valid[:, None])[alive]

    def read(self, tokens: Tensor, valid: Tensor) -> Tensor:
        """``tokens`` ``[N, T]``, of which those that are ``valid`` stay; logits ``[N, vocabulary]`` after the last."""
        positions = self.lengths[:, None] + torch.arange(tokens.shape[1], device=tokens.device)
        self.mask = torch.cat((self.mask, valid), 1)
        output = self.model(
            input_ids=tokens,
            attention_mask=self.mask.long(),
            past_key_values=self.cache,
            position_ids=positions,
            use_cache=True,
            logits_to_keep=1,
        )
        self.lengths = self.lengths + valid.sum(1)
        logits: Tensor = output.logits[:, -1]
        return logits

    def keep(self, alive: Tensor) -> Tensor:
        now = self.part()
        self.waiting.append(now.select((~alive).nonzero().squeeze(1)))
        kept = alive.nonzero().squeeze(1)
        self.resume(now.select(kept))
        return kept

    def part(self) -> Part:
        layers = [(layer.keys, layer.values) for layer in self.cache.layers]
        return Part(self.rows, layers, self.mask, self.lengths)

    def resume(self, part: Part) -> None:
        self.cache = DynamicCache()
        for depth, (keys, values) in enumerate(part.cache):
            self.cache.update(keys, values, depth)
        self.rows, self.mask, self.lengths = part.rows, part.mask, part.lengths
