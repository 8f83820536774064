"""How memory is saved, and how running out of it looks: each allocator has its own words for that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

import torch

from grpo import parallel
from grpo.batch import Batch
from grpo.errors import ConfigInvalid, OutOfMemory, TrainingDiverged
from grpo.network import Llama
from grpo.policy import Policy
from grpo.settings import Grpo

T = TypeVar("T")
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


class Room:
    """How much fits into one pass.

    Attributes:
        budget: most tokens of a pass, 0 for no bound; it shrinks where memory runs out.
        level: whether all processes make as many passes, because they gather weights in every one.
    """

    def __init__(self, budget: int, level: bool = False) -> None:
        self.budget, self.level = budget, level

    def parts(self, batch: Batch) -> list[Batch]:
        """The batch in parts of at most ``budget`` tokens, with some that count nothing where others have more."""
        parts = batch.parts(self.budget)
        wanted = int(parallel.most([len(parts)])[0]) if self.level else len(parts)
        return parts + [parts[-1].idle()] * (wanted - len(parts))

    def fit(self, batch: Batch, step: int, work: Callable[[Sequence[Batch]], T]) -> T:
        """``work`` on the batch in parts; where memory runs out, on halves of them, now and from now on.

        What goes wrong in one process goes wrong in all of them. Only where they gather weights that cannot be: those
        that go on would wait for the one that stopped, so there it ends the run.

        Raises:
            OutOfMemory: a single completion does not fit.
            TrainingDiverged: the loss is not finite.
        """
        while True:
            parts, problem = self.parts(batch), None
            largest = max(part.tokens for part in parts)
            try:
                found = work(parts)
            except (RuntimeError, MemoryError, TrainingDiverged) as error:
                if not isinstance(error, TrainingDiverged) and not is_out_of_memory(error):
                    raise
                problem = error
            if problem is not None and self.level:
                raise OutOfMemory(f"updating in step {step}", largest) from problem
            diverged, out = isinstance(problem, TrainingDiverged), problem is not None
            stuck = out and all(part.completions.rows == 1 for part in parts)
            any_diverged, any_out, any_stuck, most = parallel.most([diverged, out, stuck, largest])
            if any_diverged:
                raise TrainingDiverged("grpo", step, "loss")
            if any_stuck:
                raise OutOfMemory(f"updating in step {step}", int(most))
            if not any_out:
                return found
            self.budget = int(most) // 2
