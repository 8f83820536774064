"""What a run does when it is told to pause or to change, where the disk is full, and as a fork of another run."""

import errno
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from grpo.config import read_config
from grpo.errors import ForkImpossible
from grpo.model import checkpoint
from grpo.model.checkpoint import read_checkpoint
from grpo.records import (
    Changed,
    CheckpointDone,
    CheckpointSkipped,
    EvaluationDone,
    Finished,
    Paused,
    Record,
    StepDone,
)
from grpo.training.fork import Parent
from grpo.training.loop import train
from grpo.training.orders import Change, Orders
from grpo.training.run import Task
from tests.rooms.test_grpo_loop import CONFIG as SILENT
from tests.rooms.test_grpo_loop import only, weights
from tests.rooms.test_grpo_loop import task as any_task
from tests.small_corpus import HELDOUT

# A reward that an untrained model earns now and then: without it every step would leave the weights as they are.
EASY = {"objectives": [{"name": "length", "least": 1, "most": 3}]}
CONFIG = json.dumps({**json.loads(SILENT), "reward": EASY})
FASTER = Change(1, {"learning_rate": 2e-3, "kl_target": 0.02})
PULLED = Change(2, {"kl_coefficient": 0.3})
CHANGES = {2: (FASTER,), 4: (PULLED,)}


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(tensor, other[name]) for name, tensor in one.items())


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> list[Record]:
    """A run that was told two changes while it trained."""
    return list(train(replace(task(tmp_path_factory.mktemp("changed")), orders=told({2: FASTER, 4: PULLED}))))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> list[Record]:
    return list(train(task(tmp_path_factory.mktemp("plain"))))


def task(directory: Path, config: str = CONFIG) -> Task:
    return any_task(directory, config)


class told:
    """Orders that come before certain steps of reinforcement; the warm start of these runs has seven."""

    def __init__(self, changes: dict[int, Change]) -> None:
        self.changes, self.asked = changes, -7

    def __call__(self) -> Orders:
        self.asked += 1
        return Orders(changes=(self.changes[self.asked],) if self.asked in self.changes else ())


def paused(wanted: Task, phase: str, step: int) -> list[Record]:
    """The records of a run that is asked to pause after a step."""
    now = [False]
    found = []
    for record in train(replace(wanted, orders=lambda: Orders(pause=now[0]))):
        found.append(record)
        now[0] = now[0] or (isinstance(record, StepDone) and (record.phase, record.step) == (phase, step))
        now[0] = now[0] or (phase == "" and isinstance(record, EvaluationDone))
    return found


def groups(records: Iterable[Record]) -> dict[int, Sequence[Any]]:
    return {s.step: s.groups for s in records if isinstance(s, StepDone) and s.phase == "grpo"}


@pytest.mark.parametrize(("phase", "step"), [("warm_start", 4), ("", 0), ("grpo", 3), ("grpo", 4)])
def test_a_paused_run_goes_on_as_if_nothing_had_happened(
    plain: list[Record], tmp_path: Path, phase: str, step: int
) -> None:
    first = paused(task(tmp_path / "first"), phase, step)
    saved = only(first, CheckpointDone)[-1]
    assert first[-1] == Paused(phase or "grpo", step)
    assert (saved.phase, saved.step) == (phase or "grpo", step)
    paths = [c.path for c in only(first, CheckpointDone)]
    assert len(set(paths)) == len(paths), "one was written twice"
    second = list(train(replace(task(tmp_path / "second"), resume=saved.path)))
    assert same(weights(second), weights(plain))
    told = [(s.phase, s.step) for s in only([*first, *second], StepDone)]
    assert told == [(s.phase, s.step) for s in only(plain, StepDone)]


def test_changes_are_told_before_their_step_and_alter_it(plain: list[Record], changed: list[Record]) -> None:
    assert only(changed, Changed) == [Changed(1, "grpo", 2, FASTER.values), Changed(2, "grpo", 4, PULLED.values)]
    following = changed[changed.index(only(changed, Changed)[0]) + 1]
    assert isinstance(following, StepDone) and following.step == 2
    before, after = only(plain, StepDone)[-5:], only(changed, StepDone)[-5:]
    factors = [b.learning_rate / a.learning_rate for a, b in zip(before, after, strict=True)]
    assert factors == pytest.approx([1, 4, 4, 4, 4])
    assert [s.metrics["kl_coefficient"] for s in after][3] == 0.3
    assert not same(weights(plain), weights(changed))
    assert all(s.dead_groups < 4 and s.grad_norm > 0 for s in [*before, *after])


@pytest.mark.parametrize(("last", "recorded"), [(0, 0), (0, 3), (3, 3), (3, 4)])
def test_whoever_takes_over_makes_the_same_changes_at_the_same_steps(
    changed: list[Record], tmp_path: Path, last: int, recorded: int
) -> None:
    found: list[Record] = []
    for record in train(replace(task(tmp_path / "first"), orders=told({2: FASTER, 4: PULLED}))):
        found.append(record)
        if isinstance(record, CheckpointDone) and (record.phase, record.step) == ("grpo", last):
            break
    known = {step: rows for step, rows in groups(changed).items() if last < step <= recorded}
    second = replace(task(tmp_path / "second"), resume=only(found, CheckpointDone)[-1].path, recorded=known)
    records = list(train(replace(second, changes=CHANGES)))
    assert not only(records, Changed), "what was said is not said again"
    assert same(weights(records), weights(changed))


def test_a_checkpoint_says_who_wrote_it_and_under_which_schedule(tmp_path: Path) -> None:
    first = paused(replace(task(tmp_path), epoch=7), "grpo", 1)
    state, _ = read_checkpoint(only(first, CheckpointDone)[-1].path)
    assert (state["epoch"], state["seed"], state["schedule"]["rate"]) == (7, 0, 5e-4)


@pytest.mark.parametrize(
    "problem",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        SafetensorError("I/O error: No space left on device (os error 28)"),
    ],
)
def test_a_full_disk_costs_a_checkpoint_and_not_the_run(
    plain: list[Record], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    real, calls = checkpoint.save_file, iter(range(100))

    def full(tensors: Any, path: Path) -> None:
        real(tensors, path)
        if next(calls) in (1, 2):
            raise problem

    monkeypatch.setattr(checkpoint, "save_file", full)
    records = list(train(task(tmp_path)))
    assert [(s.phase, s.step) for s in only(records, CheckpointSkipped)] == [("warm_start", 6), ("grpo", 0)]
    assert "full" in only(records, CheckpointSkipped)[0].reason
    assert not list(tmp_path.rglob("*.draft"))
    assert same(weights(records), weights(plain))
    for saved in only(records, CheckpointDone)[-2:]:
        read_checkpoint(saved.path)


def test_another_fault_of_the_disk_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(tensors: Any, path: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(checkpoint, "save_file", broken)
    with pytest.raises(OSError, match="Input/output"):
        list(train(task(tmp_path)))
    assert not list(tmp_path.rglob("*.draft"))


def fork(
    directory: Path, config: str, step: int, parent: Iterator[Record] | list[Record], at: str = "grpo-000000"
) -> tuple[Task, Parent]:
    """A fork after ``step`` of the changed run, from its checkpoint ``at``."""
    records = list(parent)
    path = next(c.path for c in only(records, CheckpointDone) if c.path.name == at)
    known = {number: rows for number, rows in groups(records).items() if number <= step}
    whole = replace(task(directory, config), resume=path, recorded=known)
    return whole, Parent(read_config(CONFIG), step, CHANGES)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> list[Record]:
    """The changed run up to its third step of reinforcement; its checkpoints are all still there."""
    found: list[Record] = []
    wanted = replace(task(tmp_path_factory.mktemp("kept")), orders=told({2: FASTER, 4: PULLED}))
    for record in train(wanted):
        found.append(record)
        if isinstance(record, StepDone) and (record.phase, record.step) == ("grpo", 3):
            return found
    raise AssertionError


def test_a_fork_that_changes_nothing_is_its_parent(changed: list[Record], kept: list[Record], tmp_path: Path) -> None:
    wanted, parent = fork(tmp_path, CONFIG, 3, kept)
    records = list(train(replace(wanted, changes={4: (PULLED,)}), parent))
    assert [s.step for s in only(records, StepDone)] == [4, 5]
    saved = only(records, CheckpointDone)[0]
    assert (saved.phase, saved.step) == ("grpo", 3), "it needs its parent only once"
    assert same(weights(records), weights(changed))
    before, after = only(records, EvaluationDone)[-1], only(changed, EvaluationDone)[-1]
    assert before == after
    again = replace(task(tmp_path / "again"), resume=saved.path, changes={4: (PULLED,)})
    assert saved.path.exists() and same(weights(list(train(again))), weights(changed))


def test_a_fork_that_lost_its_checkpoint_applies_its_own_groups_too(
    changed: list[Record], kept: list[Record], tmp_path: Path
) -> None:
    wanted, parent = fork(tmp_path, CONFIG, 2, kept)
    own = {number: rows for number, rows in groups(changed).items() if number in (3, 4)}
    records = list(train(replace(wanted, recorded={**wanted.recorded, **own}, changes={4: (PULLED,)}), parent))
    assert [s.step for s in only(records, StepDone)] == [5]
    assert same(weights(records), weights(changed))


def test_a_fork_trains_under_settings_of_its_own(changed: list[Record], kept: list[Record], tmp_path: Path) -> None:
    config = json.loads(CONFIG)
    config["seed"] = 5
    config["grpo"] |= {"steps": 4, "learning_rate": 1e-4, "prompts": 3}
    wanted, parent = fork(tmp_path, json.dumps(config), 2, kept)
    run = train(wanted, parent)
    begun = next(record for record in run if isinstance(record, CheckpointDone))
    known = load_file(begun.path / "model" / "model.safetensors")
    steps = only(list(run), StepDone)
    assert [(s.step, s.steps_total, len(s.groups)) for s in steps] == [(3, 4, 12), (4, 4, 12)]
    assert steps[0].learning_rate < 1e-4
    reached = paused(replace(task(tmp_path / "parent"), orders=lambda: Orders(), changes=CHANGES), "grpo", 2)
    assert same(known, load_file(only(reached, CheckpointDone)[-1].path / "model" / "model.safetensors"))


def test_a_fork_on_other_samples_is_compared_with_where_it_began(kept: list[Record], tmp_path: Path) -> None:
    wanted, parent = fork(tmp_path, CONFIG, 3, kept)
    records = list(train(replace(wanted, heldout=HELDOUT[:8]), parent))
    evaluations = only(records, EvaluationDone)
    assert [(e.moment, e.step, len(e.items)) for e in evaluations[:1]] == [("before", 3, 8)]
    assert only(records, Finished)[0].metrics["heldout_items"] == 8


def test_what_cannot_be_forked_is_said(kept: list[Record], tmp_path: Path) -> None:
    wider = json.loads(CONFIG)
    wider["model"]["width"] = 96
    for config, step, at, field in (
        (json.dumps(wider), 2, "grpo-000000", "config.model"),
        (CONFIG, 5, "grpo-000000", "parent_step"),
        (CONFIG, 2, "warm_start-000006", "parent_step"),
    ):
        wanted, parent = fork(tmp_path, config, step, kept, at)
        with pytest.raises(ForkImpossible) as refused:
            list(train(wanted, parent))
        assert refused.value.field == field
