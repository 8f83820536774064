"""The training loop, read from top to bottom: warm start, evaluation, GRPO, evaluation.

It is a generator of records: the caller learns of every step, evaluation and checkpoint as it happens, and stops the
run by not asking for the next one.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Generator, Iterator

from torch import Tensor

from grpo.model.directory import save_model
from grpo.model.economy import economise
from grpo.records import BaseReady, Finished, Paused, Record, StepDone
from grpo.sampling.choosing import Sampling
from grpo.training.evaluation import answer
from grpo.training.fork import Parent, forked
from grpo.training.heldout import concluded, held_out, judged
from grpo.training.prompt_lengths import left_out
from grpo.training.reinforcement import reinforce, reinforced, replayed
from grpo.training.run import Run, Task, begun, restored, rewarded, saved
from grpo.training.warmstart import WarmUp, mean_loss

PROBE_EVERY, PROBE_SAMPLES = 5, 64


def train(task: Task, parent: Parent | None = None) -> Iterator[Record]:
    """Run ``task`` to its end, from its beginning, its checkpoint, or a step of another run.

    Raises:
        GrpoError: the data, the model, the reward or the optimisation cannot go on; the code says which.
    """
    started = time.monotonic()
    learner = optimizer = None
    if parent:
        run, learner = forked(task, parent)
    elif task.resume:
        run, optimizer = restored(task)
    else:
        run = begun(task)
    long = left_out(task.train, run.tokenizer, task.config.grpo.max_prompt_tokens)
    if long and not task.resume:
        yield long

    if run.phase == "warm_start":
        if (yield from warm_up(run, optimizer)):
            return
        optimizer = None
        run.phase, run.warm_steps, run.step = "grpo", run.step, 0
    if run.base is None:
        run.base = task.directory / "base"
        shutil.rmtree(run.base, ignore_errors=True)
        save_model(run.policy, run.tokenizer, run.base)
    yield BaseReady(run.base)

    economise(run.policy, task.config.grpo)
    if run.before is None and task.heldout:
        before = judged(run, held_out(run, "before"))
        run.before = list(before.items)
        yield before
    if learner is None:
        learner = reinforced(run, optimizer)
    else:
        yield saved(run, learner.optimizer)
    yield from replayed(run, learner)
    if run.step == 0 and run.stored != (run.phase, 0):
        yield saved(run, learner.optimizer)
    try:
        paused = yield from reinforce(run, learner)
    finally:
        learner.collector.writing.close()
    if paused:
        return

    after = None
    for after in concluded(run) if task.heldout else ():
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
        metrics |= {f"pass_at_{k}": mean for k, (mean, _, _) in after.pass_at.items()}
    yield Finished(final, run.step, metrics)


def warm_up(run: Run, optimizer: dict[str, Tensor] | None) -> Generator[Record, None, bool]:
    """Exercises until the answer loss is low enough and sampled answers to real questions earn something.

    Returns:
        Whether it was paused before its end.
    """
    task, c = run.task, run.task.config.warm_start
    warm = WarmUp.on(run.policy, run.tokenizer, [s.passage for s in task.train], c, task.config.seed)
    if optimizer is not None:
        warm.optimizer.restore(optimizer)
        warm.losses = run.losses
    while run.step < c.steps and not warm_enough(run):
        if task.orders().pause:
            if run.stored != (run.phase, run.step):
                yield saved(run, warm.optimizer)
            yield Paused(run.phase, run.step)
            return True
        started = time.monotonic()
        step = run.step + 1
        loss, norm, tokens = warm.step(step)
        run.step, run.losses = step, warm.losses
        rate, seconds = warm.optimizer.schedule.at(step), time.monotonic() - started
        yield StepDone("warm_start", step, c.steps, loss, norm, rate, seconds, tokens=tokens)
        if step % task.config.checkpoint_every == 0:
            yield saved(run, warm.optimizer)
    return False


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
