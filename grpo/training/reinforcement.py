"""The reinforcement phase: its learner, its steps, and what watches over them."""

from __future__ import annotations

import copy
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

from torch import Tensor

from grpo.chance import generator
from grpo.errors import RewardFailed, RewardFlat, TrainingUnstable
from grpo.learning.collection import Collected
from grpo.learning.learner import Learner, Update
from grpo.model.checkpoint import WEIGHTS
from grpo.model.directory import load_model
from grpo.model.lora import AdapterOff, attach, restore_adapters
from grpo.model.parallel_model import spread
from grpo.model.policy import Scorer
from grpo.monitor import Alarm
from grpo.records import Changed, Paused, Record, StepDone
from grpo.sampling.pipeline import opened
from grpo.training.heldout import evaluates, held_out, judged
from grpo.training.orders import change
from grpo.training.prompt_lengths import fitting
from grpo.training.report import step_record, watched
from grpo.training.run import Run, rewarded, saved


def reinforced(run: Run, tensors: dict[str, Tensor] | None) -> Learner:
    """The learner at the checkpoint that ``tensors`` come from, or at its beginning."""
    task, c = run.task, run.task.config
    assert run.base is not None
    reference: Scorer
    if c.grpo.lora.rank:
        if tensors is not None:
            run.policy = load_model(run.base)[0]  # the checkpoint's own model has the adapters merged in
        attach(run.policy.module, c.grpo.lora, generator(c.seed, "lora"))
        if tensors is not None:
            restore_adapters(run.policy.module, tensors)
        run.policy = spread(run.policy, c.grpo)
        reference = AdapterOff(run.policy)
    else:
        reference = spread(load_model(run.base)[0] if task.resume else copy.deepcopy(run.policy), c.grpo)
        run.policy = spread(run.policy, c.grpo)
    learner = learner_on(run, reference)
    if tensors is not None:
        learner.optimizer.restore(tensors)
    if run.schedule is not None:
        learner.optimizer.schedule = replace(learner.optimizer.schedule, rate=run.schedule.rate)
    if run.learner is not None:
        learner.restore(run.learner)
    elif run.kl is not None:
        learner.kl = learner.kl.restored(run.kl)
    return learner


def learner_on(run: Run, reference: Scorer | None) -> Learner:
    """A learner at its beginning, on the samples whose prompts fit."""
    task, c = run.task, run.task.config
    samples = fitting(rewarded(task.train, c.reward), run.tokenizer, c.grpo.max_prompt_tokens)
    weights = task.directory / WEIGHTS
    pipeline = opened(c.grpo.sampler, task.sampler, weights, c.threads, keep=task.resume is not None)
    return Learner(run.policy, reference, run.tokenizer, samples, c.grpo, c.seed, pipeline, task.environment)


def settle(run: Run, learner: Learner, step: int) -> None:
    """Put the settings in force that changed before ``step``."""
    for taken in run.task.changes.get(step, ()):
        change(learner, taken.values)


def replayed(run: Run, learner: Learner) -> Iterator[Record]:
    """Bring the learner forward over the recorded steps that follow the checkpoint; only evaluations are told."""
    recorded = run.task.recorded
    while run.step + 1 in recorded:
        step = run.step + 1
        rollouts = list(recorded[step])
        settle(run, learner, step)
        learner.collector.writing.remember(run.step)
        record(run, learner, Collected(rollouts, 0, 0), step, 0.0, learner.update(rollouts, step))
        if run.task.config.evaluation.keep_best and evaluates(run, step):
            yield judged(run, held_out(run, "during"))


def reinforce(run: Run, learner: Learner) -> Generator[Record, None, bool]:
    """GRPO: sample groups, compare completions within their group, move the policy.

    Returns:
        Whether it was paused before its end.

    Raises:
        RewardFlat, RewardFailed: no spread in any group for too many steps; or no group whose reward did not fail.
        TrainingUnstable: a rule of the stability monitor says stop.
    """
    c = run.task.config
    taken = {known.revision for changes in run.task.changes.values() for known in changes}
    for step in range(run.step + 1, c.grpo.steps + 1):
        orders = run.task.orders()
        if orders.pause:
            if run.stored != (run.phase, run.step):
                yield saved(run, learner.optimizer)
            yield Paused(run.phase, run.step)
            return True
        settle(run, learner, step)
        for fresh in orders.changes:
            if fresh.revision not in taken:
                taken.add(fresh.revision)
                yield Changed(fresh.revision, run.phase, step, fresh.values)
                change(learner, fresh.values)
        started = time.monotonic()
        collected = learner.rollouts(step)
        update = learner.update(collected.rollouts, step)
        done = record(run, learner, collected, step, time.monotonic() - started, update)
        yield done
        if run.flat >= c.grpo.dead_limit:
            faults = [rollout.fault for rollout in collected.rollouts if rollout.fault]
            if faults:
                raise RewardFailed(len(faults), len(done.groups), faults[0])
            raise RewardFlat(run.flat, done.reward)
        stopping(done.alarms, step)
        if evaluates(run, step):
            evaluation = judged(run, held_out(run, "during"))
            yield evaluation
            stopping(evaluation.alarms, step)
        if step % c.checkpoint_every == 0 or step == c.grpo.steps:
            yield saved(run, learner.optimizer)
    return False


def stopping(alarms: Sequence[Alarm], step: int) -> None:
    """Raises:
    TrainingUnstable: one of ``alarms`` says stop.
    """
    for alarm in alarms:
        if alarm.action == "stop":
            raise TrainingUnstable(alarm.rule, step, alarm.message)


def record(run: Run, learner: Learner, collected: Collected, step: int, seconds: float, update: Update) -> StepDone:
    """What a step is told as; the run's state moves on to it, and the monitor looks at it."""
    c = run.task.config
    done = step_record(collected, learner, step, c.grpo.steps, seconds, update)
    run.step, run.flat = step, run.flat + 1 if done.dead_groups == c.grpo.prompts else 0
    alarms = watched(run, done, update)
    for alarm in alarms:
        if alarm.action == "back_off":
            learner.back_off()
    run.kl, run.learner = learner.kl.state(), learner.state()
    return replace(done, alarms=tuple(alarms), metrics={**done.metrics, "back_offs": float(run.watch.back_offs)})
