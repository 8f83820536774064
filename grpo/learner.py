"""One GRPO step in two halves: sampling groups, and updating from them.

The halves meet in plain records (``Rollout``), which are also what is stored. So a step that was recorded can be
applied again from its record, without sampling: that is how a run is brought forward from its last checkpoint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from grpo.advantages import group_relative
from grpo.chance import dice, drawn, generator
from grpo.config import Grpo
from grpo.kl import KlController
from grpo.measures import Completion
from grpo.objective import clipped_surrogate, token_weights
from grpo.optimizer import PolicyOptimizer, Schedule
from grpo.policy import Policy
from grpo.prompt import encode, end_tokens
from grpo.ragged import Ragged
from grpo.records import Rollout
from grpo.rewards import compile_reward
from grpo.samples import Sample
from grpo.swap import Swaps, swapped
from grpo.trajectories import Sampling, generate, split_last, texts


@dataclass(frozen=True)
class Update:
    """Figures of one update."""

    loss: float
    grad_norm: float
    clip_fraction: float
    kl: float | None


class Learner:
    """Policy, reference, optimizer and KL controller of the reinforcement phase."""

    def __init__(
        self,
        policy: Policy,
        reference: Policy | None,
        tokenizer: PreTrainedTokenizerBase,
        samples: Sequence[Sample],
        config: Grpo,
        seed: int,
    ) -> None:
        self.policy, self.reference, self.tokenizer = policy, reference, tokenizer
        self.samples, self.config, self.seed = samples, config, seed
        self.ends = end_tokens(tokenizer)
        self.swaps = Swaps(tokenizer, self.ends)
        self.kl = KlController(config.kl_coefficient, config.kl_target)
        schedule = Schedule(config.learning_rate, config.warmup_steps, config.steps, config.final_rate)
        self.optimizer = PolicyOptimizer(
            policy.module, schedule, config.gradient_clip, config.weight_decay, (0.9, 0.98)
        )

    def ask(self, step: int) -> list[tuple[Sample, list[int], bool]]:
        """The samples of a step with their prompts; in a share ``swap`` of them words are swapped for others."""
        rng = dice(self.seed, "ask", step)
        asked = []
        for index in drawn(self.seed, "ask", len(self.samples), self.config.prompts, step):
            sample = self.samples[index]
            prompt = encode(self.tokenizer, sample.passage, sample.question)
            share, seed = rng.uniform(0.3, 1), rng.getrandbits(64)
            changed = rng.random() < self.config.swap and self.swaps.possible
            asked.append(self.swap(sample, prompt, share, seed) if changed else (sample, prompt, False))
        return asked

    def swap(self, sample: Sample, prompt: list[int], share: float, seed: int) -> tuple[Sample, list[int], bool]:
        """The sample in other words: the same swaps in passage, question and answer."""
        passage = self.tokenizer.encode(sample.passage, add_special_tokens=False)
        gold = self.tokenizer.encode(f" {sample.answer}", add_special_tokens=False)
        question = self.tokenizer.encode(f" {sample.question}", add_special_tokens=False)
        table = self.swaps.table(dice(seed, "swap"), [*passage, *gold], share)
        read = self.tokenizer.decode
        other = Sample(
            sample.sample_id,
            str(read(swapped(passage, table))),
            str(read(swapped(question, table))).strip(),
            str(read(swapped(gold, table))).strip(),
            sample.section,
            sample.reward,
        )
        return other, swapped(prompt, table), True

    def rollouts(self, step: int) -> list[Rollout]:
        """Sample the groups of ``step``, score them and compare them with each other."""
        c = self.config
        asked = self.ask(step)
        sampling = Sampling(c.max_tokens, c.temperature)
        rolled = generate(
            self.policy,
            Ragged.of([prompt for _, prompt, _ in asked]),
            c.completions,
            sampling,
            self.ends,
            generator(self.seed, "sample", step),
        )
        rows = rolled.completions.lists()
        answers, ended = texts(rows, self.ends, self.tokenizer), rolled.ended.tolist()
        scored = []
        for row, text in enumerate(answers):
            sample = asked[row // c.completions][0]
            completion = Completion(text, ended[row], sample.answer, sample.passage, sample.question)
            scored.append(compile_reward(sample.reward).score(completion))
        rewards = torch.tensor([score.total for score in scored]).view(len(asked), c.completions)
        advantages = group_relative(rewards, c.normalise).values.flatten().tolist()
        logprobs = torch.split(rolled.logprobs, rolled.completions.lengths.tolist())
        rollouts = []
        for row, tokens in enumerate(rows):
            sample, prompt, changed = asked[row // c.completions]
            rollouts.append(
                Rollout(
                    group=row // c.completions,
                    sample_id=sample.sample_id,
                    swapped=changed,
                    passage=sample.passage,
                    question=sample.question,
                    answer=sample.answer,
                    prompt=prompt,
                    tokens=tokens,
                    logprobs=logprobs[row].tolist(),
                    text=answers[row],
                    ended=ended[row],
                    reward=scored[row].total,
                    parts=scored[row].parts,
                    advantage=advantages[row],
                )
            )
        return rollouts

    def update(self, rollouts: Sequence[Rollout], step: int) -> Update:
        """Update the policy from recorded groups; groups without spread carry no gradient and are left out."""
        c = self.config
        living = {rollout.group for rollout in rollouts if rollout.advantage != 0}
        used = [rollout for rollout in rollouts if rollout.group in living]
        if not used:
            return Update(0.0, 0.0, 0.0, None)
        prompts = Ragged.of([rollout.prompt for rollout in used[:: c.completions]])
        completions = Ragged.of([rollout.tokens for rollout in used])
        old = torch.tensor([value for rollout in used for value in rollout.logprobs])
        advantages = torch.tensor([r.advantage for r in used]).repeat_interleave(completions.lengths)
        shared, last = split_last(prompts)
        starts = last.repeat_interleave(c.completions)[:, None]
        branches = Ragged(torch.cat((starts, completions.tokens), dim=1), completions.lengths + 1)
        weights = token_weights(completions.lengths, c.aggregation, c.max_tokens)
        reference = self.reference_logprobs(shared, branches, completions.lengths, step)
        result = Update(0.0, 0.0, 0.0, None)
        for _ in range(c.updates):
            logprobs = self.policy.logprobs(shared, branches, completions.lengths, c.temperature)
            loss = clipped_surrogate(
                logprobs, old, advantages, weights, c.clip_low, c.clip_high, reference, self.kl.beta
            )
            norm = self.optimizer.apply(loss.total, "grpo", step)
            result = Update(float(loss.total.detach()), norm, loss.clip_fraction, loss.kl)
        if result.kl is not None:
            self.kl.observe(result.kl, len(used))
        return result

    @torch.no_grad()
    def reference_logprobs(self, shared: Ragged, branches: Ragged, lengths: Tensor, step: int) -> Tensor | None:
        """Log-probabilities under the reference; without a penalty they are only looked at every few steps."""
        wanted = self.kl.beta > 0 or step % self.config.kl_every == 0 or step == 1
        if self.reference is None or not wanted:
            return None
        return self.reference.logprobs(shared, branches, lengths, self.config.temperature)
