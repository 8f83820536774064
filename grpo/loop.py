"""The training loop, read from top to bottom: warm start, evaluation, GRPO, evaluation.

It is a generator of records: the caller learns of every step, evaluation and checkpoint as it happens, and stops the run
by not asking for the next one.
"""

from __future__ import annotations

import copy
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from transformers import PreTrainedTokenizerBase

from grpo.checkpoint import BASE, MODEL, read_checkpoint, write_checkpoint
from grpo.config import Config
from grpo.directory import load_model, save_model
from grpo.errors import DatasetUnusable, RewardFlat
from grpo.evaluation import answer, evaluate, gain
from grpo.learner import Learner
from grpo.optimizer import PolicyOptimizer
from grpo.policy import Policy
from grpo.prompt import encode
from grpo.records import (
    BaseReady, CheckpointDone, EvaluationDone, Finished, ItemScore, Record, Rollout, StepDone,
)
from grpo.rewards import compile_reward
from grpo.samples import Sample
from grpo.trajectories import Sampling
from grpo.warmstart import WarmUp, small_model

SMALL = "small"
PROBE_EVERY, PROBE_SAMPLES = 5, 64


@dataclass(frozen=True)
class Task:
    """What to train on and where to write.

    Attributes:
        train: samples to train on, at least one.
        heldout: samples of other sections, for evaluation; may be empty.
        corpus: texts that the small model's tokenizer is built from.
        base_model: ``small``, a directory or a hub id.
        directory: where checkpoints and models are written.
        resume: a checkpoint directory to go on from.
        recorded: groups of steps after that checkpoint, by step; they are applied again instead of sampled again.
    """

    train: Sequence[Sample]
    heldout: Sequence[Sample]
    corpus: Sequence[str]
    base_model: str
    config: Config
    directory: Path
    resume: Path | None = None
    recorded: Mapping[int, Sequence[Rollout]] = field(default_factory=dict)


@dataclass
class Run:
    """State of a run in progress."""

    task: Task
    policy: Policy
    tokenizer: PreTrainedTokenizerBase
    phase: str
    step: int = 0
    losses: list[float] = field(default_factory=list)
    before: list[ItemScore] | None = None
    base: Path | None = None
    kl: dict[str, float] | None = None
    warm_steps: int = 0


def train(task: Task) -> Iterator[Record]:
    """Run ``task`` to its end.

    Raises:
        GrpoError: the data, the model, the reward or the optimisation cannot go on; the code says which.
    """
    started = time.monotonic()
    config = task.config
    check(task)
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
        yield saved(run, learner.optimizer, learner)
    yield from reinforce(run, learner)

    after = held_out(run, "after") if task.heldout else None
    if after:
        yield after
    final = task.directory / "final"
    shutil.rmtree(final, ignore_errors=True)
    save_model(run.policy, run.tokenizer, final)
    metrics = {"warm_steps": float(run.warm_steps), "steps": float(run.step), "seconds": time.monotonic() - started}
    if after and run.before:
        mean, low, high = gain(run.before, after.items, config.evaluation.resamples)
        metrics |= {
            "reward_before": sum(item.reward for item in run.before) / len(run.before), "reward_after": after.reward,
            "gain": mean, "gain_low": low, "gain_high": high,
            "heldout_items": float(len(after.items)), "heldout_sections": float(after.sections),
        }
    yield Finished(final, run.step, metrics)


def check(task: Task) -> None:
    """Fail early on what can be known before any computing."""
    if not task.train:
        raise DatasetUnusable("dataset.train", "the dataset has no training samples")
    for sample in (*task.train, *task.heldout):
        if not sample.answer.strip():
            raise DatasetUnusable("dataset.answer", f"sample {sample.sample_id} has no answer")
        compile_reward(sample.reward or task.config.reward)


def begun(task: Task) -> Run:
    config = task.config
    if task.base_model == SMALL:
        policy, tokenizer = small_model(task.corpus, config.model, config.seed)
        return Run(task, policy, tokenizer, "warm_start" if config.warm_start.steps else "grpo")
    return Run(task, *load_model(task.base_model), "grpo")


def restored(task: Task) -> tuple[Run, dict]:  # type: ignore[type-arg]
    assert task.resume is not None
    state, optimizer = read_checkpoint(task.resume)
    policy, tokenizer = load_model(task.resume / MODEL)
    before = None if state["before"] is None else [ItemScore(**item) for item in state["before"]]
    run = Run(
        task, policy, tokenizer, state["phase"], state["step"], state["losses"], before,
        task.resume / BASE if state["phase"] == "grpo" else None, state["kl"], state["warm_steps"],
    )
    return run, optimizer


def warm_up(run: Run, optimizer: dict | None) -> Iterator[Record]:  # type: ignore[type-arg]
    """Exercises until the answer loss is low enough and sampled answers to real questions earn something."""
    task, c = run.task, run.task.config.warm_start
    warm = WarmUp.on(run.policy, run.tokenizer, [s.passage for s in task.train], c, task.config.seed)
    if optimizer is not None:
        warm.optimizer.restore(optimizer)
        warm.losses = run.losses
    for step in range(run.step + 1, c.steps + 1):
        started = time.monotonic()
        loss, norm, tokens = warm.step(step)
        run.step, run.losses = step, warm.losses
        yield StepDone(
            "warm_start", step, c.steps, loss, norm, warm.optimizer.schedule.at(step), time.monotonic() - started,
            tokens=tokens,
        )
        if step % task.config.checkpoint_every == 0:
            yield saved(run, warm.optimizer, None)
        enough = step > c.copy_steps and warm.loss < c.target_loss and step % PROBE_EVERY == 0
        if enough and sampled_reward(run) >= c.minimum_reward:
            return


def sampled_reward(run: Run) -> float:
    """Mean reward of one sampled answer each to some training questions, words unchanged."""
    c = run.task.config
    samples = run.task.train[: PROBE_SAMPLES]
    scores = answer(run.policy, run.tokenizer, samples, Sampling(c.grpo.max_tokens, c.grpo.temperature), seed=c.seed)
    return sum(score.reward for score in scores) / len(scores)


def reinforced(run: Run, optimizer: dict | None) -> Learner:  # type: ignore[type-arg]
    """The learner, brought forward over the recorded steps that follow the checkpoint."""
    task, c = run.task, run.task.config
    fitting = [s for s in task.train if len(encode(run.tokenizer, s.passage, s.question)) <= c.grpo.max_prompt_tokens]
    if not fitting:
        raise DatasetUnusable(
            "grpo.max_prompt_tokens", f"every prompt is longer than {c.grpo.max_prompt_tokens} tokens", "raise the limit"
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
    flat = 0
    for step in range(run.step + 1, c.grpo.steps + 1):
        started = time.monotonic()
        rollouts = learner.rollouts(step)
        update = learner.update(rollouts, step)
        run.step, run.kl = step, learner.kl.state()
        done = step_record(rollouts, learner, step, c.grpo.steps, time.monotonic() - started, update)
        yield done
        flat = flat + 1 if done.dead_groups == c.grpo.prompts else 0
        if flat >= c.grpo.dead_limit:
            raise RewardFlat(flat, done.reward)
        if c.evaluation.every and step % c.evaluation.every == 0 and step < c.grpo.steps and run.task.heldout:
            yield held_out(run, "during")
        if step % c.checkpoint_every == 0 or step == c.grpo.steps:
            yield saved(run, learner.optimizer, learner)


def step_record(
    rollouts: Sequence[Rollout], learner: Learner, step: int, total: int, seconds: float, update: object
) -> StepDone:
    from grpo.learner import Update

    assert isinstance(update, Update)
    count = len(rollouts)
    tokens = sum(len(rollout.tokens) for rollout in rollouts)
    names = dict.fromkeys(name for rollout in rollouts for name in rollout.parts)
    living = {rollout.group for rollout in rollouts if rollout.advantage != 0}
    return StepDone(
        "grpo", step, total, update.loss, update.grad_norm, learner.optimizer.schedule.at(step), seconds,
        reward=sum(rollout.reward for rollout in rollouts) / count,
        reward_parts={name: sum(rollout.parts.get(name, 0.0) for rollout in rollouts) / count for name in names},
        kl=update.kl or 0.0,
        entropy=-sum(sum(rollout.logprobs) for rollout in rollouts) / tokens,
        clip_fraction=update.clip_fraction, length=tokens / count, tokens=tokens,
        dead_groups=len({rollout.group for rollout in rollouts} - living), groups=tuple(rollouts),
    )


def held_out(run: Run, moment: str) -> EvaluationDone:
    c = run.task.config
    samples = run.task.heldout[: c.evaluation.items] if c.evaluation.items else run.task.heldout
    return evaluate(run.policy, run.tokenizer, samples, moment, run.step, c.grpo.max_tokens, c.evaluation.resamples)


def saved(run: Run, optimizer: PolicyOptimizer, learner: Learner | None) -> CheckpointDone:
    """Write a checkpoint of this moment; the one before the previous is removed."""
    state = {
        "phase": run.phase, "step": run.step, "seed": run.task.config.seed, "losses": run.losses,
        "before": None if run.before is None else [asdict(item) for item in run.before],
        "kl": learner.kl.state() if learner else None, "warm_steps": run.warm_steps,
    }
    path = run.task.directory / "checkpoints" / f"{run.phase}-{run.step:06d}"
    size = write_checkpoint(path, run.policy, run.tokenizer, optimizer.state(), state, run.base if learner else None)
    older = sorted(path.parent.glob("[!.]*"), key=lambda entry: entry.stat().st_mtime)
    for stale in older[:-2]:
        shutil.rmtree(stale, ignore_errors=True)
    return CheckpointDone(run.phase, run.step, path, size)
