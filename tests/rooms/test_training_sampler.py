"""The completion server that a run may name: where the trainer connects to, and which key goes there."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest

from grpo.config import read_config
from grpo.elsewhere import SampledBy
from grpo.errors import ConfigInvalid
from grpo.sampling.sampler_child import KEY
from processors.training.sampler import judged, outside
from tests.processes import gone
from tests.rooms.test_training_child import lines

KEYS = {"models.example.org": "plain", "models.example.org:8443": "with a port"}


def named(url: str) -> SampledBy:
    return SampledBy("endpoint", url=url, reload="/update_weights", batch=3)


@pytest.fixture
def listening() -> Iterator[int]:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        threading.Thread(target=lambda: server.accept(), daemon=True).start()
        yield server.getsockname()[1]


def test_without_a_server_there_is_none() -> None:
    assert outside(read_config("{}").grpo.sampler, KEYS, False) is None


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://models.example.org/v1", "plain"),
        ("https://models.example.org:8443/v1", "with a port"),
        ("https://models.example.org.evil.net/v1", ""),
    ],
)
def test_a_key_goes_to_its_own_host(url: str, key: str) -> None:
    found = outside(named(url), KEYS, False)
    assert found is not None and found.key == key
    assert (found.url, found.reload, found.batch) == (url, "/update_weights", 3)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/v1", "http://169.254.169.254/v1", "http://10.0.0.1/v1"])
def test_private_addresses_are_refused(url: str) -> None:
    with pytest.raises(ConfigInvalid) as refused:
        outside(named(url), {}, False)
    assert refused.value.field == "config.grpo.sampler.url" and refused.value.remedy


def test_a_name_is_judged_by_where_it_leads(listening: int) -> None:
    with pytest.raises(ConfigInvalid):
        judged(False)("localhost", listening, 2.0)
    judged(True)("localhost", listening, 2.0).close()
    with pytest.raises(ConfigInvalid):
        outside(named("http://169.254.169.254/v1"), {}, True)


def test_nobody_there_is_an_error_that_may_pass() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    with pytest.raises(OSError):
        judged(True)("127.0.0.1", port, 2.0)


CONFIG: dict[str, Any] = {
    "model": {"vocabulary": 300, "width": 32, "layers": 2}, "warm_start": {"steps": 0}, "evaluation": {"resamples": 10},
    "reward": {"objectives": [{"name": "cel:long", "expression": "double(words) / 30.0"}]},
    "grpo": {"steps": 4, "prompts": 2, "completions": 3, "max_tokens": 5, "objective": {"importance_cap": 2.0}},
}  # fmt: skip


def config(**sampler: Any) -> str:
    return json.dumps({**CONFIG, "grpo": {**CONFIG["grpo"], "sampler": sampler}})


def test_a_run_samples_at_a_server_that_takes_its_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = [sys.executable, "-m", "grpo.sampling.sampler_child"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, KEY: "word"}
    ) as server:
        assert server.stdout is not None and server.stdin is not None
        host = f"127.0.0.1:{int(server.stdout.readline())}"
        monkeypatch.setenv("STUDIO_ENDPOINT_KEYS", json.dumps({host: "word"}))
        named = {"kind": "endpoint", "url": f"http://{host}/v1", "reload": "/update_weights", "logprobs": "processed"}
        text = config(**named, staleness=1)
        refused = lines(tmp_path, config=text)[-1]
        assert (refused["kind"], refused["field"]) == ("error", "config.grpo.sampler.url")
        monkeypatch.setenv("STUDIO_ALLOW_PRIVATE_ENDPOINTS", "true")
        found = lines(tmp_path, config=text)
        assert found[-1]["kind"] == "finished"
        assert [line["metrics"]["sampler_lag"] for line in found if line["kind"] == "step"] == [0, 1, 1, 1]
        monkeypatch.setenv("STUDIO_ENDPOINT_KEYS", "{}")
        refused = lines(tmp_path, config=text)[-1]
        assert (refused["kind"], refused["code"]) == ("error", "SAMPLER_BROKEN") and "401" in refused["message"]
        server.stdin.close()


def test_a_sampler_goes_with_a_learner_that_is_killed(tmp_path: Path) -> None:
    lines(tmp_path, config="no config: only the files are wanted")
    files = {name: str(tmp_path / name) for name in ("train", "heldout", "corpus")}
    job = {
        "config": config(kind="process", staleness=1).replace('"steps": 4', '"steps": 4000'), "threads": 1,
        "directory": str(tmp_path / "work"), "base_model": "small", "resume": "", "groups": {}, "changes": {},
        "orders": str(tmp_path / "orders.json"), "parent": None, "epoch": 1, **files,
    }  # fmt: skip
    (tmp_path / "job.json").write_text(json.dumps(job))
    command = [sys.executable, "-m", "processors.training.child", str(tmp_path / "job.json")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as learner:
        assert learner.stdout is not None
        while json.loads(learner.stdout.readline())["kind"] != "step":
            pass
        (sampler,) = psutil.Process(learner.pid).children()
        assert "grpo.sampling.sampler_child" in sampler.cmdline()
        learner.kill()
    for _ in range(600):
        if gone(sampler.pid):
            break
        time.sleep(0.1)
    assert gone(sampler.pid), "nobody is left behind"
