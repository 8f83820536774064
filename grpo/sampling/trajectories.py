"""Trajectory generator: many completions per prompt in parallel, each with the log-probabilities it was sampled with.

The prompt is read once for its G completions. A row that has ended costs nothing more: its logits are not computed, and
rows are dropped from the batch once enough of them have ended. Every row draws its randomness from its own row of
uniforms, so dropping others never changes it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from grpo.model.policy import Decoder, Policy
from grpo.ragged import Ragged, split_last
from grpo.sampling.choosing import Sampling, choose, choose_each
from grpo.sampling.stops import Stops

COMPACT_BELOW = 0.75  # share of living rows under which the batch is packed


@dataclass(frozen=True)
class Trajectories:
    """Completions of P prompts, G each; row ``p * G + g`` belongs to prompt p.

    Attributes:
        prompts: the P prompts.
        completions: ``P * G`` rows of generated tokens, the end token included where there is one.
        logprobs: ``[M]`` log-probabilities of the completion tokens, row order, at the temperature they were drawn
            with. Where top_p or top_k cut tokens off, it is still that of the whole distribution, which is the policy.
        ended: ``[P * G]`` bool, whether the row stopped by itself, at an end token or a stop text.
    """

    prompts: Ragged
    completions: Ragged
    logprobs: Tensor
    ended: Tensor


@torch.no_grad()
def generate(
    policy: Policy,
    prompts: Ragged,
    branches: int,
    sampling: Sampling | Sequence[Sampling],
    ends: Collection[int],
    generator: torch.Generator | Tensor,
    stops: Stops | None = None,
) -> Trajectories:
    """Sample ``branches`` completions for every prompt (each of at least 2 tokens).

    Everything is a function of the weights, the arguments and the generator's state.

    Args:
        sampling: for all prompts, or one for each of them.
        generator: of the uniforms ``[P * branches, most tokens]`` that tokens are drawn by, or these themselves.
        stops: says whether a completion has reached a stop text; needed where ``sampling`` names any.
    """
    each = sampling if isinstance(sampling, Sampling) else [one for one in sampling for _ in range(branches)]
    limit = sampling.max_tokens if isinstance(sampling, Sampling) else max(one.max_tokens for one in sampling)
    total = prompts.rows * branches
    uniforms = generator if isinstance(generator, Tensor) else torch.rand(total, limit, generator=generator)
    shared, last = split_last(prompts)
    decoder = policy.decoder(shared, branches, limit)
    feed = last.repeat_interleave(branches).to(device_of(policy))
    every, alive = torch.arange(total, device=feed.device), torch.ones(total, dtype=torch.bool, device=feed.device)
    rolled = roll(decoder, every, alive, feed, uniforms, each, ends, stops)
    completions = Ragged(rolled.tokens[:, : int(rolled.lengths.max())], rolled.lengths)
    logprobs = rolled.logprobs[:, : int(rolled.lengths.max())][completions.mask()]
    return Trajectories(prompts, completions, logprobs, rolled.ended)


def device_of(policy: Policy) -> torch.device:
    """Where the policy computes."""
    return next(policy.module.parameters()).device


@dataclass(frozen=True)
class Rolled:
    """What R rows wrote: ``[R, limit]`` each, valid up to ``lengths``; whether they ended by themselves."""

    tokens: Tensor
    logprobs: Tensor
    lengths: Tensor
    ended: Tensor


def roll(
    decoder: Decoder,
    rows: Tensor,
    alive: Tensor,
    feed: Tensor,
    uniforms: Tensor,
    sampling: Sampling | Sequence[Sampling],
    ends: Collection[int],
    stops: Stops | None,
) -> Rolled:
    """Let the rows of ``decoder`` write until all have ended or are full.

    Args:
        rows: ``[A]``, which of R rows each row of the decoder is.
        alive: ``[A]``, those that write; the others only fill the decoder's grid.
        feed: ``[A]``, the token that each is given first.
        uniforms: ``[R, limit]`` that tokens are drawn by.
        sampling: for all rows, or one for each of R.

    Returns:
        On the processor, whatever device the decoder is on.
    """
    each = None if isinstance(sampling, Sampling) else sampling
    total, limit = uniforms.shape
    at, uniforms = feed.device, uniforms.to(feed.device)
    ending = torch.tensor(sorted(ends), dtype=torch.long, device=at)
    tokens, logprobs = torch.zeros(total, limit, dtype=torch.long, device=at), torch.zeros(total, limit, device=at)
    lengths, ended = torch.full((total,), limit, device=at), torch.zeros(total, dtype=torch.bool, device=at)
    feed, alive = feed.clone(), alive.clone()
    for position in range(limit):
        living = alive.nonzero().squeeze(1)
        here = rows[living]
        logits = decoder.step(feed, living)
        if each is None and isinstance(sampling, Sampling) and sampling.whole:
            chosen, scores = choose(logits, uniforms[here, position], sampling.temperature)
        else:
            wanted = [sampling] * len(here) if isinstance(sampling, Sampling) else [each[row] for row in here.tolist()]  # type: ignore[index]
            chosen, scores = choose_each(logits, uniforms[here, position], wanted)
        tokens[here, position], logprobs[here, position] = chosen, scores
        feed[living] = chosen
        stopped = torch.isin(chosen, ending)
        if stops is not None:
            own = None if each is None else [each[row].stop for row in here.tolist()]
            stopped |= stops.reached(tokens[here, : position + 1], own).to(at)
        lengths[here[stopped]] = position + 1
        ended[here[stopped]] = True
        alive[living[stopped]] = False
        if each is not None:
            full = torch.tensor([each[row].max_tokens == position + 1 for row in here.tolist()], device=at) & ~stopped
            lengths[here[full]] = position + 1
            alive[living[full]] = False
        count = int(alive.sum())
        if count == 0:
            break
        if count < COMPACT_BELOW * alive.shape[0] and position + 1 < limit:
            kept = decoder.keep(alive)
            rows, feed, alive = rows[kept], feed[kept], alive[kept]
    return Rolled(tokens.cpu(), logprobs.cpu(), lengths.cpu(), ended.cpu())
