"""The training process under ``torchrun``: two of them train one run, and only the first one tells and writes."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from safetensors.torch import load_file

from processors.training.groups import read_groups
from processors.training.process import Child
from tests.small_corpus import HELDOUT, TRAIN, corpus

CONFIG: dict[str, Any] = {
    "checkpoint_every": 2,
    "reward": {"objectives": [{"name": "length", "least": 3, "most": 4}]},
    "model": {"vocabulary": 400, "width": 64},
    "warm_start": {"steps": 2, "copy_steps": 1, "passages": 4},
    "grpo": {"steps": 3, "prompts": 3, "completions": 4, "max_tokens": 6, "kl_coefficient": 0.05},
    "evaluation": {"every": 1, "keep_best": True, "items": 4, "resamples": 20},
}


def trained(folder: Path, processes: int, **changed: Any) -> list[dict[str, Any]]:
    """What so many processes tell of a run."""
    folder.mkdir()
    for name, samples in (("train", TRAIN), ("heldout", HELDOUT)):
        known = [(asdict(sample), sample.passage, sample.section) for sample in samples]
        rows = [{**row, "prompt_passage": passage, "document_id": "d", "section_id": at} for row, passage, at in known]
        pq.write_table(pa.Table.from_pylist(rows), folder / name)
    (folder / "corpus").write_text(corpus())
    job = {
        "config": json.dumps(CONFIG), "threads": 1, "directory": str(folder / "work"), "base_model": "small",
        "resume": "", "groups": {}, "orders": str(folder / "orders.json"), "changes": {}, "parent": None, "epoch": 1,
        **{name: str(folder / name) for name in ("train", "heldout", "corpus")}, **changed,
    }  # fmt: skip

    async def told() -> list[dict[str, Any]]:
        async with Child(job, folder / "job.json", processes) as child:
            return [record async for record in child.records()]

    return asyncio.run(told())


def steps(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in told if line["kind"] == "step" and line["phase"] == "grpo"]


def weights(path: str) -> dict[str, torch.Tensor]:
    return load_file(Path(path) / "model.safetensors")


@pytest.fixture(scope="module")
def spread(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """A run of two processes with spread weights."""
    folder = tmp_path_factory.mktemp("torchrun")
    config = {**CONFIG, "grpo": {**CONFIG["grpo"], "parallel": "fsdp"}}
    return folder, trained(folder / "two", 2, config=json.dumps(config))


def test_two_processes_tell_the_run_of_one(spread: tuple[Path, list[dict[str, Any]]]) -> None:
    folder, two = spread
    one = trained(folder / "one", 1)
    assert [(line["kind"], line.get("step")) for line in two] == [(line["kind"], line.get("step")) for line in one]
    for here, there in zip(steps(one), steps(two), strict=True):
        assert here["grad_norm"] > 0 and there["grad_norm"] == pytest.approx(here["grad_norm"], rel=1e-3)
        assert [row.tokens for row in read_groups(Path(there["groups"]))] == [
            row.tokens for row in read_groups(Path(here["groups"]))
        ]
    final, expected = weights(two[-1]["path"]), weights(one[-1]["path"])
    assert final.keys() == expected.keys()
    assert all(torch.allclose(final[name], expected[name], rtol=1e-3, atol=1e-4) for name in final)
    paths = [line.get("path") or line.get("detail") or line.get("groups") or "" for line in two]
    assert all(path.startswith(str(folder / "two" / "work")) and "process-1" not in path for path in paths if path)
    own = folder / "two" / "work" / "process-1"
    assert not (own / "checkpoints").exists() and not any((own / "out").iterdir())


def stored(told: list[dict[str, Any]]) -> str:
    """The checkpoint after the second step of reinforcement."""
    found = [
        line["path"] for line in told if line["kind"] == "checkpoint" and (line["phase"], line["step"]) == ("grpo", 2)
    ]
    return str(found[0])


def test_one_process_goes_on_from_a_checkpoint_of_two(spread: tuple[Path, list[dict[str, Any]]]) -> None:
    folder, two = spread
    again = trained(folder / "resumed", 1, resume=stored(two))
    last, expected = steps(again)[-1], steps(two)[-1]
    assert len(steps(again)) == 1 and last["step"] == expected["step"] == 3
    assert last["grad_norm"] == pytest.approx(expected["grad_norm"], rel=1e-3)
    final, there = weights(again[-1]["path"]), weights(two[-1]["path"])
    assert all(torch.allclose(final[name], there[name], rtol=1e-3, atol=1e-4) for name in final)


def test_what_stops_two_processes_is_told_once(tmp_path: Path) -> None:
    reward = {"objectives": [{"name": "python:bad", "code": "def reward(text, **rest): return 1 / 0"}]}
    told = trained(tmp_path / "bad", 2, config=json.dumps({**CONFIG, "warm_start": {"steps": 0}, "reward": reward,
                                                          "evaluation": {"items": 1, "resamples": 20}}))  # fmt: skip
    assert [(line["kind"], line.get("code")) for line in told][-1] == ("error", "REWARD_FAILED")
    assert sum(line["kind"] == "error" for line in told) == 1
