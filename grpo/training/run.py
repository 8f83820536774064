"""A run in progress: how it begins, what of it a checkpoint holds, and how it is restored."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from grpo import monitor, parallel
from grpo.config import Config
from grpo.errors import DatasetUnusable
from grpo.learning.optimizer import PolicyOptimizer, Schedule
from grpo.model.bases import load_base
from grpo.model.checkpoint import BASE, BEST, MODEL, WEIGHTS, disk_full, read_checkpoint, write_checkpoint
from grpo.model.directory import load_model, state_of
from grpo.model.lora import adapter_state
from grpo.model.policy import Policy
from grpo.model.weights import Weights
from grpo.monitor import Watch
from grpo.records import CheckpointDone, CheckpointSkipped, ItemScore, Rollout
from grpo.reward.rewards import compile_reward
from grpo.samples import Sample
from grpo.sampling.episodes import Environment
from grpo.sampling.sampling import Sampler
from grpo.training.orders import Change, Orders, no_orders
from grpo.training.warmstart import small_model

SMALL = "small"
KEPT = 2  # checkpoints on disk


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
        sampler: another engine that samples instead of the policy.
        environment: what answers the model in episodes of several turns.
        orders: is asked before every step for a pause and for changes of settings.
        changes: those that were taken before, by the first step under them; each is taken at exactly that step again.
        epoch: of the claim under which the run is worked on; checkpoints say it.
    """

    train: Sequence[Sample]
    heldout: Sequence[Sample]
    corpus: Sequence[str]
    base_model: str
    config: Config
    directory: Path
    resume: Path | None = None
    recorded: Mapping[int, Sequence[Rollout]] = field(default_factory=dict)
    sampler: Sampler | None = None
    environment: Environment | None = None
    orders: Callable[[], Orders] = no_orders
    changes: Mapping[int, Sequence[Change]] = field(default_factory=dict)
    epoch: int = 0


@dataclass(frozen=True)
class Best:
    """The best evaluation so far: after which step, and its reward."""

    step: int
    reward: float


@dataclass
class Run:
    """State of a run in progress.

    Attributes:
        phase: ``warm_start`` or ``grpo``.
        step: the last one done in this phase.
        losses: last answer losses of the warm start.
        before: greedy answers to the held-out samples before reinforcement.
        base: directory of the model that reinforcement started from, once there is one.
        kl: state of the KL controller.
        flat: steps in a row whose groups were all without spread.
        learner: state of the learner, the KL controller's included.
        watch: state of the stability monitor.
        best: where the best model is kept.
        schedule: of the learning rate in reinforcement, where it comes from a checkpoint.
        stored: phase and step of the last checkpoint.
    """

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
    flat: int = 0
    learner: dict[str, Any] | None = None
    watch: Watch = field(default_factory=Watch)
    best: Best | None = None
    schedule: Schedule | None = None
    stored: tuple[str, int] | None = None


def begun(task: Task) -> Run:
    """A run at its beginning, with everything checked that can be known before computing.

    Raises:
        DatasetUnusable, RewardInvalid, ModelNotFound, ModelRefused, TokenizerMismatch.
    """
    check(task)
    config = task.config
    if task.base_model == SMALL:
        small, built = small_model(task.corpus, config.model, config.seed)
        return Run(task, small, built, "warm_start" if config.warm_start.steps else "grpo")
    policy, tokenizer = load_base(task.base_model)
    return Run(task, policy, tokenizer, "grpo")


def check(task: Task) -> None:
    """Fail early on what can be known before any computing."""
    if not task.train:
        raise DatasetUnusable("dataset.train", "the dataset has no training samples")
    for sample in (*task.train, *task.heldout):
        if not sample.answer.strip():
            raise DatasetUnusable("dataset.answer", f"sample {sample.sample_id} has no answer")
        compile_reward(sample.reward)


def rewarded(samples: Sequence[Sample], reward: str) -> list[Sample]:
    """Samples under one reward specification instead of their own, where one is given."""
    return [replace(sample, reward=reward) for sample in samples] if reward else list(samples)


def restored(task: Task) -> tuple[Run, dict[str, Tensor]]:
    """The run of the checkpoint ``task.resume``, and the state of its optimizer.

    Raises:
        CheckpointCorrupt: the checkpoint is not as it was written.
    """
    assert task.resume is not None
    check(task)
    state, optimizer = read_checkpoint(task.resume)
    policy, tokenizer = load_model(task.resume / MODEL)
    run = Run(task, policy, tokenizer, state["phase"], state["step"], state["losses"])
    run.before = None if state["before"] is None else [ItemScore(**item) for item in state["before"]]
    run.base = task.resume / BASE if state["phase"] == "grpo" else None
    run.kl, run.warm_steps, run.flat = state["kl"], state["warm_steps"], state["flat"]
    run.learner, run.watch = state.get("learner"), monitor.restored(state.get("watch"))
    run.schedule = Schedule(**state["schedule"]) if run.phase == "grpo" and "schedule" in state else None
    run.stored = (run.phase, run.step)
    if best := state.get("best"):
        run.best = Best(**best)
        shutil.rmtree(task.directory / BEST, ignore_errors=True)
        shutil.copytree(task.resume / BEST, task.directory / BEST)
    Weights(task.directory / WEIGHTS).restore(task.resume / WEIGHTS)
    return run, optimizer


def saved(run: Run, optimizer: PolicyOptimizer) -> CheckpointDone | CheckpointSkipped:
    """Write a checkpoint, which the leader does; all but the last ``KEPT`` go. Where the disk is full, none is."""
    kept = ("phase", "step", "losses", "kl", "warm_steps", "flat", "learner")
    state: dict[str, Any] = {name: getattr(run, name) for name in kept}
    state |= {"seed": run.task.config.seed, "watch": run.watch.state(), "epoch": run.task.epoch}
    state["schedule"] = asdict(optimizer.schedule)
    state["best"] = asdict(run.best) if run.best else None
    state["before"] = None if run.before is None else [asdict(item) for item in run.before]
    tensors = optimizer.state() | adapter_state(run.policy.module)
    best = run.task.directory / BEST if run.best else None
    weights = Weights(run.task.directory / WEIGHTS).needed(run.step, run.task.config.grpo.sampler.staleness)
    path = run.task.directory / "checkpoints" / f"{run.phase}-{run.step:06d}"
    size, full = 0, ""
    try:
        if parallel.leads():
            size = write_checkpoint(path, run.policy, run.tokenizer, tensors, state, run.base, best, weights)
        else:
            state_of(run.policy)
    except (OSError, SafetensorError) as problem:
        if not disk_full(problem):
            raise
        full = f"the disk is full: {problem}"
    if full := parallel.told(full):
        return CheckpointSkipped(run.phase, run.step, full)
    run.stored = (run.phase, run.step)
    for stale in sorted(path.parent.glob("[!.]*"), key=lambda entry: entry.stat().st_mtime)[:-KEPT]:
        shutil.rmtree(stale, ignore_errors=True)
    return CheckpointDone(run.phase, run.step, path, size)
