"""Policy optimizer: AdamW with gradient clipping and a schedule that is a function of the step alone.

    m = b1 * m + (1 - b1) * g            v = b2 * v + (1 - b2) * g^2
    p = p * (1 - rate * decay) - rate * (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + 1e-8)

Loshchilov and Hutter, 2019, arXiv:1711.05101. Written out, because importing ``torch.optim`` and taking its first step
costs more than two seconds of CPU and 130 MB, a good part of a demo run; a test holds it to ``torch.optim.AdamW``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from grpo.errors import TrainingDiverged
from grpo.model.parallel_model import fill, local, whole


@dataclass(frozen=True)
class Schedule:
    """Linear rise over ``warmup`` steps, then by ``kind``, with x from 0 after the rise to 1 at ``steps``:

    linear        rate * (final + (1 - final) * (1 - x))
    cosine        rate * (final + (1 - final) * (1 + cos(pi * x)) / 2)     Loshchilov and Hutter, 2017, arXiv:1608.03983
    constant      rate
    inverse_sqrt  rate * sqrt(max(1, warmup) / step)                      Vaswani et al., 2017, arXiv:1706.03762
    """

    rate: float
    warmup: int
    steps: int
    final: float
    kind: str = "linear"

    def at(self, step: int) -> float:
        """Learning rate of step ``step``, counted from 1."""
        if step <= self.warmup:
            return self.rate * step / self.warmup
        left = max(0.0, (self.steps - step) / max(1, self.steps - self.warmup))
        match self.kind:
            case "constant":
                return self.rate
            case "inverse_sqrt":
                return self.rate * math.sqrt(max(1, self.warmup) / step)
            case "cosine":
                left = (1 + math.cos(math.pi * (1 - left))) / 2
        return self.rate * (self.final + (1 - self.final) * left)


class PolicyOptimizer:
    """AdamW over all trainable parameters of a module."""

    def __init__(
        self, module: nn.Module, schedule: Schedule, clip: float, decay: float, betas: tuple[float, float]
    ) -> None:
        self.schedule, self.clip, self.decay, self.betas = schedule, clip, decay, betas
        self.named = {name: p for name, p in module.named_parameters() if p.requires_grad}
        self.first = [torch.zeros_like(p) for p in self.named.values()]
        self.second = [torch.zeros_like(p) for p in self.named.values()]
        self.updates = 0
        self.scale = 1.0  # of the learning rate, lowered by the stability monitor

    def apply(self, loss: Tensor, phase: str, step: int) -> float:
        """One update from ``loss``; returns the gradient norm before clipping.

        Raises:
            TrainingDiverged: loss or gradient is not finite; the parameters are as before.
        """
        self.clear()
        self.add(loss, phase, step)
        return self.update(phase, step)

    def clear(self) -> None:
        """Forget gradients that were added."""
        for parameter in self.named.values():
            parameter.grad = None

    def add(self, loss: Tensor, phase: str, step: int) -> None:
        """Add the gradient of ``loss``, which may be one part of a sum.

        Raises:
            TrainingDiverged: it is not finite.
        """
        if not math.isfinite(float(loss.detach())):
            raise TrainingDiverged(phase, step, "loss")
        loss.backward()  # type: ignore[no-untyped-call]

    def update(self, phase: str, step: int) -> float:
        """Move the parameters by the gradients that were added; returns their norm before clipping.

        Raises:
            TrainingDiverged: it is not finite; the parameters are as before.
        """
        parameters = list(self.named.values())
        norm = float(whole(nn.utils.clip_grad_norm_(parameters, self.clip)))
        if not math.isfinite(norm):
            raise TrainingDiverged(phase, step, "gradient")
        self.move(parameters, self.rate(step))
        return norm

    def rate(self, step: int) -> float:
        """Learning rate of ``step``."""
        return self.schedule.at(step) * self.scale

    @torch.no_grad()
    def move(self, parameters: list[nn.Parameter], rate: float) -> None:
        """The formula above, for parameters that have gradients."""
        self.updates += 1
        b1, b2 = self.betas
        correction = math.sqrt(1 - b2**self.updates)
        for held in zip(parameters, self.first, self.second, strict=True):
            if held[0].grad is None:
                continue
            parameter, first, second, gradient = (local(tensor) for tensor in (*held, held[0].grad))
            first.lerp_(gradient, 1 - b1)
            second.mul_(b2).addcmul_(gradient, gradient, value=1 - b2)
            size = second.sqrt().div_(correction).add_(1e-8)
            parameter.mul_(1 - rate * self.decay).addcdiv_(first, size, value=-rate / (1 - b1**self.updates))

    def state(self) -> dict[str, Tensor]:
        """Moments by parameter name and the count of updates, ready for safetensors."""
        tensors = {"updates": torch.tensor(self.updates)}
        for name, first, second in zip(self.named, self.first, self.second, strict=True):
            tensors[f"{name}/first"], tensors[f"{name}/second"] = whole(first), whole(second)
        return tensors

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Put back what ``state`` gave."""
        self.updates = int(tensors["updates"])
        for name, first, second in zip(self.named, self.first, self.second, strict=True):
            fill(first, tensors[f"{name}/first"])
            fill(second, tensors[f"{name}/second"])
