"""Decoding in turns for the network of ``grpo.model.network``: what was said stays in the cache from turn to turn.

    talker.turn(rows, heard, room)   the rows that go on, and what each heard since: read at once, in one pass
    talker.step(tokens, alive)       one token for each row, as in ``grpo.model.decoding``
    talker.keep(alive)               those that have ended their turn wait, and cost nothing until their next one

Rows have said different amounts, so each has its own length: its next key goes behind its last one, and what lies
behind that (of a row that only fills the grid) is hidden and written over.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from grpo.model.attention import attend_shared
from grpo.model.decoding import laid_out
from grpo.model.layer import Fused
from grpo.model.linear import linear
from grpo.model.network import Llama, Prefixes


class Talker(Protocol):
    """A decoder that remembers; see the top of this file."""

    def turn(self, going: Tensor, heard: Sequence[Sequence[int]], room: int) -> Tensor:
        """Begin a turn.

        Args:
            going: ``[N]`` rows, in order; a row that is left out never comes back.
            heard: for each, the tokens since its last turn, but for the one that the first ``step`` is given.
            room: most steps.

        Returns:
            ``[A]``, which row each row of the decoder is; those that are not going fill the grid.
        """
        ...

    def step(self, tokens: Tensor, alive: Tensor) -> Tensor: ...

    def keep(self, alive: Tensor) -> Tensor: ...


def grid(wanted: Tensor) -> tuple[Tensor, Tensor]:
    """The smallest grid that holds all of ``wanted`` ``[P, G]`` bool.

    Returns:
        ``(prompts [p], branches [p, g])``: indices of those kept; rows that are not wanted fill up.
    """
    prompts = wanted.any(1).nonzero().squeeze(1)
    width = int(wanted.sum(1).max())
    return prompts, torch.argsort((~wanted[prompts]).to(torch.uint8), dim=1, stable=True)[:, :width]


class BranchTalker:
    """A ``Talker`` whose rows are ``P`` prompts x ``G`` branches.

    Args:
        prefixes: the prompts that were read, without their last token.

    Attributes:
        said: per layer the keys ``[P * G, K, C, d]`` and values of all rows between turns; C is the longest talk.
        lengths: ``[P * G]``, how much of it is each row's.
    """

    def __init__(self, network: Llama, fused: list[Fused], prefixes: Prefixes, branches: int) -> None:
        self.network, self.fused, self.all = network, fused, prefixes
        self.head, self.branches = network.head(), branches
        s, rows = network.shape, prefixes.lengths.shape[0] * branches
        empty = prefixes.keys[0].new_empty((rows, s.kv_heads, 0, s.head_size))
        self.said = [(empty, empty) for _ in fused]
        self.lengths = torch.zeros(rows, dtype=torch.long, device=empty.device)
        self.rows = torch.arange(0, device=empty.device)  # of the turn in progress: which row each is,
        self.cache: list[tuple[Tensor, Tensor]] = []  # their part of said, with room,
        self.own = self.lengths[:0]  # their lengths,
        self.prefixes, self.shape = prefixes, (0, 0)  # their prompts, and the grid

    @torch.no_grad()
    def turn(self, going: Tensor, heard: Sequence[Sequence[int]], room: int) -> Tensor:
        self.settle()
        wanted = torch.zeros_like(self.lengths, dtype=torch.bool)
        wanted[going] = True
        prompts, order = grid(wanted.view(-1, self.branches))
        self.rows, self.shape = (prompts[:, None] * self.branches + order).flatten(), (len(order), order.shape[1])
        self.own = self.lengths[self.rows]
        longest = int(self.own.max()) + max(map(len, heard)) + room
        self.cache = [(widened(k[self.rows], longest), widened(v[self.rows], longest)) for k, v in self.said]
        self.prefixes = narrowed(self.all, prompts)
        if any(heard):
            place = {row: number for number, row in enumerate(self.rows.tolist())}
            texts: list[Sequence[int]] = [()] * len(place)
            for row, tokens in zip(going.tolist(), heard, strict=True):
                texts[place[row]] = tokens
            self.hear(texts)
        return self.rows

    def hear(self, texts: Sequence[Sequence[int]]) -> None:
        """Read ``texts``, one for each row, behind what it has said; some may be empty."""
        count = torch.tensor([len(text) for text in texts], device=self.own.device)
        tokens = torch.zeros(len(texts), int(count.max()), dtype=torch.long)
        for row, text in enumerate(texts):
            tokens[row, : len(text)] = torch.tensor(text, dtype=torch.long)
        self.pass_through(tokens.to(self.own.device), last=False)
        self.own = self.own + count

    @torch.no_grad()
    def step(self, tokens: Tensor, alive: Tensor) -> Tensor:
        x = self.pass_through(tokens[:, None], last=True)
        self.own = self.own.index_add(0, alive, torch.ones_like(alive))
        return linear(self.network.normed(x[alive]), self.head)

    def pass_through(self, tokens: Tensor, last: bool) -> Tensor:
        """``tokens`` ``[A, T]`` through all layers; their keys and values go behind each row's own.

        Args:
            last: whether what the tokens become after the last layer is wanted; else its keys and values are enough.

        Returns:
            ``[A * T, width]``.
        """
        network, s = self.network, self.network.shape
        (prompts, branches), (rows, length) = self.shape, tokens.shape
        columns = self.own[:, None] + torch.arange(length, device=tokens.device)
        x = network.embedded(tokens.flatten())
        starts = self.prefixes.lengths.repeat_interleave(branches)[:, None]
        cos, sin = network.angles((starts + columns).flatten(), x.dtype)
        reach = int(columns.max()) + 1
        hidden = torch.arange(reach, device=tokens.device) > columns[..., None]  # [A, T, reach]
        bias = torch.zeros(hidden.shape, dtype=x.dtype, device=x.device).masked_fill(hidden, -math.inf)
        bias = bias.view(prompts, branches, 1, 1, length, reach)
        each = torch.arange(rows, device=tokens.device)[:, None]
        for depth, (layer, (keys, values)) in enumerate(zip(self.fused, self.cache, strict=True)):
            query, key, value = layer.project(x, cos, sin)
            keys[each, :, columns] = key.view(rows, length, s.kv_heads, s.head_size)
            values[each, :, columns] = value.view(rows, length, s.kv_heads, s.head_size)
            if depth + 1 == len(self.fused) and not last:
                break
            attended = attend_shared(
                query.view(prompts, branches, length, s.heads, s.head_size),
                self.prefixes.keys[depth],
                self.prefixes.values[depth],
                self.prefixes.bias,
                keys[:, :, :reach].view(prompts, branches, s.kv_heads, reach, s.head_size).transpose(2, 3),
                values[:, :, :reach].view(prompts, branches, s.kv_heads, reach, s.head_size).transpose(2, 3),
                bias,
            )
            x = layer.finish(x, attended.view(rows * length, -1))
        return x

    def keep(self, alive: Tensor) -> Tensor:
        self.settle()
        prompts, order = grid(alive.view(self.shape))
        kept = (prompts[:, None] * self.shape[1] + order).flatten()
        self.cache = [(keys[kept], values[kept]) for keys, values in self.cache]
        self.rows, self.own, self.shape = self.rows[kept], self.own[kept], (len(order), order.shape[1])
        self.prefixes = narrowed(self.prefixes, prompts)
        return kept

    def settle(self) -> None:
        """Bring what was said in the turn in progress to where it waits."""
        if not self.cache:
            return
        self.lengths[self.rows] = self.own
        longest = int(self.lengths.max())
        for depth, parts in enumerate(self.cache):
            kept = []
            for waiting, now in zip(self.said[depth], parts, strict=True):
                whole = widened(waiting, longest) if waiting.shape[2] < longest else waiting
                shared = min(whole.shape[2], now.shape[2])
                whole[self.rows, :, :shared] = now[:, :, :shared]
                kept.append(whole)
            self.said[depth] = (kept[0], kept[1])


def widened(cache: Tensor, length: int) -> Tensor:
    """``[N, K, C, d]`` with room for ``length`` tokens; the new ones are zeros."""
    return F.pad(cache, (0, 0, 0, length - cache.shape[2])) if length > cache.shape[2] else cache[:, :, :length]


def narrowed(prefixes: Prefixes, prompts: Tensor) -> Prefixes:
    """Those of ``prompts``, cut to the longest."""
    if prompts.shape[0] == prefixes.lengths.shape[0]:
        return prefixes
    longest = int(prefixes.lengths[prompts].max())
    return laid_out(
        Prefixes(
            [part[prompts, :, :longest] for part in prefixes.keys],
            [part[prompts, :, :longest] for part in prefixes.values],
            prefixes.bias[prompts, :, :, :longest],
            prefixes.lengths[prompts],
        )
    )
