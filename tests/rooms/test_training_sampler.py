"""The completion server that a run may name: where the trainer connects to, and which key goes there."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from grpo.config import read_config
from grpo.elsewhere import SampledBy
from grpo.errors import ConfigInvalid
from processors.training.sampler import judged, outside

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
