"""A run that goes on from another one: as that was after a step, under the settings that it has of its own.

The parent's checkpoint is brought forward under the parent's settings; then the fork's settings take over. A learning
rate or KL setting that the fork's configuration has in common with its parent's goes on as it was in that moment,
with the changes that people or the KL controller made to it. So a fork that changes nothing is its parent, bit for bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from grpo.config import Config
from grpo.errors import ForkImpossible
from grpo.learning.learner import Learner
from grpo.training.orders import Change
from grpo.training.reinforcement import learner_on, reinforced, replayed
from grpo.training.run import Run, Task, restored


@dataclass(frozen=True)
class Parent:
    """The other run; its checkpoint and recorded groups are the task's ``resume`` and ``recorded``.

    Attributes:
        config: under which it trained.
        step: the last step that both share.
        changes: of its settings, by the first step under them.
    """

    config: Config
    step: int
    changes: Mapping[int, Sequence[Change]] = field(default_factory=dict)


def forked(task: Task, parent: Parent) -> tuple[Run, Learner]:
    """The run and the learner of ``task`` right after the parent's step.

    Raises:
        ForkImpossible: the parent has other weights than the configuration asks for, or its step is not there.
    """
    for name, own, other in (
        ("model", task.config.model, parent.config.model),
        ("grpo.lora", task.config.grpo.lora, parent.config.grpo.lora),
    ):
        if own != other:
            raise ForkImpossible(f"config.{name}", f"a fork has its parent's weights, and so its {name}")
    known = {step: groups for step, groups in task.recorded.items() if step <= parent.step}
    run, tensors = restored(replace(task, config=parent.config, changes=parent.changes, recorded=known))
    if run.phase != "grpo":
        raise ForkImpossible("parent_step", "the parent had not begun reinforcement")
    learner = reinforced(run, tensors)
    for _ in replayed(run, learner):
        pass
    learner.collector.writing.close()
    if run.step != parent.step:
        raise ForkImpossible("parent_step", f"the parent's steps {run.step + 1} to {parent.step} are not recorded")
    run.task = replace(task, recorded={step: groups for step, groups in task.recorded.items() if step > parent.step})
    if run.before is not None and [item.sample_id for item in run.before] != asked(run.task):
        run.before = None  # other held-out samples: what follows is compared with where the fork began
    return run, taken_over(run, learner, parent.config)


def asked(task: Task) -> list[str]:
    return [sample.sample_id for sample in task.heldout[: task.config.evaluation.items or None]]


def taken_over(run: Run, old: Learner, parent: Config) -> Learner:
    """A learner under the run's settings with the old one's optimizer and, where those agree, its state."""
    own, before = run.task.config.grpo, parent.grpo
    learner = learner_on(run, old.reference)
    learner.optimizer.restore(old.optimizer.state())
    if own.learning_rate == before.learning_rate:
        rate = old.optimizer.schedule.rate
        learner.optimizer.schedule = replace(learner.optimizer.schedule, rate=rate)
    state, fresh = old.state(), learner.state()
    kept = ["average", "seen"]
    kept += ["target"] if own.kl_target == before.kl_target else []
    kept += ["beta"] if own.kl_coefficient == before.kl_coefficient else []
    if own.token_budget != before.token_budget:
        state["budget"] = fresh["budget"]
    learner.restore({**state, "kl": fresh["kl"] | {name: state["kl"][name] for name in kept}})
    run.kl, run.learner = learner.kl.state(), learner.state()
    return learner
