"""The process that trains: files in, JSON lines out, with every figure and alarm."""

import errno
import io
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from safetensors import SafetensorError

from processors.training.child import run
from processors.training.figures import definitions, figures
from processors.training.groups import read_about, read_groups
from tests.small_corpus import HELDOUT, TRAIN, corpus

CONFIG = {
    "model": {"vocabulary": 400, "width": 64},
    "warm_start": {"steps": 2, "copy_steps": 1, "passages": 4},
    "grpo": {"steps": 2, "prompts": 4, "completions": 4, "max_tokens": 6,
             "monitor": {"entropy": {"limit": 99.0}, "patience": 1}},
    "evaluation": {"samples": 2, "resamples": 20},
}  # fmt: skip


def lines(directory: Path, **changed: Any) -> list[dict[str, Any]]:
    for name, samples in (("train", TRAIN), ("heldout", HELDOUT)):
        rows = [
            {**asdict(s), "prompt_passage": s.passage, "document_id": "d", "section_id": s.section, "quote": s.answer}
            for s in samples
        ]
        pq.write_table(pa.Table.from_pylist(rows), directory / name)
    (directory / "corpus").write_text(corpus())
    files = {name: str(directory / name) for name in ("train", "heldout", "corpus")}
    job = {
        "config": json.dumps(CONFIG), "threads": 1, "directory": str(directory / "work"), "base_model": "small",
        "resume": "", "groups": {}, "orders": str(directory / "orders.json"), "changes": {}, "parent": None, "epoch": 1,
        **files, **changed,
    }  # fmt: skip
    out = io.StringIO()
    run(job, out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_records_are_lines_with_figures_and_alarms(tmp_path: Path) -> None:
    found = lines(tmp_path)
    assert found[-1]["kind"] == "finished"
    steps = [line for line in found if line["kind"] == "step" and line["phase"] == "grpo"]
    assert [alarm["rule"] for alarm in steps[0]["alarms"]] == ["entropy"]
    told = figures(steps[0], [2.0, 4.0, 3.0])
    assert told == {**steps[0]["metrics"], "seconds_left": 3.0}
    assert set(told) <= set(json.loads(definitions()))
    about = read_about(Path(steps[0]["groups"]))
    assert about["metrics"] == steps[0]["metrics"] and about["alarms"] == steps[0]["alarms"]
    rollouts = read_groups(Path(steps[0]["groups"]))
    assert {r.source for r in rollouts if not r.swapped} <= {s.answer for s in TRAIN}
    evaluations = [line for line in found if line["kind"] == "evaluation"]
    assert all(set(line["pass_at"]) == {"1", "2"} for line in evaluations)
    assert "pass_at_2" in found[-1]["metrics"]


def test_a_reward_that_fails_is_a_typed_error(tmp_path: Path) -> None:
    reward = {"objectives": [{"name": "python:bad", "code": "def reward(text, **rest): return 1 / 0"}]}
    warm = {**CONFIG, "warm_start": {"steps": 0}, "reward": reward}
    last = lines(tmp_path, config=json.dumps(warm))[-1]
    assert (last["kind"], last["code"]) == ("error", "REWARD_FAILED")
    assert "ZeroDivisionError" in last["message"] and last["remedy"]


def test_the_process_reads_its_orders_before_every_step(tmp_path: Path) -> None:
    change = {"revision": 3, "values": {"learning_rate": 0.001}}
    (tmp_path / "orders.json").write_text(json.dumps({"pause": False, "changes": [change]}))
    found = lines(tmp_path)
    assert [line for line in found if line["kind"] == "changed"] == [
        {"kind": "changed", "revision": 3, "phase": "grpo", "step": 1, "values": {"learning_rate": 0.001}}
    ]
    again = lines(tmp_path, changes={"2": [change]})
    assert not [line for line in again if line["kind"] == "changed"], "it was made at another step before"
    rates = [[one["learning_rate"] for one in run if one["kind"] == "step"][2:] for run in (found, again)]
    assert rates[0][1] == rates[1][1] and rates[0][0] == 2 * rates[1][0]
    (tmp_path / "orders.json").write_text(json.dumps({"pause": True, "changes": []}))
    paused = lines(tmp_path)
    assert [line["kind"] for line in paused] == ["checkpoint", "paused"]
    assert (paused[-1]["phase"], paused[-1]["step"]) == ("warm_start", 0)


@pytest.mark.parametrize(
    "problem", [OSError(errno.ENOSPC, "No space left on device"), SafetensorError("No space left (os error 28)")]
)
def test_a_full_disk_is_a_typed_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: Exception) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise problem

    monkeypatch.setattr("processors.training.child.write_groups", full)
    last = lines(tmp_path)[-1]
    assert (last["kind"], last["code"]) == ("error", "DISK_FULL")
    assert "No space left" in last["message"] and "STUDIO_HOME" in last["remedy"]
