"""Every process of the laptop platform, as data."""

from __future__ import annotations

from collections.abc import Mapping

from ops.local import kafka, postgres, s3
from ops.local.home import Home
from ops.local.program import Program

SERVERS = ("kafka", "postgres", "s3")


def programs(home: Home, external: Mapping[str, str]) -> dict[str, Program]:
    """All programs by name, without the servers that the person runs."""
    ports, secrets = home.ports(), home.secrets()
    makers = {
        "kafka": lambda: kafka.program(home, ports),
        "postgres": lambda: postgres.program(home, ports, secrets),
        "s3": lambda: s3.program(home, ports, secrets),
    }
    return {name: make() for name, make in makers.items() if name not in external}
