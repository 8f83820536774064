"""Groups keep their numbers bit for bit, so a step can be applied again from its file."""

import dataclasses
import json
import math
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import torch
from studio.contract.records import StepRecorded

from grpo.records import Rollout
from processors.training.figures import definitions, figures
from processors.training.groups import SCHEMA, read_about, read_groups, write_groups
from processors.training.rescore import rescore

ROLLOUT = Rollout(
    group=3, sample_id="s1", swapped=True, passage="The pump.", question="What?", answer="pump", prompt=[1, 2, 3],
    tokens=[4, 5], logprobs=torch.tensor([-0.1, -2.7]).tolist(), text="pump", ended=True, reward=0.1 + 0.2,
    parts={"token_f1": 1 / 3, "format": 1.0}, advantage=float(torch.tensor(-1.2345678)),
)  # fmt: skip


def test_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "groups.parquet"
    write_groups([ROLLOUT, ROLLOUT], path)
    assert read_groups(path) == [ROLLOUT, ROLLOUT]
    again = tmp_path / "again.parquet"
    write_groups([ROLLOUT, ROLLOUT], again)
    assert again.read_bytes() == path.read_bytes()


def test_masks_faults_and_figures_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "groups.parquet"
    odd = replace(ROLLOUT, source="pump", mask=[1, 0], fault="python:x: nan: gave nan")
    write_groups([odd, ROLLOUT], path, {"metrics": {"ratio": 1.0}})
    assert read_groups(path) == [odd, ROLLOUT]
    assert read_about(path) == {"metrics": {"ratio": 1.0}}


def test_files_from_before_a_column_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "groups.parquet"
    write_groups([ROLLOUT], path)
    table = pq.read_table(path).select([n for n in SCHEMA.names if n not in ("source", "mask", "fault")])
    pq.write_table(table.replace_schema_metadata(None), path)
    assert read_groups(path) == [ROLLOUT]
    assert read_about(path) == {}


def test_another_reward_without_another_rollout(tmp_path: Path) -> None:
    path, out = tmp_path / "groups.parquet", tmp_path / "again.parquet"
    write_groups([ROLLOUT, replace(ROLLOUT, text="winch", advantage=0.5)], path)
    found = rescore(path, '{"objectives":[{"name":"exact"}]}', out, "")
    assert found["before"]["reward"] == 0.1 + 0.2
    assert found["after"] == {"reward": 0.5, "parts": {"exact": 0.5}, "faults": 0, "dead_groups": 0}
    assert [r.reward for r in read_groups(out)] == [1.0, 0.0]
    assert "rescored" in read_about(out)


def test_a_fact_tells_every_figure_that_is_a_number() -> None:
    record = {"step": 3, "steps_total": 10, "metrics": {"ratio": 1.0, "faults": 2.0, "ratio_most": math.inf}}
    assert figures(record, [9.0] * 5 + [2.0] * 20) == {"ratio": 1.0, "faults": 2.0, "seconds_left": 14.0}
    assert figures({"step": 1, "steps_total": 1}, [5.0]) == {"seconds_left": 0.0}


def test_every_figure_of_a_step_has_a_definition() -> None:
    told = json.loads(definitions())
    fields = {field.name for field in dataclasses.fields(StepRecorded)}
    about = {"run_id", "phase", "step", "steps_total", "groups_blob", "metrics", "alarms", "definitions_blob"}
    assert fields - about <= set(told)
    assert all(told.values()) and definitions() == definitions()
