"""The processes of one run: which of them am I, what do the others say, and which share of the work is mine.

``torchrun`` starts them and tells each its rank. All of them run the same loop on the same inputs and come to the same
decisions, because whatever a decision is made of is exchanged first: groups as text, figures as sums. Only the first
one, which leads, is listened to. Without ``torchrun`` there is one process, and everything here gives back what it got.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar, cast

import torch
import torch.distributed as dist
from torch import Tensor

from grpo.errors import GrpoError

T = TypeVar("T")
PATIENCE = timedelta(minutes=30)  # for the slowest: the others wait while it samples or writes a checkpoint
BUCKET = 1 << 23  # numbers of gradients that are added up in one message


def start() -> None:
    """Join the processes that ``torchrun`` started; nothing where it did not."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1 or dist.is_initialized():
        return
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    dist.init_process_group("cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo", timeout=PATIENCE)


def end() -> None:
    """Leave the others, at the end of all work."""
    if size() > 1:
        dist.destroy_process_group()


def size() -> int:
    """How many processes work on the run."""
    return dist.get_world_size() if dist.is_initialized() else 1


def rank() -> int:
    """Which of them this is, from 0."""
    return dist.get_rank() if dist.is_initialized() else 0


def leads() -> bool:
    """Whether this is the process that writes and tells."""
    return rank() == 0


def share(sizes: Sequence[int]) -> slice:
    """The part of a list that is this process's: neighbours whose ``sizes`` add up to about as much as anyone's."""
    ends = [0]
    total, filled = sum(sizes), 0
    for place, one in enumerate(sizes):
        while len(ends) < size() and filled + one / 2 > len(ends) * total / size():
            ends.append(place)
        filled += one
    ends += [len(sizes)] * (size() + 1 - len(ends))
    return slice(ends[rank()], ends[rank() + 1])


def said(value: T) -> list[T]:
    """``value`` of every process, in the order of their ranks; it must be what JSON can carry."""
    if size() == 1:
        return [value]
    text = torch.frombuffer(bytearray(json.dumps(value).encode()), dtype=torch.uint8)
    lengths = [torch.zeros(1, dtype=torch.long) for _ in range(size())]
    dist.all_gather(lengths, torch.tensor([len(text)]))
    longest = int(torch.stack(lengths).max())
    texts = [torch.empty(longest, dtype=torch.uint8) for _ in range(size())]
    dist.all_gather(texts, torch.cat((text, text.new_zeros(longest - len(text)))))
    return [json.loads(bytes(one[: int(length)].tolist())) for one, length in zip(texts, lengths, strict=True)]


def told(value: T) -> T:
    """``value`` of the process that leads."""
    return said(value if leads() else None)[0]  # type: ignore[return-value]  # the first one is the leader's


def together(work: Callable[[], list[Any]]) -> list[Any]:
    """What ``work`` gives in all processes, one after another; where it fails in one, it fails in all.

    Raises:
        GrpoError: what ``work`` raised here, or what it raised elsewhere by its code and words.
    """
    problem: GrpoError | None = None
    mine: list[Any] = []
    try:
        mine = work()
    except GrpoError as found:
        problem = found
    fault = None if problem is None else [problem.code, problem.message, problem.field, problem.remedy]
    answers = said({"fault": fault, "rows": mine})
    if problem is not None:
        raise problem
    for answer in answers:
        if answer["fault"] is not None:
            code, message, field, remedy = cast(list[Any], answer["fault"])
            raise GrpoError(code, message, field=field, remedy=remedy)
    return [row for answer in answers for row in cast(list[Any], answer["rows"])]


def joined(values: Tensor) -> Tensor:
    """The numbers ``[M]`` of every process, one after another."""
    return torch.tensor([one for part in said(values.tolist()) for one in part]) if size() > 1 else values


def most(values: Sequence[float]) -> list[float]:
    """The largest that any process gives, for each of ``values``."""
    return reduced(values, dist.ReduceOp.MAX)


def summed(values: Sequence[float]) -> list[float]:
    """The sum over all processes, for each of ``values``."""
    return reduced(values, dist.ReduceOp.SUM)


def reduced(values: Sequence[float], how: Any) -> list[float]:
    if size() == 1:
        return list(values)
    tensor = torch.tensor(values, dtype=torch.float64)
    dist.all_reduce(tensor, how)
    return cast(list[float], tensor.tolist())


@torch.no_grad()
def add_gradients(parameters: Sequence[Tensor]) -> None:
    """Sum the gradients of ``parameters``, which every process holds whole, over all of them.

    In messages of some megabytes, so that no second copy of all gradients exists.
    """
    bucket: list[Tensor] = []
    for place, parameter in enumerate(parameters):
        if parameter.grad is None:
            parameter.grad = torch.zeros_like(parameter)
        bucket.append(parameter.grad)
        if sum(one.numel() for one in bucket) < BUCKET and place + 1 < len(parameters):
            continue
        flat = torch.cat([one.flatten() for one in bucket])
        dist.all_reduce(flat)
        start = 0
        for one in bucket:
            one.copy_(flat[start : start + one.numel()].view_as(one))
            start += one.numel()
        bucket = []
