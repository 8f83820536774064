"""Episodes of several turns: the model writes, an environment answers, the model goes on; tokens in, tokens out.

An environment never sees or returns text that is tokenised again: what the model reads next is exactly the tokens it
wrote and the tokens it was given. The loss mask tells the two apart, so the model is not trained to write the
environment's lines. Many episodes run side by side, one turn of all of them at a time; what was read and written stays
in the model's cache (``grpo.model.talking``), so a turn costs only what is new in it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Protocol

import torch

from grpo.model.policy import Policy
from grpo.model.talking import Talker
from grpo.ragged import Ragged, split_last
from grpo.samples import Sample
from grpo.sampling.choosing import Sampling
from grpo.sampling.sampling import Sampled
from grpo.sampling.stops import Stops
from grpo.sampling.trajectories import device_of, roll


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
    read: int = 0  # how many of the tokens the model has been given

    @property
    def unread(self) -> list[int]:
        """What the model is given when it goes on; of the prompt only its last token is left."""
        return self.tokens[self.read :] or [self.episode.prompt[-1]]

    def heard(self, row: Sampled, room: int) -> None:
        """Take what the model wrote, and the environment's answer if it fits into ``room`` tokens in all."""
        self.tokens += row.tokens
        self.logprobs += row.logprobs
        self.mask += [1] * len(row.tokens)
        self.ended, self.read = row.ended, len(self.tokens) - 1  # what was written last nobody has read yet
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
    room, talker = turns * sampling.max_tokens, begun(policy, episodes)
    at = device_of(policy)
    for turn in range(turns):
        going = [number for number, talk in enumerate(talks) if not talk.over]
        if not going:
            break
        left = [min(sampling.max_tokens, room - len(talk.tokens)) for talk in talks]
        wanted = [replace(sampling, max_tokens=most) for most in left]
        limit = max(left[number] for number in going)
        uniforms = torch.zeros(len(talks), limit)
        uniforms[going] = torch.rand(len(going), limit, generator=generator)
        chosen = torch.tensor(going, device=at)
        rows = talker.turn(chosen, [talks[number].unread[:-1] for number in going], limit)
        feed = torch.tensor([talks[row].unread[-1] for row in rows.tolist()], device=at)
        rolled = roll(talker, rows, torch.isin(rows, chosen), feed, uniforms, wanted, ends, stops)
        for number in going:
            length = int(rolled.lengths[number])
            tokens, logprobs = rolled.tokens[number, :length].tolist(), rolled.logprobs[number, :length].tolist()
            row = Sampled(tokens, logprobs, bool(rolled.ended[number]))
            talks[number].heard(row, room if turn + 1 < turns else 0)
    return [Sampled(talk.tokens, talk.logprobs, talk.ended, talk.mask) for talk in talks]


def begun(policy: Policy, episodes: Sequence[Episode]) -> Talker:
    """A talker that has read the prompts of ``episodes``; one that several in a row have in common is read once."""
    groups = [(prompt, len(list(group))) for prompt, group in groupby(list(episode.prompt) for episode in episodes)]
    width = groups[0][1] if len({count for _, count in groups}) == 1 else 1
    prompts = [list(episode.prompt) for episode in episodes[::width]]
    return policy.talker(split_last(Ragged.of(prompts))[0], width)
