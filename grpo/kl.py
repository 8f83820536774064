"""Adaptive KL controller: keeps the distance to the reference near a target by moving the penalty.

    error = clip(kl / target - 1, -0.2, 0.2)
    beta  = beta * (1 + error * samples / horizon)

Proportional controller in log space of Ziegler et al. (2019, arXiv:1909.08593), section 2.2. A target of 0 keeps beta
as it is.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass
class KlController:
    """State of the controller; all of it goes into a checkpoint."""

    beta: float = 0.0
    target: float = 0.0
    horizon: float = 10_000.0

    def observe(self, kl: float, samples: int) -> None:
        """Move ``beta`` after a step with ``samples`` completions whose mean token KL was ``kl`` nats."""
        if self.target <= 0:
            return
        error = min(max(kl / self.target - 1, -0.2), 0.2)
        self.beta *= 1 + error * samples / self.horizon

    def state(self) -> dict[str, float]:
        return asdict(self)

    @classmethod
    def restored(cls, state: dict[str, float]) -> KlController:
        return cls(**{name: float(value) for name, value in state.items()})
