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

from grpo.policy import Policy
from grpo.ragged import Ragged

COMPACT_BELOW = 0.75  # share of living rows under which the batch is packed


@dataclass(frozen=True)
class Sampling:
    """How tokens are chosen. Temperature 0 is greedy."""

    max_tokens: int
    temperature: float = 1.0


@dataclass(frozen=True)
class Trajectories:
    """Completions of P prompts, G each; row ``p * G + g`` belongs to prompt p.

    Attributes:
        prompts: the P prompts.
        completions: ``P * G`` rows of generated tokens, the end token included where there is one.
        logprobs: ``[M]`` log-probabilities of the completion tokens under the sampling distribution, row order.
        ended: ``[P * G]`` bool, whether the row stopped by itself.
    """

    prompts: Ragged
    completions: Ragged
    logprobs: Tensor
    ended: Tensor


def split_last(prompts: Ragged) -> tuple[Ragged, Tensor]:
    """Prompts without their last tokens, and those tokens ``[P]``."""
    lengths = prompts.lengths - 1
    last = prompts.tokens.gather(1, lengths[:, None]).squeeze(1)
    return Ragged(prompts.tokens[:, : int(lengths.max())], lengths), last


@torch.no_grad()
def generate(
    policy: Policy,
    prompts: Ragged,
    branches: int,
    sampling: Sampling,
    ends: Collection[int],
    generator: torch.Generator,
) -> Trajectories:
    """Sample ``branches`` completions for every prompt (each of at least 2 tokens).

    Everything is a function of the weights, the arguments and the generator's state.
    """
    total, limit = prompts.rows * branches, sampling.max_tokens
    uniforms = torch.rand(total, limit, generator=generator)
    shared, last = split_last(prompts)
    decoder = policy.decoder(shared, branches, limit)
    ending = torch.tensor(sorted(ends), dtype=torch.long)
    tokens, logprobs = torch.zeros(total, limit, dtype=torch.long), torch.zeros(total, limit)
    lengths, ended = torch.full((total,), limit), torch.zeros(total, dtype=torch.bool)
    rows = torch.arange(total)  # which row of the result each row of the decoder is
    feed, alive = last.repeat_interleave(branches), torch.ones(total, dtype=torch.bool)
    for position in range(limit):
        living = alive.nonzero().squeeze(1)
        here = rows[living]
        chosen, scores = choose(decoder.step(feed, living), uniforms[here, position], sampling.temperature)
        tokens[here, position], logprobs[here, position] = chosen, scores
        feed[living] = chosen
        stopped = torch.isin(chosen, ending)
        lengths[here[stopped]] = position + 1
        ended[here[stopped]] = True
        alive[living[stopped]] = False
        count = int(alive.sum())
        if count == 0:
            break
        if count < COMPACT_BELOW * alive.shape[0] and position + 1 < limit:
            kept = decoder.keep(alive)
            rows, feed, alive = rows[kept], feed[kept], alive[kept]
    completions = Ragged(tokens[:, : int(lengths.max())], lengths)
    return Trajectories(prompts, completions, logprobs[:, : int(lengths.max())][completions.mask()], ended)


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


def branches_of(trajectories: Trajectories) -> tuple[Ragged, Ragged]:
    """Prompts and branches as ``Policy.logprobs`` takes them: every branch starts with its prompt's last token."""
    shared, last = split_last(trajectories.prompts)
    completions = trajectories.completions
    starts = last.repeat_interleave(completions.rows // shared.rows)
    return shared, Ragged(torch.cat((starts[:, None], completions.tokens), dim=1), completions.lengths + 1)


def texts(tokens: Sequence[Sequence[int]], ends: Collection[int], decode: object) -> list[str]:
    """Completions as text, end token and surrounding space removed; ``decode`` is a tokenizer."""
    cut = [[token for token in row if token not in ends] for row in tokens]
    return [text.strip() for text in decode.batch_decode(cut, skip_special_tokens=True)]  # type: ignore[attr-defined]
