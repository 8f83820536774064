"""Held-out samples during a run: when they are asked, what their answers say, and which model is the result."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace

from grpo.model.checkpoint import BEST
from grpo.model.directory import load_model, save_model
from grpo.model.economy import economise
from grpo.monitor import heldout_alarm
from grpo.records import EvaluationDone
from grpo.sampling.choosing import Sampling
from grpo.training.evaluation import evaluate, gain, passes
from grpo.training.run import Best, Run, rewarded


def evaluates(run: Run, step: int) -> bool:
    """Whether there is an evaluation after ``step``; the one at the end has its own place."""
    c = run.task.config
    return bool(c.evaluation.every and step % c.evaluation.every == 0 and step < c.grpo.steps and run.task.heldout)


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
    economise(run.policy, run.task.config.grpo)
    yield replace(held_out(run, "after"), best=True)
