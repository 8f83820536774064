"""Rollout groups of one step as Parquet: every completion with its tokens, log-probabilities, reward parts, advantage.

Numbers keep the precision in which training used them, so a step can be applied again from its file, bit for bit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from grpo.records import Rollout

ABOUT = b"step"
SCHEMA = pa.schema(
    [
        ("group", pa.int32()),
        ("sample_id", pa.string()),
        ("swapped", pa.bool_()),
        ("passage", pa.string()),
        ("question", pa.string()),
        ("answer", pa.string()),
        ("prompt", pa.list_(pa.int32())),
        ("tokens", pa.list_(pa.int32())),
        ("logprobs", pa.list_(pa.float32())),
        ("text", pa.string()),
        ("ended", pa.bool_()),
        ("reward", pa.float64()),
        ("parts", pa.string()),
        ("advantage", pa.float32()),
        ("source", pa.string()),
        ("mask", pa.list_(pa.int8())),
        ("fault", pa.string()),
    ]
)


def write_groups(rollouts: Sequence[Rollout], path: Path, about: Mapping[str, Any] | None = None) -> None:
    """Write ``path``; the same rollouts give the same bytes. ``about`` is JSON about all of them, kept in the file."""
    rows = [{**vars_of(rollout), "parts": json.dumps(rollout.parts)} for rollout in rollouts]
    table = pa.Table.from_pylist(rows, schema=SCHEMA.with_metadata({ABOUT: json.dumps(about or {}, sort_keys=True)}))
    pq.write_table(table, path, compression="zstd")


def vars_of(rollout: Rollout) -> dict[str, object]:
    return {name: getattr(rollout, name) for name in SCHEMA.names}


def read_groups(path: Path) -> list[Rollout]:
    """Rollouts of a file that ``write_groups`` made, in their order; columns that it did not have yet are empty."""
    return [Rollout(**{**row, "parts": json.loads(row["parts"])}) for row in pq.read_table(path).to_pylist()]


def read_about(path: Path) -> dict[str, Any]:
    """What ``write_groups`` was told about all rollouts of a file; empty for files that have none."""
    found: dict[str, Any] = json.loads((pq.read_schema(path).metadata or {}).get(ABOUT, b"{}"))
    return found
