"""Randomness as a function of (seed, purpose, step): nothing about it needs saving, and any step can be redone."""

from __future__ import annotations

import hashlib
import random
from functools import lru_cache

import torch


def digest(seed: int, purpose: str, step: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}/{purpose}/{step}".encode()).digest()[:8], "big")


def dice(seed: int, purpose: str, step: int = 0) -> random.Random:
    """A ``random.Random`` for one purpose at one step."""
    return random.Random(digest(seed, purpose, step))


def generator(seed: int, purpose: str, step: int = 0) -> torch.Generator:
    """A torch generator for one purpose at one step."""
    return torch.Generator().manual_seed(digest(seed, purpose, step) % 2**63)


def drawn(seed: int, purpose: str, count: int, size: int, step: int) -> list[int]:
    """The ``size`` indices below ``count`` of batch ``step`` (from 1), out of one shuffled pass after another."""
    start = (step - 1) * size
    result: list[int] = []
    for place in range(start, start + size):
        lap, within = divmod(place, count)
        result.append(shuffled(seed, f"{purpose}/order", lap, count)[within])
    return result


@lru_cache(maxsize=8)  # every step of a pass needs it again, and a large dataset takes long to shuffle
def shuffled(seed: int, purpose: str, lap: int, count: int) -> tuple[int, ...]:
    """The indices below ``count`` in the order of one pass."""
    order = list(range(count))
    dice(seed, purpose, lap).shuffle(order)
    return tuple(order)
