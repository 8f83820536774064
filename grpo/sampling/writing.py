"""Who writes the completions of a step: the policy, the policy in talks with an environment, or another engine."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from transformers import PreTrainedTokenizerBase

from grpo.chance import digest, generator
from grpo.errors import ConfigInvalid, OutOfMemory
from grpo.model.economy import is_out_of_memory
from grpo.model.policy import Policy
from grpo.prompt import end_tokens
from grpo.sampling.asking import Asked, Asker
from grpo.sampling.choosing import Sampling
from grpo.sampling.episodes import Environment, play
from grpo.sampling.pipeline import Delivery, Pipeline
from grpo.sampling.sampling import Order, Sampled, sampled
from grpo.sampling.stops import Stops
from grpo.settings import Grpo


class Writing:
    """Completions from the policy, or from a pipeline or in episodes where that is given.

    Raises:
        ConfigInvalid: both are given.
    """

    def __init__(
        self,
        policy: Policy,
        tokenizer: PreTrainedTokenizerBase,
        config: Grpo,
        seed: int,
        pipeline: Pipeline | None,
        environment: Environment | None,
    ) -> None:
        if pipeline is not None and environment is not None:
            raise ConfigInvalid("grpo.sampler.kind", "episodes are sampled by the policy itself", "use kind policy")
        self.policy, self.tokenizer, self.config, self.seed = policy, tokenizer, config, seed
        self.pipeline, self.environment, self.ends = pipeline, environment, end_tokens(tokenizer)
        self.deliveries: list[Delivery] = []
        c = config
        self.sampling = Sampling(c.max_tokens, c.temperature, c.top_p, c.top_k, c.stop)
        self.stops = Stops(lambda tokens: str(tokenizer.decode(tokens)), c.stop) if c.stop else None

    def write(
        self, asked: Sequence[Asked], step: int, again: int, first: int = 0
    ) -> tuple[Sequence[Asked], list[Sampled]]:
        """Rows for ``asked``, and that with the prompts that were really read."""
        c, width = self.config, self.config.completions
        chance = generator(self.seed, f"sample/again/{again}" if again else "sample", step)
        if self.environment is not None:
            seed = digest(self.seed, f"environment/{again}", step) + first
            chance = generator(self.seed, f"sample/{again}/from/{first}", step) if first else chance
            episodes = [
                self.environment.start(one.sample, seed + n) for n, one in enumerate(asked) for _ in range(width)
            ]
            asked = [one._replace(prompt=episodes[n * width].prompt) for n, one in enumerate(asked)]
            try:
                return asked, play(self.policy, episodes, self.sampling, c.turns, self.ends, chance, self.stops)
            except (RuntimeError, MemoryError) as problem:
                if not is_out_of_memory(problem):
                    raise
                longest = max(len(one.prompt) for one in asked) + c.turns * c.max_tokens
                raise OutOfMemory(f"episodes of step {step}", longest) from problem
        prompts = [one.prompt for one in asked]
        if self.pipeline is not None:
            self.deliveries.append(self.pipeline.answer(self.order(prompts, step, again)))
            return asked, self.deliveries[-1].rows
        uniforms = torch.rand((first + len(prompts)) * width, c.max_tokens, generator=chance)[first * width :]
        return asked, sampled(self.policy, prompts, uniforms, self.sampling, self.ends, self.stops)

    def order_ahead(self, step: int, asker: Asker) -> None:
        """Publish the weights after the step before, and order what can be sampled with them."""
        self.deliveries = []
        if self.pipeline is not None:
            self.pipeline.publish(step - 1, self.policy, self.tokenizer)
            for later in range(step, min(step + self.pipeline.staleness, self.config.steps) + 1):
                self.pipeline.ask(self.order([one.prompt for one in asker.ask(later)], later, 0))

    def order(self, prompts: Sequence[list[int]], step: int, again: int) -> Order:
        seed = digest(self.seed, f"sample/again/{again}" if again else "sample", step) % 2**63
        return Order(step, again, prompts, self.config.completions, self.sampling, seed)

    def remember(self, step: int) -> None:
        """Publish the weights after ``step`` for steps that will be sampled with them; they are not sampled now."""
        if self.pipeline is not None and self.pipeline.staleness:
            self.pipeline.publish(step, self.policy, self.tokenizer)

    def figures(self) -> dict[str, float]:
        """Figures of what a sampler delivered for a step."""
        if not self.deliveries:
            return {}
        lag = max(delivery.lag for delivery in self.deliveries)
        return {"sampler_lag": float(lag), "sampler_wait": sum(delivery.waited for delivery in self.deliveries)}

    def close(self) -> None:
        """Let go of a sampler; nothing more is collected."""
        if self.pipeline is not None:
            self.pipeline.close()
