"""The completion server that a run names as its sampler: addresses are judged, keys go to their own host."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

from grpo.elsewhere import SampledBy
from grpo.errors import ConfigInvalid
from grpo.sampling.endpoint import Connect, Endpoint
from grpo.sampling.pipeline import endpoint
from streams.egress import EgressRefused, check_url, judge

FIELD = "config.grpo.sampler.url"


def outside(choice: SampledBy, keys: Mapping[str, str], allow_private: bool) -> Endpoint | None:
    """The server of the settings, or ``None`` where they name none.

    Args:
        keys: API key by ``host`` or ``host:port``.

    Raises:
        ConfigInvalid: its address is none that the platform connects to.
    """
    if choice.kind != "endpoint":
        return None
    try:
        check_url(choice.url, allow_private)
    except EgressRefused as refused:
        raise ConfigInvalid(FIELD, refused.message, refused.remedy) from None
    parts = urlsplit(choice.url)
    key = keys.get(parts.netloc) or keys.get(parts.hostname or "") or ""
    return endpoint(choice, key, judged(allow_private))


def judged(allow_private: bool) -> Connect:
    """Connects to the very address that was judged, so a name that changes its meaning in between gains nothing."""

    def connect(host: str, port: int, timeout: float) -> socket.socket:
        last: OSError | None = None
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            try:
                judge(str(address[0]), allow_private)
            except EgressRefused as refused:
                raise ConfigInvalid(FIELD, refused.message, refused.remedy) from None
            line = socket.socket(family, kind, protocol)
            line.settimeout(timeout)
            try:
                line.connect(address)
                return line
            except OSError as problem:
                line.close()
                last = problem
        raise last or OSError(f"{host} has no address")

    return connect
