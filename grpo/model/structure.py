"""An initialisation in which copying is already wired, so that a tiny model can learn to use it in minutes.

Residual dimensions start out divided: the first half carries the token itself, the rest what layer 0 writes there
about the tokens before it. Layer 0 looks a fixed number of tokens back (constant query and key biases under rotary
positions); layers above match "my token" with "the token before yours" and copy what they find, which is the induction
circuit of Olsson et al. (2022, arXiv:2209.11895), laid down by hand instead of waited for. All of it stays trainable.
With ordinary initialisation no copying appears within the budget of the warm start; a pretrained model needs none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from grpo.model.layer import Attention, FeedForward, Layer
from grpo.model.network import Llama

OFFSETS = (1, 1, 1, 2)  # how far back the heads of layer 0 look, repeated for more heads
NOISE = 0.004
SHARPNESS = 60.0  # squared length of the positional query and key biases per frequency
SORT = 0.5  # size of the embedding dimensions that tell the sort of a token
MATCH = 1.5  # gain of the matching queries and keys
FIND = 1.0  # gain of the queries and keys that look for the blank
TAKE_OVER = 0.3  # gain of what stood before the blank
COPY = 0.5  # gain of what a matching head writes


@dataclass(frozen=True)
class Anchors:
    """Tokens that mean something to the wiring.

    Attributes:
        answer: tokens after which an answer begins.
        blanks: tokens that mark its place in a question.
        end: token that ends an answer.
        sorts: for every entry, 0 where it begins a word, 1 where it continues one, 2 otherwise.
    """

    answer: tuple[int, ...]
    blanks: tuple[int, ...]
    end: int
    sorts: tuple[int, ...]


@torch.no_grad()
def initialise(network: Llama, anchors: Anchors, generator: torch.Generator) -> None:
    """Overwrite all parameters. Every value is a function of the generator's state."""
    for parameter in network.parameters():
        if parameter.dim() > 1:
            nn.init.normal_(parameter, std=NOISE, generator=generator)
        else:
            nn.init.zeros_(parameter)
    width, half = network.shape.width, network.shape.width // 2
    embedding = network.model.embed_tokens.weight
    embedding[:, :half] = torch.randn(embedding.shape[0], half, generator=generator) / math.sqrt(half)
    # Whether a token continues a word is no property of random numbers, but an answer must not end before one.
    sort = torch.tensor(anchors.sorts)
    embedding[:, half - 3 : half] = SORT * torch.nn.functional.one_hot(sort, 3).float()
    embedding[anchors.end, half - 3 : half] = torch.tensor([0.0, -SORT, SORT])
    network.model.norm.weight.fill_(1)
    for depth, layer in enumerate(network.model.layers):
        assert isinstance(layer, Layer)
        layer.input_layernorm.weight.fill_(1)
        layer.post_attention_layernorm.weight.fill_(1)
        shrink(layer.mlp)
        if depth == 0:
            look_back(layer.self_attn, network, half, width)
        elif depth + 1 < network.shape.layers:
            find_blank(layer.self_attn, network, anchors, half)
        else:
            match_and_copy(layer.self_attn, network, half)


def shrink(mlp: FeedForward) -> None:
    """Let the feed-forward start as almost nothing, so that it does not disturb the circuit."""
    mlp.down_proj.weight.mul_(0.5)


def look_back(attention: Attention, network: Llama, half: int, width: int) -> None:
    """Head h attends ``OFFSETS[h]`` tokens back and writes a slice of that token's embedding behind ``half``.

    Under rotary positions a constant query (angle -o * f) and key (angle 0) of frequency f score
    ``cos((i - j - o) * f)``, which is largest at ``i - j = o`` for every frequency.
    """
    s = network.shape
    size, frequencies = s.head_size, network.frequency
    amplitude = torch.full_like(frequencies, math.sqrt(SHARPNESS))
    room = (width - half) // s.heads
    for head in range(s.heads):
        offset = OFFSETS[head % len(OFFSETS)]
        rows = slice(head * size, (head + 1) * size)
        phase = -offset * frequencies
        attention.q_proj.bias[rows] = torch.cat((amplitude * phase.cos(), amplitude * phase.sin()))
        attention.k_proj.bias[head % s.kv_heads * size : (head % s.kv_heads + 1) * size] = torch.cat(
            (amplitude, torch.zeros_like(amplitude))
        )
        place(attention.v_proj.weight, head * size, (head * room) % half, room, 1.0)
        place(attention.o_proj.weight, half + head * room, head * size, room, 1 / math.sqrt(width))


def find_blank(attention: Attention, network: Llama, anchors: Anchors, half: int) -> None:
    """Where an answer begins, the second half of the heads look at the blank and take over what stood before it.

    What layer 0 wrote at the blank about the tokens before it is added to the token part of the residual, so that the
    layer above treats the place where the answer begins as if it were the token before the blank.
    """
    s = network.shape
    size, slot = s.head_size, int(slow_pairs(network.frequency)[-1])
    embedding = network.model.embed_tokens.weight
    for head in range(s.heads // 2, s.heads):
        attention.q_proj.weight[head * size + slot] += FIND * embedding[list(anchors.answer)].sum(0)
        attention.k_proj.weight[head % s.kv_heads * size + slot] += FIND * embedding[list(anchors.blanks)].sum(0)
    place(attention.v_proj.weight, half, half, half, 1.0)
    place(attention.o_proj.weight, 0, half, half, TAKE_OVER)


def match_and_copy(attention: Attention, network: Llama, half: int) -> None:
    """Score a key by how well the token before it agrees with the query's own, and copy the token at the key."""
    s = network.shape
    size, slow = s.head_size, slow_pairs(network.frequency)
    slots = torch.cat((slow, slow + size // 2))
    for head in range(s.heads):
        chosen = (torch.arange(slots.shape[0]) + head * half // s.heads) % half
        attention.q_proj.weight[head * size + slots, chosen] += MATCH
        attention.k_proj.weight[head * size + slots, half + chosen] += MATCH
    for first in (0, half):
        place(attention.v_proj.weight, first, 0, half, 1.0)
        place(attention.o_proj.weight, 0, first, half, COPY)


def slow_pairs(frequencies: Tensor) -> Tensor:
    """Rotary pairs that turn less than half a radian over a hundred tokens; only they can match content."""
    return (frequencies * 100 < 0.6).nonzero().squeeze(1)


def place(weight: Tensor, row: int, column: int, count: int, gain: float) -> None:
    """Add ``gain`` times an identity block of ``count`` at (row, column)."""
    index = torch.arange(count)
    weight[row + index, column + index] += gain
