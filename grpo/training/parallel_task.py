"""A task as one of several processes works on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace

from grpo import parallel
from grpo.training.orders import Change, Orders
from grpo.training.run import Task


def shared(task: Task) -> Task:
    """``task`` with orders that all processes take before the same step, and with a directory for this one.

    The leader's is the task's own. The others keep in theirs only what they read again: the model that reinforcement
    began with, and the best one.
    """
    if parallel.size() == 1:
        return task
    own = task.directory if parallel.leads() else task.directory / f"process-{parallel.rank()}"
    return replace(task, directory=own, orders=agreed(task.orders))


def agreed(orders: Callable[[], Orders]) -> Callable[[], Orders]:
    """``orders`` as the leader hears them."""

    def heard() -> Orders:
        told = parallel.told(asdict(orders()) if parallel.leads() else {})
        return Orders(told["pause"], tuple(Change(**one) for one in told["changes"]))

    return heard
