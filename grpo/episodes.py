"""Episodes of several turns: the model writes, an environment answers, the model goes on; tokens in, tokens out.

An environment never sees or returns text that is tokenised again: what the model reads next is exactly the tokens it
wrote and the tokens it was given. The loss mask tells the two apart, so the model is not trained to write the
environment's lines. Many episodes run side by side, one turn of all of them at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import torch

from grpo.policy import Policy
from grpo.ragged import Ragged
from grpo.samples import Sample
from grpo.sampling import Sampled, rows_of
from grpo.stops import Stops
from grpo.trajectories import Sampling, generate


@dataclass(frozen=True)
class Turn:
    """An environment's answer: the tokens that the model reads next, and whether the episode is over."""

    tokens: Sequence[int] = ()
    done: bool = False


class Episode(Protocol):
    """One talk in progress."""

    @property
    def prompt(self) -> list[int]:
        """Token ids that the model reads first, at least 2; equal for all episodes of one sample."""
        ...

    def respond(self, tokens: Sequence[int]) -> Turn:
        """Answer what the model just wrote, its end token included."""
        ...


class Environment(Protocol):
    """Starts episodes. What an episode earns is the reward's business: it measures the model's last words."""

    def start(self, sample: Sample, seed: int) -> Episode: ...


@dataclass
class Talk:
    """What has been said in one episode after its prompt."""

    episode: Episode
    tokens: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    mask: list[int] = field(default_factory=list)
    ended: bool = False
    over: bool = False

    def heard(self, row: Sampled, room: int) -> None:
        """Take what the model wrote, and the environment's answer if it fits into ``room`` tokens in all."""
        self.tokens += row.tokens
        self.logprobs += row.logprobs
        self.mask += [1] * len(row.tokens)
        self.ended = row.ended
        if not row.ended:
            self.over = True  # cut off in the middle of a turn: nobody could answer that
            return
        turn = self.episode.respond(row.tokens)
        self.over = turn.done or len(self.tokens) + len(turn.tokens) >= room
        if not self.over:
            self.tokens += turn.tokens
            self.logprobs += [0.0] * len(turn.tokens)
            self.mask += [0] * len(turn.tokens)


@torch.no_grad()
def play(
    policy: Policy,
    episodes: Sequence[Episode],
    sampling: Sampling,
    turns: int,
    ends: Collection[int],
    generator: torch.Generator,
    stops: Stops | None = None,
) -> list[Sampled]:
    """Play ``episodes`` to their ends.

    Args:
        sampling: of every turn; ``max_tokens`` is that of one turn, an episode has at most ``turns`` times as many.
        turns: most turns of the model.

    Returns:
        A row per episode; where the last turns ran out the row ends with what the model wrote last.
    """
    talks = [Talk(episode) for episode in episodes]
    room = turns * sampling.max_tokens
    for turn in range(turns):
        going = [talk for talk in talks if not talk.over]
        if not going:
            break
        prompts = Ragged.of([[*talk.episode.prompt, *talk.tokens] for talk in going])
        left = [min(sampling.max_tokens, room - len(talk.tokens)) for talk in going]
        wanted = [Sampling(most, sampling.temperature, sampling.top_p, sampling.top_k, sampling.stop) for most in left]
        rolled = generate(policy, prompts, 1, wanted, ends, generator, stops)
        for talk, row in zip(going, rows_of(rolled), strict=True):
            talk.heard(row, room if turn + 1 < turns else 0)
    return [Sampled(talk.tokens, talk.logprobs, talk.ended, talk.mask) for talk in talks]
