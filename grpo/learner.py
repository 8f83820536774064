"""One GRPO step in two halves: sampling groups, and updating from them.

The halves meet in plain records (``Rollout``), which are also what is stored. So a step that was recorded can be
applied again from its record, without sampling: that is how a run is brought forward from its last checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from grpo.batch import Batch
from grpo.collection import Collected, Collector
from grpo.episodes import Environment
from grpo.errors import OutOfMemory
from grpo.head import TokenScores
from grpo.importance import effective_share, truncated_weights
from grpo.kl import KlController
from grpo.loss import part_loss
from grpo.memory import is_out_of_memory
from grpo.optimizer import PolicyOptimizer, Schedule
from grpo.policy import Policy, Scorer
from grpo.records import Rollout
from grpo.samples import Sample
from grpo.sampling import Sampler
from grpo.settings import Grpo

T = TypeVar("T")


@dataclass(frozen=True)
class Update:
    """Figures of one update; ``metrics`` by the names of ``grpo.records.METRICS``."""

    loss: float
    grad_norm: float
    clip_fraction: float
    kl: float | None
    metrics: Mapping[str, float] = field(default_factory=dict)


class Learner:
    """Policy, reference, optimizer and KL controller of the reinforcement phase."""

    def __init__(
        self,
        policy: Policy,
        reference: Scorer | None,
        tokenizer: PreTrainedTokenizerBase,
        samples: Sequence[Sample],
        config: Grpo,
        seed: int,
        sampler: Sampler | None = None,
        environment: Environment | None = None,
    ) -> None:
        self.policy, self.reference, self.config = policy, reference, config
        self.collector = Collector(policy, reference, tokenizer, samples, config, seed, sampler, environment)
        k = config.kl_control
        self.kl = KlController(
            config.kl_coefficient, config.kl_target, k.horizon, k.smoothing, k.error_limit, k.least, k.most
        )
        self.budget = config.token_budget  # tokens per backward pass; shrinks when memory runs out
        schedule = Schedule(config.learning_rate, config.warmup_steps, config.steps, config.final_rate, config.schedule)
        self.optimizer = PolicyOptimizer(
            policy.module, schedule, config.gradient_clip, config.weight_decay, (0.9, 0.98)
        )

    def state(self) -> dict[str, Any]:
        """What a checkpoint needs besides weights and moments."""
        return {"kl": self.kl.state(), "budget": self.budget, "rate_scale": self.optimizer.scale}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Put back what ``state`` gave."""
        self.kl = KlController.restored(state["kl"])
        self.budget, self.optimizer.scale = int(state["budget"]), float(state["rate_scale"])

    def back_off(self) -> None:
        """Smaller steps, and a stronger pull to the reference where there is one."""
        factor = self.config.monitor.back_off
        self.optimizer.scale *= factor
        self.kl.beta /= factor

    def rollouts(self, step: int) -> Collected:
        """Sample the groups of ``step``, score them and compare them with each other."""
        return self.collector.collect(step, self.kl.beta)

    def update(self, rollouts: Sequence[Rollout], step: int) -> Update:
        """Update the policy from recorded groups; groups without spread carry no gradient and are left out.

        Raises:
            TrainingDiverged: loss or gradient is not finite.
            OutOfMemory: not even one completion fits.
        """
        c = self.config
        living = {rollout.group for rollout in rollouts if rollout.advantage != 0}
        used = [rollout for rollout in rollouts if rollout.group in living]
        metrics = {"kl_coefficient": self.kl.beta}
        if not used:
            return Update(0.0, 0.0, 0.0, None, metrics)
        batch = self.prepared(Batch.of(used, c.completions, c), step)
        if batch.importance is not None:
            metrics["importance"] = float((batch.importance * batch.weights).sum() / batch.weights.sum())
            metrics["importance_share"] = effective_share(batch.importance)
        result = Update(0.0, 0.0, 0.0, None)
        for _ in range(c.updates):
            result = self.fitting(batch, step, lambda parts: self.moved(batch, parts, step))
        if result.kl is not None:
            self.kl.observe(result.kl, len(used))
        return replace(result, metrics={**metrics, **result.metrics})

    def prepared(self, batch: Batch, step: int) -> Batch:
        """The batch with what other models say about its tokens."""
        c = self.config
        if c.objective.importance_cap > 0:
            own = self.scored(self.policy, batch, step)
            batch = replace(batch, old=own, importance=truncated_weights(own, batch.old, c.objective.importance_cap))
        # Without a penalty the reference is only looked at every few steps.
        wanted = self.kl.beta > 0 or step % c.kl_every == 0 or step == 1
        if self.reference is not None and wanted:
            batch = replace(batch, reference=self.scored(self.reference, batch, step))
        return batch

    @torch.no_grad()
    def scored(self, policy: Scorer, batch: Batch, step: int) -> Tensor:
        """Log-probabilities ``[M]`` of the batch's tokens under ``policy``."""
        return self.fitting(batch, step, lambda parts: torch.cat([self.scores(policy, p).logprobs for p in parts]))

    def scores(self, policy: Scorer, part: Batch, entropy: bool = False) -> TokenScores:
        shared, branches = part.branches()
        c = self.config
        return policy.scores(shared, branches, part.completions.lengths, c.temperature, entropy, c.logit_chunk)

    def fitting(self, batch: Batch, step: int, work: Callable[[Sequence[Batch]], T]) -> T:
        """``work`` on the batch in parts; where memory runs out, on halves of them, now and from now on."""
        while True:
            parts = batch.parts(self.budget)
            try:
                return work(parts)
            except (RuntimeError, MemoryError) as problem:
                if not is_out_of_memory(problem):
                    raise
            self.optimizer.clear()
            largest = max(part.tokens for part in parts)
            if all(part.completions.rows == 1 for part in parts):
                raise OutOfMemory(f"updating in step {step}", largest)
            self.budget = largest // 2

    def moved(self, batch: Batch, parts: Sequence[Batch], step: int) -> Update:
        """Gradients of all parts, then one move of the optimizer."""
        self.optimizer.clear()
        sums: dict[str, Tensor] = {}
        most = 0.0
        for part in parts:
            scores = self.scores(self.policy, part, self.config.objective.entropy > 0)
            found = part_loss(scores, part, self.config, self.kl.beta)
            self.optimizer.add(found.total, "grpo", step)
            sums = {name: sums[name] + value if sums else value for name, value in found.sums.items()}
            most = max(most, found.ratio_most)
        norm = self.optimizer.update("grpo", step)
        total = batch.weights.sum()
        means = {name: float(value / total) for name, value in sums.items()}
        metrics = {"ratio_most": most, "micro_batches": float(len(parts))}
        metrics |= {name: means[name] for name in ("ratio", "policy_entropy") if name in means}
        return Update(float(sums["loss"]), norm, means["clipped"], means.get("kl"), metrics)
