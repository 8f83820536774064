"""How much of a batch fits into one pass: parts of it, and smaller ones where memory runs out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from grpo import parallel
from grpo.errors import OutOfMemory, TrainingDiverged
from grpo.learning.batch import Batch
from grpo.model.economy import is_out_of_memory

T = TypeVar("T")


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
            if self.level and isinstance(problem, TrainingDiverged):
                raise problem
            if self.level and problem is not None:
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
