"""Groups keep their numbers bit for bit, so a step can be applied again from its file."""

from pathlib import Path

import torch

from grpo.records import Rollout
from processors.training.groups import read_groups, write_groups

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
