"""KL controller: keeps the distance to the reference near a target by moving the penalty.

    average = smoothing * average + (1 - smoothing) * kl        from the first step on, without bias towards 0
    error   = clip(average / target - 1, -limit, limit)
    beta    = clip(beta * (1 + error * samples / horizon), least, most)

Proportional controller in log space of Ziegler et al. (2019, arXiv:1909.08593), section 2.2, whose error limit is 0.2
and which does not smooth. ``horizon`` is the number of completions over which an error of 1 would change beta by its
own size: with 128 completions a step, a horizon of 10,000 and the limit 0.2, beta doubles in about 270 steps. A target
of 0 keeps beta fixed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass
class KlController:
    """State of the controller; all of it goes into a checkpoint."""

    beta: float = 0.0
    target: float = 0.0
    horizon: float = 10_000.0
    smoothing: float = 0.0
    limit: float = 0.2
    least: float = 0.0
    most: float = 0.0
    average: float = 0.0
    seen: float = 0.0

    def observe(self, kl: float, samples: int) -> None:
        """Move ``beta`` after a step with ``samples`` completions whose mean token KL was ``kl`` nats."""
        if self.target <= 0:
            return
        self.average = self.smoothing * self.average + (1 - self.smoothing) * kl
        self.seen += 1
        level = kl if self.smoothing == 0 else self.average / (1 - self.smoothing**self.seen)
        error = min(max(level / self.target - 1, -self.limit), self.limit)
        self.beta *= 1 + error * samples / self.horizon
        self.beta = max(self.beta, self.least)
        if self.most > 0:
            self.beta = min(self.beta, self.most)

    def state(self) -> dict[str, float]:
        return asdict(self)

    @classmethod
    def restored(cls, state: dict[str, float]) -> KlController:
        return cls(**{name: float(value) for name, value in state.items()})
