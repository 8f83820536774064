"""The training loop, read from top to bottom: warm start, evaluation, GRPO, evaluation.

It is a generator of records: the caller learns of every step, evaluation and checkpoint as it happens, and stops the
run by not asking for the next one.
"""

from __future__ import annotations

import copy
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from torch import Tensor

from grpo.directory import load_model, save_model
from grpo.errors import DatasetUnusable, RewardFlat
from grpo.evaluation import answer, evaluate, gain
from grpo.learner import Learner, Update
from grpo.prompt import encode
from grpo.records import BaseReady, EvaluationDone, Finished, Record, Rollout, StepDone
from grpo.run import Run, Task, begun, restored, rewarded, saved
from grpo.trajectories import Sampling
from grpo.warmstart import WarmUp, mean_loss

PROBE_EVERY, PROBE_SAMPLES = 5, 64


def train(task: Task) -> Iterator[Record]:
    """Run ``task`` to its end.

    Raises:
        GrpoError: the data, the model, the reward or the optimisation cannot go on; the code says which.
    """
    started = time.monotonic()
    run, optimizer = restored(task) if task.resume else (begun(task), None)

    if run.phase == "warm_start":
        yield from warm_up(run, optimizer)
        optimizer = None
        run.phase, run.warm_steps, run.step = "grpo", run.step, 0
    if run.base is None:
        run.base = task.directory / "base"
        shutil.rmtree(run.base, ignore_errors=True)
        save_model(run.policy, run.tokenizer, run.base)
    yield BaseReady(run.base)

    if run.before is None and task.heldout:
        before = held_out(run, "before")
        run.before = list(before.items)
        yield before
    learner = reinforced(run, optimizer)
    if run.step == 0:
        yield saved(run, learner.optimizer)
    yield from reinforce(run, learner)

    after = held_out(run, "after") if task.heldout else None
    if after:
        yield after
    final = task.directory / "final"
    shutil.rmtree(final, ignore_errors=True)
    save_model(run.policy, run.tokenizer, final)
    metrics = {"warm_steps": float(run.warm_steps), "steps": float(run.step), "seconds": time.monotonic() - started}
    if after and run.before:
        metrics |= {
            "reward_before": sum(item.reward for item in run.before) / len(run.before),
            "reward_after": after.reward,
            "gain": after.gain,
            "gain_low": after.gain_low,
            "gain_high": after.gain_high,
            "heldout_items": float(len(after.items)),
            "heldout_sections": float(after.sections),
        }
    yield Finished(final, run.step, metrics)


def warm_up(run: Run, optimizer: dict[str, Tensor] | None) -> Iterator[Record]:
    """Exercises until the answer loss is low enough and sampled answers to real questions earn something."""
    task, c = run.task, run.task.config.warm_start
    warm = WarmUp.on(run.policy, run.tokenizer, [s.passage for s in task.train], c, task.config.seed)
    if optimizer is not None:
        warm.optimizer.restore(optimizer)
        warm.losses = run.losses
    while run.step < c.steps and not warm_enough(run):
        started = time.monotonic()
        step = run.step + 1
        loss, norm, tokens = warm.step(step)
        run.step, run.losses = step, warm.losses
        rate, seconds = warm.optimizer.schedule.at(step), time.monotonic() - started
        yield StepDone("warm_start", step, c.steps, loss, norm, rate, seconds, tokens=tokens)
        if step % task.config.checkpoint_every == 0:
            yield saved(run, warm.optimizer)


def warm_enough(run: Run) -> bool:
    """Whether exercises and, looked at every few steps, sampled answers to real questions are good enough."""
    c = run.task.config.warm_start
    if run.step <= c.copy_steps or run.step % PROBE_EVERY or mean_loss(run.losses) >= c.target_loss:
        return False
    return sampled_reward(run) >= c.minimum_reward


def sampled_reward(run: Run) -> float:
    """Mean reward of one sampled answer each to some training questions, words unchanged."""
    c = run.task.config
    samples = rewarded(run.task.train[:PROBE_SAMPLES], c.reward)
    scores = answer(run.policy, run.tokenizer, samples, Sampling(c.grpo.max_tokens, c.grpo.temperature), seed=c.seed)
    return sum(score.reward for score in scores) / len(scores)


def reinforced(run: Run, optimizer: dict[str, Tensor] | None) -> Learner:
    """The learner, brought forward over the recorded steps that follow the checkpoint."""
    task, c = run.task, run.task.config
    fitting = [
        sample
        for sample in rewarded(task.train, c.reward)
        if len(encode(run.tokenizer, sample.passage, sample.question)) <= c.grpo.max_prompt_tokens
    ]
    if not fitting:
        raise DatasetUnusable(
            "config.grpo.max_prompt_tokens", f"no prompt is shorter than {c.grpo.max_prompt_tokens} tokens", "raise it"
        )
    assert run.base is not None
    reference = load_model(run.base)[0] if task.resume else copy.deepcopy(run.policy)
    learner = Learner(run.policy, reference, run.tokenizer, fitting, c.grpo, c.seed)
    if optimizer is not None:
        learner.optimizer.restore(optimizer)
    if run.kl is not None:
        learner.kl = learner.kl.restored(run.kl)
    while run.phase == "grpo" and run.step + 1 in task.recorded:
        run.step += 1
        learner.update(task.recorded[run.step], run.step)
    return learner


def reinforce(run: Run, learner: Learner) -> Iterator[Record]:
    """GRPO: sample groups, compare completions within their group, move the policy."""
    c = run.task.config
    for step in range(run.step + 1, c.grpo.steps + 1):
        started = time.monotonic()
        rollouts = learner.rollouts(step)
        update = learner.update(rollouts, step)
        run.step, run.kl = step, learner.kl.state()
        done = step_record(rollouts, learner, step, c.grpo.steps, time.monotonic() - started, update)
        yield done
        run.flat = run.flat + 1 if done.dead_groups == c.grpo.prompts else 0
        if run.flat >= c.grpo.dead_limit:
            raise RewardFlat(run.flat, done.reward)
        if c.evaluation.every and step % c.evaluation.every == 0 and step < c.grpo.steps and run.task.heldout:
            yield held_out(run, "during")
        if step % c.checkpoint_every == 0 or step == c.grpo.steps:
            yield saved(run, learner.optimizer)


def step_record(
    rollouts: Sequence[Rollout], learner: Learner, step: int, total: int, seconds: float, update: Update
) -> StepDone:
    count = len(rollouts)
    tokens = sum(len(rollout.tokens) for rollout in rollouts)
    names = dict.fromkeys(name for rollout in rollouts for name in rollout.parts)
    living = {rollout.group for rollout in rollouts if rollout.advantage != 0}
    return StepDone(
        "grpo",
        step,
        total,
        update.loss,
        update.grad_norm,
        learner.optimizer.schedule.at(step),
        seconds,
        reward=sum(rollout.reward for rollout in rollouts) / count,
        reward_parts={name: sum(rollout.parts.get(name, 0.0) for rollout in rollouts) / count for name in names},
        kl=update.kl or 0.0,
        entropy=-sum(sum(rollout.logprobs) for rollout in rollouts) / tokens,
        clip_fraction=update.clip_fraction,
        length=tokens / count,
        tokens=tokens,
        dead_groups=len({rollout.group for rollout in rollouts} - living),
        groups=tuple(rollouts),
    )


def held_out(run: Run, moment: str) -> EvaluationDone:
    c = run.task.config
    samples = rewarded(run.task.heldout, c.reward)[: c.evaluation.items or None]
    done = evaluate(run.policy, run.tokenizer, samples, moment, run.step, c.grpo.max_tokens, c.evaluation.resamples)
    if not run.before:
        return done
    mean, low, high = gain(run.before, done.items, c.evaluation.resamples)
    return replace(done, gain=mean, gain_low=low, gain_high=high)
