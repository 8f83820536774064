"""One GRPO step in two halves: sampling groups, and updating from them.

The halves meet in plain records (``Rollout``), which are also what is stored. So a step that was recorded can be
applied again from its record, without sampling: that is how a run is brought forward from its last checkpoint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from grpo import parallel
from grpo.learning.batch import Batch
from grpo.learning.collection import Collected, Collector
from grpo.learning.importance import effective_share, truncated_weights
from grpo.learning.kl import KlController
from grpo.learning.loss import part_loss
from grpo.learning.optimizer import PolicyOptimizer, Schedule
from grpo.learning.parallel_collection import SharedCollector
from grpo.learning.room import Room
from grpo.model.economy import lowered
from grpo.model.head import TokenScores
from grpo.model.parallel_model import Spread
from grpo.model.policy import Policy, Scorer
from grpo.records import Rollout
from grpo.samples import Sample
from grpo.sampling.episodes import Environment
from grpo.sampling.pipeline import Pipeline
from grpo.settings import Grpo


@dataclass(frozen=True)
class Update:
    """Figures of one update; ``metrics`` by the names of ``grpo.figures.METRICS``."""

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
        pipeline: Pipeline | None = None,
        environment: Environment | None = None,
    ) -> None:
        self.policy, self.reference, self.config = policy, reference, config
        self.device = next(policy.module.parameters()).device
        self.room = Room(config.token_budget, level=isinstance(policy, Spread))
        collector = SharedCollector if parallel.size() > 1 else Collector
        self.collector = collector(policy, reference, tokenizer, samples, config, seed, pipeline, environment)
        k = config.kl_control
        self.kl = KlController(
            config.kl_coefficient, config.kl_target, k.horizon, k.smoothing, k.error_limit, k.least, k.most
        )
        schedule = Schedule(config.learning_rate, config.warmup_steps, config.steps, config.final_rate, config.schedule)
        self.optimizer = PolicyOptimizer(
            policy.module, schedule, config.gradient_clip, config.weight_decay, (0.9, 0.98)
        )

    def state(self) -> dict[str, Any]:
        """What a checkpoint needs besides weights and moments."""
        return {"kl": self.kl.state(), "budget": self.room.budget, "rate_scale": self.optimizer.scale}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Put back what ``state`` gave."""
        self.kl = KlController.restored(state["kl"])
        self.room.budget, self.optimizer.scale = int(state["budget"]), float(state["rate_scale"])

    def back_off(self) -> None:
        """Smaller steps, and a stronger pull to the reference where there is one."""
        factor = self.config.monitor.back_off
        self.optimizer.scale *= factor
        self.kl.beta /= factor

    def rollouts(self, step: int) -> Collected:
        """Sample the groups of ``step``, score them and compare them with each other."""
        with lowered(self.policy, self.config):
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
        whole = Batch.of(used, c.completions, c)
        batch = self.prepared(self.own(whole), step)
        if batch.importance is not None:
            importance = parallel.joined(batch.importance if bool(batch.weights.any()) else batch.importance[:0])
            metrics["importance"] = float((importance * whole.weights).sum() / whole.weights.sum())
            metrics["importance_share"] = effective_share(importance)
        result = Update(0.0, 0.0, 0.0, None)
        for _ in range(c.updates):
            result = self.moved(batch, whole.weights.sum(), step)
        if result.kl is not None:
            self.kl.observe(result.kl, len(used))
        return replace(result, metrics={**metrics, **result.metrics})

    def own(self, batch: Batch) -> Batch:
        """This process's share of the groups; where there are too few of them, a completion that counts nothing."""
        if parallel.size() == 1:
            return batch
        chosen = parallel.share(batch.sizes())
        return batch.groups(chosen) if chosen.start < chosen.stop else batch.idle()

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

        def work(parts: Sequence[Batch]) -> Tensor:
            return torch.cat([self.scores(policy, part).logprobs.cpu() for part in parts])

        return self.room.fit(batch, step, work)[: batch.old.shape[0]]

    def scores(self, policy: Scorer, part: Batch, entropy: bool = False) -> TokenScores:
        shared, branches = part.branches()
        c = self.config
        with lowered(self.policy, c):
            return policy.scores(shared, branches, part.completions.lengths, c.temperature, entropy, c.logit_chunk)

    def moved(self, batch: Batch, total: Tensor, step: int) -> Update:
        """Gradients of all parts in all processes, then one move of the optimizer; ``total`` is all tokens' weight."""
        sums, most, parts = self.room.fit(batch, step, lambda parts: self.gradients(parts, step))
        if parallel.size() > 1:
            sums = dict(zip(sums, parallel.summed([float(value) for value in sums.values()]), strict=True))
            most, parts = parallel.most([most, parts])
            if not self.room.level:
                parallel.add_gradients(list(self.optimizer.named.values()))
        norm = self.optimizer.update("grpo", step)
        means = {name: float(value / total) for name, value in sums.items()}
        metrics = {"ratio_most": most, "micro_batches": float(parts)}
        metrics |= {name: means[name] for name in ("ratio", "policy_entropy") if name in means}
        return Update(float(sums["loss"]), norm, means["clipped"], means.get("kl"), metrics)

    def gradients(self, parts: Sequence[Batch], step: int) -> tuple[dict[str, Tensor | float], float, float]:
        """Add up the gradients of ``parts``: sums over tokens by name, the largest ratio, how many parts."""
        self.optimizer.clear()
        sums: dict[str, Tensor | float] = {}
        most = 0.0
        for part in parts:
            part = part.to(self.device)
            scores = self.scores(self.policy, part, self.config.objective.entropy > 0)
            found = part_loss(scores, part, self.config, self.kl.beta)
            self.optimizer.add(found.total, "grpo", step)
            sums = {name: sums[name] + value if sums else value for name, value in found.sums.items()}
            most = max(most, found.ratio_most)
        return sums, most, float(len(parts))
