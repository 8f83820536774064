"""Low-rank adapters: a weight W stays as it is, and what is learned is a product of two thin matrices beside it.

    W' = W + (alpha / rank) * up @ down        down: [rank, columns], small and random; up: [rows, rank], zero at first

Hu et al., 2021, arXiv:2106.09685. The sum is made where the weight is read, so any network whose modules have a
``weight`` can carry adapters, the shared-prompt one included. With the adapters switched off the policy is the model it
started from: that is the reference, and no second model is held. A model is saved with its adapters merged in.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from grpo.errors import ConfigInvalid
from grpo.model.head import TokenScores
from grpo.model.parallel_model import whole
from grpo.model.policy import Policy, Scorer
from grpo.ragged import Ragged
from grpo.settings import Lora

INSIDE, ORIGINAL = ".parametrizations.weight.", "original"
PREFIX = "lora/"


class LowRank(nn.Module):
    """The adapter of one weight."""

    def __init__(self, weight: Tensor, rank: int, alpha: float, generator: torch.Generator) -> None:
        super().__init__()
        rows, columns = weight.shape
        bound = 1 / math.sqrt(columns)
        drawn = torch.rand(rank, columns, generator=generator) * 2 * bound - bound
        self.down = nn.Parameter(drawn.to(weight.dtype))
        self.up = nn.Parameter(torch.zeros(rows, rank, dtype=weight.dtype))
        self.scale, self.on = alpha / rank, True

    def forward(self, weight: Tensor) -> Tensor:
        return weight + self.scale * (self.up @ self.down) if self.on else weight


def attach(module: nn.Module, settings: Lora, generator: torch.Generator) -> None:
    """Give every module named in ``settings.targets`` an adapter; nothing else is trained from then on.

    Raises:
        ConfigInvalid: no module has such a name, or the rank is larger than a weight.
    """
    wanted = {name.strip() for name in settings.targets.split(",") if name.strip()}
    weights = {
        path: part for path, part in module.named_modules()
        if isinstance(getattr(part, "weight", None), Tensor) and part.weight.dim() == 2
    }  # fmt: skip
    chosen = {path: part for path, part in weights.items() if path.rpartition(".")[2] in wanted}
    if not chosen:
        there = ", ".join(sorted({path.rpartition(".")[2] for path in weights}))
        raise ConfigInvalid("grpo.lora.targets", f"the model has none of {settings.targets}", f"it has {there}")
    for path, part in chosen.items():
        weight = part.weight
        assert isinstance(weight, Tensor)
        if settings.rank > min(weight.shape):
            message = f"{path} has shape {tuple(weight.shape)}, which has no rank {settings.rank}"
            raise ConfigInvalid("grpo.lora.rank", message, f"use at most {min(weight.shape)}")
    for parameter in module.parameters():
        parameter.requires_grad_(False)
    for part in chosen.values():
        assert isinstance(part.weight, Tensor)
        parametrize.register_parametrization(
            part, "weight", LowRank(part.weight, settings.rank, settings.alpha, generator)
        )


def adapters(module: nn.Module) -> dict[str, LowRank]:
    """Adapters by their path."""
    return {path: part for path, part in module.named_modules() if isinstance(part, LowRank)}


def adapter_state(module: nn.Module) -> dict[str, Tensor]:
    """Tensors of all adapters, ready for safetensors; empty where there are none."""
    return {
        f"{PREFIX}{path}/{name}": whole(tensor.detach()).contiguous()
        for path, adapter in adapters(module).items()
        for name, tensor in adapter.named_parameters()
    }


@torch.no_grad()
def restore_adapters(module: nn.Module, tensors: Mapping[str, Tensor]) -> None:
    """Put back what ``adapter_state`` gave."""
    for path, adapter in adapters(module).items():
        for name, parameter in adapter.named_parameters():
            parameter.copy_(tensors[f"{PREFIX}{path}/{name}"])


def merged_state(module: nn.Module) -> dict[str, Tensor]:
    """The state of ``module`` under the names it has without adapters, with their products added in."""
    found = {}
    for name, tensor in module.state_dict().items():
        path, inside, rest = name.partition(INSIDE)
        if not inside:
            found[name] = tensor
        elif rest == ORIGINAL:
            weight = module.get_submodule(path).weight
            assert isinstance(weight, Tensor)
            found[f"{path}.weight"] = weight
    return {name: whole(tensor.detach()).contiguous() for name, tensor in found.items()}


@contextmanager
def switched_off(module: nn.Module) -> Iterator[None]:
    found = adapters(module).values()
    for adapter in found:
        adapter.on = False
    try:
        yield
    finally:
        for adapter in found:
            adapter.on = True


class AdapterOff(Scorer):
    """The policy without its adapters, as a reference."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    def scores(
        self,
        prompts: Ragged,
        branches: Ragged,
        scored: Tensor,
        temperature: float = 1.0,
        entropy: bool = False,
        chunk: int = 0,
    ) -> TokenScores:
        with switched_off(self.policy.module):
            return self.policy.scores(prompts, branches, scored, temperature, entropy, chunk)
