"""The reinforcement phase: steps, what watches over them, evaluations, and which model is the result."""

from __future__ import annotations

import copy
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from torch import Tensor

from grpo.chance import generator
from grpo.checkpoint import BEST
from grpo.collection import Collected
from grpo.directory import load_model, save_model
from grpo.errors import DatasetUnusable, RewardFailed, RewardFlat, TrainingUnstable
from grpo.evaluation import evaluate, gain, passes
from grpo.learner import Learner, Update
from grpo.lora import AdapterOff, attach, restore_adapters
from grpo.monitor import Alarm, heldout_alarm
from grpo.policy import Scorer
from grpo.prompt import encode
from grpo.records import EvaluationDone, Record, StepDone
from grpo.report import step_record, watched
from grpo.run import Best, Run, rewarded, saved
from grpo.trajectories import Sampling


def reinforced(run: Run, tensors: dict[str, Tensor] | None) -> Learner:
    """The learner at the checkpoint that ``tensors`` come from, or at its beginning."""
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
    reference: Scorer
    if c.grpo.lora.rank:
        if tensors is not None:
            run.policy = load_model(run.base)[0]  # the checkpoint's own model has the adapters merged in
        attach(run.policy.module, c.grpo.lora, generator(c.seed, "lora"))
        if tensors is not None:
            restore_adapters(run.policy.module, tensors)
        reference = AdapterOff(run.policy)
    else:
        reference = load_model(run.base)[0] if task.resume else copy.deepcopy(run.policy)
    learner = Learner(run.policy, reference, run.tokenizer, fitting, c.grpo, c.seed, task.sampler, task.environment)
    if tensors is not None:
        learner.optimizer.restore(tensors)
    if run.learner is not None:
        learner.restore(run.learner)
    elif run.kl is not None:
        learner.kl = learner.kl.restored(run.kl)
    return learner


def replayed(run: Run, learner: Learner) -> Iterator[Record]:
    """Bring the learner forward over the recorded steps that follow the checkpoint; only evaluations are told."""
    recorded = run.task.recorded
    while run.step + 1 in recorded:
        step = run.step + 1
        rollouts = list(recorded[step])
        record(run, learner, Collected(rollouts, 0, 0), step, 0.0, learner.update(rollouts, step))
        if run.task.config.evaluation.keep_best and evaluates(run, step):
            yield judged(run, held_out(run, "during"))


def reinforce(run: Run, learner: Learner) -> Iterator[Record]:
    """GRPO: sample groups, compare completions within their group, move the policy.

    Raises:
        RewardFlat, RewardFailed: no spread in any group for too many steps; or no group whose reward did not fail.
        TrainingUnstable: a rule of the stability monitor says stop.
    """
    c = run.task.config
    for step in range(run.step + 1, c.grpo.steps + 1):
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


def stopping(alarms: Sequence[Alarm], step: int) -> None:
    """Raises:
    TrainingUnstable: one of ``alarms`` says stop.
    """
    for alarm in alarms:
        if alarm.action == "stop":
            raise TrainingUnstable(alarm.rule, step, alarm.message)


def evaluates(run: Run, step: int) -> bool:
    """Whether there is an evaluation after ``step``; the one at the end has its own place."""
    c = run.task.config
    return bool(c.evaluation.every and step % c.evaluation.every == 0 and step < c.grpo.steps and run.task.heldout)


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


def held_out(run: Run, moment: str) -> EvaluationDone:
    """The held-out samples asked now, and compared with what was answered before reinforcement."""
    c, e = run.task.config, run.task.config.evaluation
    samples = rewarded(run.task.heldout, c.reward)[: e.items or None]
    done = evaluate(run.policy, run.tokenizer, samples, moment, run.step, c.grpo.max_tokens, e.resamples, c.grpo.stop)
    if e.samples:
        sampling = Sampling(c.grpo.max_tokens, e.temperature, stop=c.grpo.stop)
        done = replace(done, pass_at=passes(run.policy, run.tokenizer, samples, sampling, e, c.seed))
    if not run.before:
        return done
    mean, low, high = gain(run.before, done.items, e.resamples)
    alarms = heldout_alarm(run.watch, mean, high, c.grpo.monitor)
    return replace(done, gain=mean, gain_low=low, gain_high=high, alarms=tuple(alarms))


def judged(run: Run, done: EvaluationDone) -> EvaluationDone:
    """Keep the model if its evaluation is the best so far, where that is wanted."""
    if not run.task.config.evaluation.keep_best or (run.best and done.reward <= run.best.reward):
        return done
    run.best = Best(run.step, done.reward)
    path = run.task.directory / BEST
    shutil.rmtree(path, ignore_errors=True)
    save_model(run.policy, run.tokenizer, path)
    return replace(done, best=True)


def concluded(run: Run) -> Iterator[EvaluationDone]:
    """The last evaluation; where an earlier model was better, that one becomes the run's policy and is asked again."""
    if not run.task.config.evaluation.keep_best:
        yield held_out(run, "after")
        return
    last = judged(run, held_out(run, "after"))
    if last.best:
        yield last
        return
    assert run.best is not None
    yield replace(last, moment="during")
    run.policy, run.step = load_model(run.task.directory / BEST)[0], run.best.step
    yield replace(held_out(run, "after"), best=True)
