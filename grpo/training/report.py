"""What a step of reinforcement is told as, and what the stability monitor makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from grpo.learning.collection import Collected
from grpo.learning.learner import Learner, Update
from grpo.monitor import Alarm, Signals, observed
from grpo.records import Rollout, StepDone
from grpo.reward.measures import VERIFIED
from grpo.training.run import Run


def watched(run: Run, done: StepDone, update: Update) -> list[Alarm]:
    """Let the stability monitor look at a step."""
    rules = run.task.config.grpo.monitor
    names = {name.strip() for name in rules.verified.split(",") if name.strip()} or set(VERIFIED)
    verified = [value for name, value in done.reward_parts.items() if {name, name.rpartition("/")[2]} & names]
    signals = Signals(
        step=done.step,
        entropy=done.entropy,
        ratio=done.metrics.get("ratio", 1.0),
        grad_norm=done.grad_norm,
        length=done.length,
        reward=done.reward,
        kl=update.kl,
        verified=fmean(verified) if verified else None,
        parts=done.reward_parts,
    )
    run.watch, alarms = observed(run.watch, signals, rules)
    return alarms


def step_record(
    collected: Collected, learner: Learner, step: int, total: int, seconds: float, update: Update
) -> StepDone:
    rollouts = collected.rollouts
    count = len(rollouts)
    paid = [rollout for rollout in rollouts if not rollout.fault]
    tokens = sum(len(rollout.tokens) for rollout in rollouts)
    written = sum(sum(rollout.mask) if rollout.mask else len(rollout.tokens) for rollout in rollouts)
    names = dict.fromkeys(name for rollout in rollouts for name in rollout.parts)
    return StepDone(
        "grpo",
        step,
        total,
        update.loss,
        update.grad_norm,
        learner.optimizer.rate(step),
        seconds,
        reward=sum(rollout.reward for rollout in paid) / max(1, len(paid)),
        reward_parts={name: sum(r.parts.get(name, 0.0) for r in paid) / max(1, len(paid)) for name in names},
        kl=update.kl or 0.0,
        entropy=-sum(sum(rollout.logprobs) for rollout in rollouts) / max(1, written),
        clip_fraction=update.clip_fraction,
        length=tokens / count,
        tokens=tokens,
        dead_groups=dead_groups(rollouts),
        groups=tuple(rollouts),
        metrics={
            **update.metrics,
            **collected.metrics,
            "groups_sampled": float(collected.sampled),
            "groups_refilled": float(collected.refilled),
            "faults": float(count - len(paid)),
            "truncated": sum(not rollout.ended for rollout in rollouts) / count,
        },
    )


def dead_groups(rollouts: Sequence[Rollout]) -> int:
    """Groups that carry no gradient."""
    return len({r.group for r in rollouts} - {r.group for r in rollouts if r.advantage != 0})
