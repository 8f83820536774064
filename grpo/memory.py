"""How running out of memory looks: each allocator has its own words for it."""

from __future__ import annotations

import torch

WORDS = ("out of memory", "not enough memory", "can't allocate memory", "cannot allocate memory")


def is_out_of_memory(problem: BaseException) -> bool:
    """Whether ``problem`` says that memory ran out, on any device."""
    if isinstance(problem, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(problem, RuntimeError) and any(words in str(problem).lower() for words in WORDS)
