"""STUDIO_HOME: where one local platform keeps its data, logs, ports and secrets."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PORTS = (
    "kafka",
    "kafka_controller",
    "postgres",
    "s3",
    "api",
    "router",
    "serving",
    "core_probe",
    "metrics_probe",
    "trainer_probe",
    "feed",
)
SECRETS = (
    "s3_access_key",
    "s3_secret_key",
    "postgres_admin_password",
    "postgres_engine_password",
    "postgres_app_password",
    "jwt_secret",
    "admin_password",
)
FIRST_PORT, BLOCK, BLOCKS = 20_000, 16, 780  # 20000..32479: below the range that outgoing connections draw from


@dataclass(frozen=True)
class Home:
    """The folder of one platform. Nothing outside of it is written, except the shared jar cache."""

    path: Path

    @property
    def data(self) -> Path:
        """Files of Kafka, Postgres and the object store."""
        return self.path / "data"

    @property
    def logs(self) -> Path:
        """One readable log per process."""
        return self.path / "logs"

    @property
    def run(self) -> Path:
        """State of the running supervisor."""
        return self.path / "run"

    @property
    def state_file(self) -> Path:
        """What the supervisor last wrote about itself and its children (see `ops.local.state`)."""
        return self.run / "supervisor.json"

    @property
    def wanted_file(self) -> Path:
        """Names of the processes that should run."""
        return self.run / "wanted.json"

    def create(self) -> None:
        """Make the folders; only the owner may list them."""
        for folder in (self.path, self.data, self.logs, self.run):
            folder.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(PermissionError):
            self.path.chmod(0o700)

    def ports(self) -> dict[str, int]:
        """TCP ports of this home by name: chosen free once, then stable, so that two homes run side by side."""
        file = self.path / "ports.json"
        known: dict[str, int] = _read(file)
        missing = [name for name in PORTS if name not in known]
        if missing:
            free = iter(_free_block(self.path, len(PORTS), taken=set(known.values())))
            known.update({name: next(free) for name in missing})
            write_atomically(file, json.dumps(known, indent=2))
        return known

    def secrets(self) -> dict[str, str]:
        """Generated credentials of this home by name (file mode 600); they never leave this machine."""
        file = self.path / "secrets.json"
        known: dict[str, str] = _read(file)
        missing = [name for name in SECRETS if name not in known]
        if missing:
            known.update({name: secrets.token_urlsafe(12 if name == "admin_password" else 32) for name in missing})
            write_atomically(file, json.dumps(known, indent=2), mode=0o600)
        return known


def home_from(environment: Mapping[str, str] = os.environ) -> Home:
    """The home that STUDIO_HOME names, `~/.studio` otherwise."""
    return Home(Path(environment.get("STUDIO_HOME") or Path.home() / ".studio").expanduser().resolve())


def write_atomically(file: Path, text: str, mode: int = 0o644) -> None:
    """Replace `file` in one step, so that a reader never sees half of it."""
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as stream:
        stream.write(text)
    beside.replace(file)


def is_free(port: int) -> bool:
    """Whether nothing listens on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _free_block(path: Path, count: int, taken: set[int]) -> list[int]:
    # Starting from a hash of the path keeps homes apart even when neither of them runs while ports are chosen.
    start = int.from_bytes(hashlib.sha256(str(path).encode()).digest()[:4], "big") % BLOCKS
    for step in range(BLOCKS):
        first = FIRST_PORT + (start + step) % BLOCKS * BLOCK
        block = [port for port in range(first, first + BLOCK) if port not in taken]
        if all(is_free(port) for port in block):
            return block[:count]
    raise RuntimeError(f"no {count} free ports between {FIRST_PORT} and {FIRST_PORT + BLOCK * BLOCKS}")


def _read(file: Path) -> dict[str, Any]:
    return dict(json.loads(file.read_text())) if file.exists() else {}
