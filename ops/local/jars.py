"""The Java servers: exact jars from Maven Central, verified by sha256, cached in the ordinary ~/.m2."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

LOCK = Path(__file__).with_name("jars.lock")


class JarError(Exception):
    """A jar cannot be had, or is not the one that the lock file names; the message says what to do."""


@dataclass(frozen=True)
class Jar:
    """One line of the lock file."""

    server: str
    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str

    @property
    def path(self) -> Path:
        """Where the Maven layout keeps it."""
        suffix = f"-{self.classifier}" if self.classifier else ""
        folder = repository() / self.group.replace(".", "/") / self.artifact / self.version
        return folder / f"{self.artifact}-{self.version}{suffix}.jar"


def repository() -> Path:
    """The local Maven repository: M2_REPO, `~/.m2/repository` otherwise."""
    return Path(os.environ.get("M2_REPO") or Path.home() / ".m2" / "repository")


def locked() -> list[Jar]:
    """Every jar of the lock file, in class path order."""
    jars = []
    for line in LOCK.read_text().splitlines():
        if line and not line.startswith("#"):
            server, coordinate, sha256 = line.split()
            group, artifact, version, *classifier = coordinate.split(":")
            jars.append(Jar(server, group, artifact, version, "".join(classifier), sha256))
    return jars


def sound(jar: Jar) -> bool:
    """Whether the jar lies in the cache with the bytes that the lock file names.

    Raises:
        JarError: it is there with other bytes.
    """
    if not jar.path.exists():
        return False
    with jar.path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != jar.sha256:
        raise JarError(
            f"{jar.path} has sha256 {found}, but ops/local/jars.lock asks for {jar.sha256}: the file is damaged or "
            "not the published one. Delete it and start again to fetch it anew."
        )
    return True


def fetch(jars: list[Jar]) -> int:
    """Make all jars available and verified; returns how many were downloaded.

    Raises:
        JarError: a jar cannot be downloaded or has other bytes than the lock file says.
    """
    with ThreadPoolExecutor(8) as threads:
        missing = [jar for jar, there in zip(jars, threads.map(sound, jars), strict=True) if not there]
        if missing:
            list(threads.map(_download, missing))
            for jar in missing:
                if not sound(jar):
                    raise JarError(f"{jar.path} is missing although its download succeeded")
    return len(missing)


def _download(jar: Jar) -> None:
    from jgo.maven import MavenContext  # imports requests: only paid for when something is missing

    component = MavenContext(repo_cache=repository()).project(jar.group, jar.artifact).at_version(jar.version)
    try:
        component.artifact(classifier=jar.classifier).resolve()
    except Exception as error:  # the resolver raises whatever its HTTP client raises
        raise JarError(
            f"cannot fetch {jar.group}:{jar.artifact}:{jar.version} from Maven Central ({error}). "
            "Check the network, or point STUDIO_KAFKA_BOOTSTRAP and STUDIO_S3_ENDPOINT to servers of your own."
        ) from error
