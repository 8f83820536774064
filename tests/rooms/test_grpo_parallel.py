"""Several processes learn what one process learns: same groups, same figures, weights equal up to rounding.

Gradients are sums over the whole batch; two processes add them up in another order. What that does to a weight after
two steps of two updates, each of which may move it by 0.01, is held to 1e-4 here (measured: 2e-5).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from grpo import parallel
from tests.parallel_steps import CASES, STEPS, stepped
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
TOLERANCE = 1e-4


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What two processes made of every case."""
    folder = tmp_path_factory.mktemp("two")
    found = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port()), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "tests.parallel_steps", str(folder), *CASES]
    started = [
        subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **found, "RANK": str(rank)}, stderr=subprocess.PIPE, text=True
        )
        for rank in range(2)
    ]
    said = [process.communicate()[1] for process in started]
    assert [process.returncode for process in started] == [0, 0], "\n".join(said)[-4000:]
    return folder


@pytest.mark.parametrize("name", [name for name in CASES if name != "bfloat16"])
def test_two_processes_learn_what_one_learns(two: Path, name: str) -> None:
    tensors, figures = stepped(CASES[name])
    others, told = load_file(two / f"{name}.safetensors"), json.loads((two / f"{name}.json").read_text())
    for step, (here, there) in enumerate(zip(figures["steps"], told["steps"], strict=True), 1):
        assert there.pop("texts") == here.pop("texts"), step
        passes = there.pop("micro_batches"), here.pop("micro_batches")
        assert name in ("parts", "cramped") or passes[0] == passes[1] == 1
        assert there == pytest.approx(here, rel=1e-3, abs=1e-6), step
    assert others.keys() == tensors.keys()
    for key, tensor in tensors.items():
        if key != "updates" and is_learned(name, key):
            assert torch.allclose(others[key], tensor, rtol=1e-3, atol=TOLERANCE), key
    assert others["updates"] == tensors["updates"] > 0


def is_learned(name: str, key: str) -> bool:
    """A bias of keys adds the same to all scores of a query where positions are not turned into them: its gradient is
    zero but for rounding, which AdamW blows up to whole steps."""
    return not (name == "foreign" and "c_attn.bias" in key)


def test_the_cases_are_what_they_say(two: Path) -> None:
    read = {name: json.loads((two / f"{name}.json").read_text()) for name in CASES}
    assert read["parts"]["steps"][0]["micro_batches"] > 1
    assert 0 < read["cramped"]["budget"] < 200 and read["ddp"]["budget"] == 0, "one's lack of memory concerns all"
    assert all(len(step["texts"]) == 4 for step in read["one_prompt"]["steps"])
    assert read["resumed"]["steps"] == read["fsdp"]["steps"], "going on from a checkpoint changes nothing"
    assert len(read["ddp"]["steps"]) == STEPS


def test_bfloat16_learns_the_same_up_to_its_precision(two: Path) -> None:
    exact, rounded = load_file(two / "fsdp.safetensors"), load_file(two / "bfloat16.safetensors")
    assert {tensor.dtype for key, tensor in rounded.items() if key != "updates"} == {torch.float32}
    steps = [json.loads((two / f"{name}.json").read_text())["steps"][0] for name in ("fsdp", "bfloat16")]
    assert steps[1]["grad_norm"] == pytest.approx(steps[0]["grad_norm"], rel=0.05)
    assert steps[1]["grad_norm"] != steps[0]["grad_norm"]
    assert exact.keys() == rounded.keys()


def test_what_fails_in_one_fails_in_all(two: Path) -> None:
    told = [(two / f"told-{rank}").read_text() for rank in range(2)]
    assert told[0] == told[1] and told[0].startswith("REWARD_FAILED: 2 of 8")


@pytest.mark.parametrize(
    ("sizes", "processes", "expected"),
    [
        ([1, 1, 1, 1], 2, [(0, 2), (2, 4)]),
        ([10, 1, 1], 2, [(0, 1), (1, 3)]),
        ([5, 6, 7, 8, 9, 2], 3, [(0, 2), (2, 4), (4, 6)]),
        ([3], 4, [(0, 0), (0, 1), (1, 1), (1, 1)]),
        ([], 2, [(0, 0), (0, 0)]),
    ],
)
def test_shares_are_neighbours_of_about_equal_size(
    monkeypatch: pytest.MonkeyPatch, sizes: list[int], processes: int, expected: list[tuple[int, int]]
) -> None:
    found = []
    for rank in range(processes):
        monkeypatch.setattr(parallel, "size", lambda: processes)
        monkeypatch.setattr(parallel, "rank", lambda rank=rank: rank)
        found.append((parallel.share(sizes).start, parallel.share(sizes).stop))
    assert found == expected


def test_alone_nothing_is_exchanged() -> None:
    values = torch.tensor([1.0, 2.0])
    assert (parallel.size(), parallel.rank(), parallel.leads()) == (1, 0, True)
    assert parallel.said({"a": 1}) == [{"a": 1}] and parallel.told("x") == "x"
    assert parallel.joined(values) is values
    assert parallel.most([3.0, 1.0]) == [3.0, 1.0] and parallel.summed([3.0]) == [3.0]
    assert parallel.together(lambda: [1, 2]) == [1, 2]
