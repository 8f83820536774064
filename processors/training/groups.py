"""Rollout groups of one step as Parquet: every completion with its tokens, log-probabilities, reward parts, advantage.

Numbers keep the precision in which training used them, so a step can be applied again from its file, bit for bit.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from grpo.records import Rollout

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
    ]
)


def write_groups(rollouts: Sequence[Rollout], path: Path) -> None:
    """Write ``path``; the same rollouts give the same bytes."""
    rows = [{**vars_of(rollout), "parts": json.dumps(rollout.parts)} for rollout in rollouts]
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), path, compression="zstd")


def vars_of(rollout: Rollout) -> dict[str, object]:
    return {name: getattr(rollout, name) for name in SCHEMA.names}


def read_groups(path: Path) -> list[Rollout]:
    """Rollouts of a file that ``write_groups`` made, in their order."""
    return [Rollout(**{**row, "parts": json.loads(row["parts"])}) for row in pq.read_table(path).to_pylist()]
