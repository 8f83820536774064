"""A training process killed at every place of writing a checkpoint: what is left is whole, and goes on alike."""

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grpo.errors import CheckpointCorrupt
from grpo.model import checkpoint, directory
from grpo.model.checkpoint import read_checkpoint
from grpo.records import CheckpointDone, Record, StepDone
from grpo.training import run
from grpo.training.loop import train
from grpo.training.run import Task
from tests.rooms.test_grpo_loop import only, weights
from tests.rooms.test_grpo_orders import CONFIG, groups, same, task

OFTEN = CONFIG.replace('"checkpoint_every": 3', '"checkpoint_every": 1')


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkpoint at the beginning of reinforcement."""
    for record in train(task(tmp_path_factory.mktemp("begun"), OFTEN)):
        if isinstance(record, CheckpointDone) and record.phase == "grpo":
            return record.path
    raise AssertionError


@pytest.fixture(scope="module")
def whole(begun: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Record]:
    return list(train(replace(task(tmp_path_factory.mktemp("whole"), OFTEN), resume=begun)))


def killed(wanted: Task, place: Callable[[], contextlib.AbstractContextManager[None]]) -> int:
    """Train in a process of its own, which dies at ``place``; its signal, or 0 where it lived."""
    child = os.fork()
    if child == 0:
        with place():
            for _ in train(wanted):
                pass
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def dying_at(module: Any, name: str, call: int) -> Callable[[], contextlib.AbstractContextManager[None]]:
    """SIGKILL when ``module.name`` is called for the ``call``-th time, before it does anything."""

    @contextlib.contextmanager
    def place() -> Iterator[None]:
        real, calls = getattr(module, name), iter(range(1, 10_000))

        def dies(*args: Any, **named: Any) -> Any:
            if next(calls) == call:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **named)

        setattr(module, name, dies)
        yield

    return place


@pytest.mark.parametrize(
    ("module", "name", "call"),
    [
        (checkpoint, "draw_up", 2),
        (checkpoint, "save_model", 2),
        (checkpoint, "save_file", 2),
        (checkpoint, "describe", 15),
        (checkpoint, "sync", 20),
        (checkpoint.shutil, "rmtree", 7),
        (Path, "rename", 2),
        (Path, "rename", 3),
        (run, "write_checkpoint", 4),
        (directory, "save_file", 3),
    ],
)
def test_a_kill_inside_a_checkpoint_loses_at_most_one_step(
    begun: Path, whole: list[Record], tmp_path: Path, module: Any, name: str, call: int
) -> None:
    first = replace(task(tmp_path / "first", OFTEN), resume=begun)
    assert killed(first, dying_at(module, name, call)) == -signal.SIGKILL
    left = sorted((tmp_path / "first" / "checkpoints").glob("[!.]*"))
    for path in left:
        read_checkpoint(path)
    newest = left[-1] if left else begun
    reached = read_checkpoint(newest)[0]["step"]
    second = list(train(replace(task(tmp_path / "second", OFTEN), resume=newest)))
    assert [s.step for s in only(second, StepDone)] == list(range(reached + 1, 6))
    assert same(weights(second), weights(whole))


def test_a_half_written_checkpoint_is_never_taken(begun: Path, tmp_path: Path) -> None:
    first = replace(task(tmp_path, OFTEN), resume=begun)
    assert killed(first, dying_at(Path, "rename", 1)) == -signal.SIGKILL
    (draft,) = (tmp_path / "checkpoints").iterdir()
    assert draft.name.startswith("."), "it is not called a checkpoint"
    (draft / "optimizer.safetensors").write_bytes(b"")
    with pytest.raises(CheckpointCorrupt):
        read_checkpoint(draft)


def test_recorded_groups_and_an_older_checkpoint_give_the_same_weights(
    begun: Path, whole: list[Record], tmp_path: Path
) -> None:
    for reached in (1, 4):
        known = {step: rows for step, rows in groups(whole).items() if step <= reached}
        again = replace(task(tmp_path / str(reached), OFTEN), resume=begun, recorded=known)
        assert same(weights(list(train(again))), weights(whole))
