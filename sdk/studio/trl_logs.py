"""The log rows of transformers and TRL 1.16 in the names of the studio: pure, so that recorded rows test it.

https://huggingface.co/docs/trl/grpo_trainer#logged-metrics has TRL's own words for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FIELDS = {
    "loss": "loss",
    "reward": "reward",
    "kl": "kl",
    "entropy": "entropy",
    "clip_ratio/region_mean": "clip_fraction",
    "cispo_clip_ratio": "clip_fraction",
    "grad_norm": "grad_norm",
    "learning_rate": "learning_rate",
    "completions/mean_length": "length",
    "step_time": "seconds",
}
"""TRL's name to the field of a step."""
END = "train_runtime"  # only the row after the last step has it
DEFINITIONS = {
    "loss": "objective of the optimizer, mean over the batch",
    "reward": "mean over completions of the weighted sum of all reward functions",
    "reward_std": "standard deviation of the rewards",
    "kl": "k3 estimate of the KL divergence from the reference, nats per token; only where beta is not 0",
    "entropy": "mean entropy of the policy over completion tokens, nats",
    "clip_fraction": "share of tokens (of sequences with a sequence ratio) whose ratio was clipped, on either side",
    "grad_norm": "norm of the gradient before clipping",
    "learning_rate": "rate of the step",
    "length": "mean tokens of a completion",
    "tokens": "tokens of prompts and completions that this step added",
    "dead_share": "share of groups whose rewards have no spread",
    "truncated": "share of completions that hit the token limit",
    "clip_low": "share of tokens clipped at the lower bound",
    "clip_high": "share of tokens clipped at the upper bound",
    "epoch": "passes over the training data",
}
NAMES = {
    "frac_reward_zero_std": "dead_share",
    "completions/clipped_ratio": "truncated",
    "clip_ratio/low_mean": "clip_low",
    "clip_ratio/high_mean": "clip_high",
}
"""Names that the studio says otherwise; all others stay."""


@dataclass
class Rows:
    """Follows the rows of one trainer. TRL counts tokens from the beginning, the studio by step."""

    tokens: float = 0.0
    final: dict[str, Any] = field(default_factory=dict)

    def step(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """What a row says about its step; empty for the row after the last step, which is kept as `final`."""
        if END in row:
            self.final = {name: value for name, value in row.items() if isinstance(value, int | float)}
            return {}
        found: dict[str, Any] = {}
        parts: dict[str, Any] = {}
        for name, value in row.items():
            if name == "num_tokens":
                if isinstance(value, int | float):
                    found["tokens"] = max(0.0, value - self.tokens)
                    self.tokens = max(self.tokens, value)
            elif name.startswith("rewards/") and name.endswith("/mean"):
                parts[name.removeprefix("rewards/").removesuffix("/mean")] = value
            elif name.startswith("eval_"):
                found[f"eval/{name.removeprefix('eval_')}"] = value
            elif name in FIELDS:
                found[FIELDS[name]] = value
            else:
                found[NAMES.get(name, name)] = value
        return {**found, "reward_parts": parts} if parts else found
