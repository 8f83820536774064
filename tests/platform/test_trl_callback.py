"""TRL itself tells its steps over the real API. Runs where `python -m bench` has made TRL's environment."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
from pathlib import Path

import pytest
from studio_api import PASSWORD, Api, api, attributes

from tests.tiny_model import save

__all__ = ["api"]
ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".bench" / "trl" / "bin" / "python"


@pytest.mark.skipif(not PYTHON.exists(), reason="no environment with TRL: python -m bench grpo makes it")
def test_a_training_by_trl_is_a_run_with_its_figures(api: Api, tmp_path: Path) -> None:
    model = save(tmp_path / "model")
    email, _ = api.user("acme", "service")
    where = {"STUDIO_URL": api.url, "STUDIO_EMAIL": email, "STUDIO_PASSWORD": PASSWORD}
    paths = {"PYTHONPATH": str(ROOT / "sdk"), "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    script = [PYTHON, ROOT / "tests/platform/trl_loop.py", model, tmp_path, sysconfig.get_path("purelib")]
    done = subprocess.run(script, env={**os.environ, **where, **paths}, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads((tmp_path / "rows.json").read_text())
    client = api.client()
    run = attributes(client.get(f"/runs/{told['id']}"))
    assert (run["status"], run["model_name"], run["trainer"], run["final_step"]) == ("completed", "tiny-run", "trl", 2)
    assert run["config"]["learning_rate"] == 1e-3 and run["metrics"]["train_loss"] == told["rows"][-1]["train_loss"]
    steps = [one["attributes"] for one in client.get(f"/runs/{told['id']}/steps").json()["data"]]
    rows = {row["step"]: row for row in told["rows"] if "reward" in row}
    evaluated = {row["step"]: row for row in told["rows"] if "eval_reward" in row}
    assert [step["step"] for step in steps] == [1, 2] and set(evaluated) == {2} and told["dropped"] == 0
    for step in steps:
        row = rows[step["step"]]
        assert [step[name] for name in ("loss", "reward", "kl", "entropy", "grad_norm", "learning_rate", "length")] == [
            pytest.approx(float(row[name]))
            for name in (
                "loss", "reward", "kl", "entropy", "grad_norm", "learning_rate", "completions/mean_length",
            )
        ]  # fmt: skip
        assert step["clip_fraction"] == pytest.approx(row["clip_ratio/region_mean"])
        assert step["reward_parts"] == pytest.approx(
            {"short": row["rewards/short/mean"], "vowels": row["rewards/vowels/mean"]}
        )
        assert step["metrics"]["reward_std"] == pytest.approx(row["reward_std"])
        assert step["tokens"] > 0 and step["steps_total"] == 2 and step["phase"] == "train"
    assert steps[1]["metrics"]["eval/reward"] == pytest.approx(evaluated[2]["eval_reward"])
    assert sum(step["tokens"] for step in steps) == rows[2]["num_tokens"]
    figures = attributes(client.get(f"/runs/{told['id']}/definitions"))["definitions"]
    assert figures["kl"].startswith("k3 estimate")
