"""Trajectory generator: many completions per prompt in parallel, each with the log-probabilities it was sampled with.

The prompt is read once for its G completions. A row that has ended costs nothing more: its logits are not computed, and
rows are dropped from the batch once enough of them have ended. Every row draws its randomness from its own row of
uniforms, so dropping others never changes it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from grpo.policy import Policy
from grpo.ragged import Ragged

COMPACT_BELOW = 0.75  # share of living rows under which the batch is packed


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
    each = None if isinstance(sampling, Sampling) else [one for one in sampling for _ in range(branches)]
    limit = sampling.max_tokens if isinstance(sampling, Sampling) else max(one.max_tokens for one in sampling)
    total = prompts.rows * branches
    uniforms = generator if isinstance(generator, Tensor) else torch.rand(total, limit, generator=generator)
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
            stopped |= stops.reached(tokens[here, : position + 1], own)
        lengths[here[stopped]] = position + 1
        ended[here[stopped]] = True
        alive[living[stopped]] = False
        if each is not None:
            full = torch.tensor([each[row].max_tokens == position + 1 for row in here.tolist()]) & ~stopped
            lengths[here[full]] = position + 1
            alive[living[full]] = False
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


def choose_each(logits: Tensor, uniforms: Tensor, wanted: Sequence[Sampling]) -> tuple[Tensor, Tensor]:
    """``choose`` with a sampling of its own for every row, and with tokens cut off where it says so."""
    temperatures = torch.tensor([one.temperature for one in wanted])[:, None]
    greedy = temperatures == 0
    scaled = logits.float() / torch.where(greedy, torch.ones_like(temperatures), temperatures)
    every = torch.log_softmax(scaled, dim=-1)
    likely, order = every.exp().sort(dim=-1, descending=True, stable=True)
    before = likely.cumsum(dim=-1) - likely  # mass of the tokens that are more likely
    rank = torch.arange(logits.shape[1])
    most = torch.tensor([one.top_k or logits.shape[1] for one in wanted])[:, None]
    kept = (before < torch.tensor([one.top_p for one in wanted])[:, None]) & (rank < most)
    kept = torch.where(greedy, rank == 0, kept)
    cumulative = (likely * kept).cumsum(dim=-1)
    place = torch.searchsorted(cumulative, (uniforms * cumulative[:, -1])[:, None], right=True)
    place = torch.minimum(place, kept.sum(dim=-1, keepdim=True) - 1)
    chosen = order.gather(1, place)
    return chosen.squeeze(1), every.gather(1, chosen).squeeze(1)


@dataclass(frozen=True)
class Stops:
    """Stop texts, found in the decoded end of a completion: a text may begin in the middle of a token."""

    decode: Callable[[list[int]], str]
    every: tuple[str, ...]

    def reached(self, rows: Tensor, own: Sequence[tuple[str, ...]] | None) -> Tensor:
        """``[A]`` bool: whether the last token of a row ``[A, n]`` completed one of ``every``, or of its ``own``."""
        found = []
        for number, row in enumerate(rows.tolist()):
            texts = self.every if own is None else own[number]
            window = max((len(text.encode()) for text in texts), default=0) + 1  # a token is at least one byte
            found.append(bool(texts) and any(text in self.decode(row[-window:]) for text in texts))
        return torch.tensor(found, dtype=torch.bool)


def cut(text: str, stop: Sequence[str]) -> str:
    """``text`` up to the first of the stop texts in it."""
    return text[: min((place for one in stop if (place := text.find(one)) >= 0), default=len(text))]


def texts(tokens: Sequence[Sequence[int]], ends: Collection[int], decode: object) -> list[str]:
    """Completions as text, end token and surrounding space removed; ``decode`` is a tokenizer."""
    plain = [[token for token in row if token not in ends] for row in tokens]
    return [text.strip() for text in decode.batch_decode(plain, skip_special_tokens=True)]  # type: ignore[attr-defined]
