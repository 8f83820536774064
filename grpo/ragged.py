"""Token sequences of different lengths in one right-padded tensor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Ragged:
    """``tokens`` ``[N, L]`` int64, right-padded with 0; ``lengths`` ``[N]`` int64, ``1 <= lengths <= L``."""

    tokens: Tensor
    lengths: Tensor

    @classmethod
    def of(cls, sequences: Sequence[Sequence[int]]) -> Ragged:
        """Pad ``sequences`` (each of at least one token) to the longest of them."""
        lengths = torch.tensor([len(sequence) for sequence in sequences], dtype=torch.long)
        tokens = torch.zeros(len(sequences), int(lengths.max()), dtype=torch.long)
        for row, sequence in enumerate(sequences):
            tokens[row, : len(sequence)] = torch.as_tensor(sequence, dtype=torch.long)
        return cls(tokens, lengths)

    @property
    def rows(self) -> int:
        return int(self.tokens.shape[0])

    def mask(self) -> Tensor:
        """``[N, L]`` bool, true where there is a token."""
        return torch.arange(self.tokens.shape[1], device=self.tokens.device) < self.lengths[:, None]

    def select(self, rows: Tensor) -> Ragged:
        """The given rows, cut to the longest of them."""
        lengths = self.lengths[rows]
        return Ragged(self.tokens[rows, : int(lengths.max())], lengths)

    def to(self, device: torch.device) -> Ragged:
        return Ragged(self.tokens.to(device), self.lengths.to(device))

    def lists(self) -> list[list[int]]:
        """The sequences without padding."""
        return [row[:length] for row, length in zip(self.tokens.tolist(), self.lengths.tolist(), strict=True)]


def split_last(prompts: Ragged) -> tuple[Ragged, Tensor]:
    """Prompts without their last tokens, and those tokens ``[P]``."""
    lengths = prompts.lengths - 1
    last = prompts.tokens.gather(1, lengths[:, None]).squeeze(1)
    return Ragged(prompts.tokens[:, : int(lengths.max())], lengths), last
