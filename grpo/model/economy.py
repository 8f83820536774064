"""How memory is saved, and how running out of it looks: each allocator has its own words for that."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch

from grpo.errors import ConfigInvalid
from grpo.model.network import Llama
from grpo.model.policy import Policy
from grpo.settings import Grpo

WORDS = ("out of memory", "not enough memory", "can't allocate memory", "cannot allocate memory")


def is_out_of_memory(problem: BaseException) -> bool:
    """Whether ``problem`` says that memory ran out, on any device."""
    if isinstance(problem, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(problem, RuntimeError) and any(words in str(problem).lower() for words in WORDS)


def economise(policy: Policy, c: Grpo) -> None:
    """Let ``policy`` compute where and in what the settings want, and again where they want that.

    Raises:
        ConfigInvalid: there is no such device, or its layers cannot be computed again.
    """
    if c.device == "cuda":
        if not torch.cuda.is_available():
            raise ConfigInvalid("grpo.device", "torch sees no CUDA device here", "use cpu, or a trainer that has one")
        policy.module.to(torch.device("cuda", torch.cuda.current_device()))
    if isinstance(policy.module, Llama):
        policy.module.dtype = torch.bfloat16 if c.precision == "bfloat16" else None
        policy.module.recompute = c.recompute
    elif c.recompute:
        remedy = "use token_budget, or a plain Llama-class base"
        raise ConfigInvalid("grpo.recompute", "the layers of this base fill a cache, so they cannot run twice", remedy)


def lowered(policy: Policy, c: Grpo) -> AbstractContextManager[object]:
    """Where a model of ``transformers`` computes in the precision that the settings want."""
    if c.precision == "float32" or isinstance(policy.module, Llama):
        return nullcontext()
    return torch.autocast(next(policy.module.parameters()).device.type, dtype=torch.bfloat16)
