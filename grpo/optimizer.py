"""Policy optimizer: AdamW with gradient clipping and a schedule that is a function of the step alone."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from grpo.errors import TrainingDiverged


@dataclass(frozen=True)
class Schedule:
    """Linear rise over ``warmup`` steps, then linear fall to ``final`` times the rate at ``steps``."""

    rate: float
    warmup: int
    steps: int
    final: float

    def at(self, step: int) -> float:
        """Learning rate of step ``step``, counted from 1."""
        if step <= self.warmup:
            return self.rate * step / self.warmup
        left = max(0.0, (self.steps - step) / max(1, self.steps - self.warmup))
        return self.rate * (self.final + (1 - self.final) * left)


class PolicyOptimizer:
    """AdamW (Loshchilov and Hutter, 2019, arXiv:1711.05101) over all parameters of a module."""

    def __init__(
        self, module: nn.Module, schedule: Schedule, clip: float, decay: float, betas: tuple[float, float]
    ) -> None:
        self.module, self.schedule, self.clip = module, schedule, clip
        self.named = {name: p for name, p in module.named_parameters() if p.requires_grad}
        self.adam = torch.optim.AdamW(
            self.named.values(), lr=schedule.rate, betas=betas, weight_decay=decay, fused=True
        )

    def apply(self, loss: Tensor, phase: str, step: int) -> float:
        """One update from ``loss``; returns the gradient norm before clipping.

        Raises:
            TrainingDiverged: loss or gradient is not finite; the parameters are as before.
        """
        for group in self.adam.param_groups:
            group["lr"] = self.schedule.at(step)
        self.adam.zero_grad(set_to_none=True)
        if not math.isfinite(float(loss.detach())):
            raise TrainingDiverged(phase, step, "loss")
        loss.backward()  # type: ignore[no-untyped-call]
        norm = float(nn.utils.clip_grad_norm_(self.named.values(), self.clip))
        if not math.isfinite(norm):
            raise TrainingDiverged(phase, step, "gradient")
        self.adam.step()
        return norm

    def state(self) -> dict[str, Tensor]:
        """Moments and step counts by parameter name, ready for safetensors."""
        tensors: dict[str, Tensor] = {}
        for name, parameter in self.named.items():
            for key, value in self.adam.state.get(parameter, {}).items():
                tensors[f"{name}/{key}"] = torch.as_tensor(value)
        return tensors

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Put back what ``state`` gave."""
        for name, parameter in self.named.items():
            found = {
                key.rsplit("/", 1)[1]: value.clone() for key, value in tensors.items() if key.rsplit("/", 1)[0] == name
            }
            if found:
                self.adam.state[parameter] = found
