"""Where the studio is and who asks: the environment, the local platform, or an earlier `studio login`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from studio.errors import NotConfigured

ADMIN = "admin@studio.local"
FEED = "/api/v1/feed"


@dataclass(frozen=True, slots=True)
class Place:
    """Addresses and credentials. `origin` says where they come from; `file` is rewritten when tokens change."""

    url: str
    router_url: str = ""
    access_token: str = ""
    refresh_token: str = ""
    email: str = ""
    password: str = ""
    origin: str = ""
    file: Path | None = None
    feed_url: str = ""
    """The live feed's WebSocket; empty: the API says where it is."""

    def saved(self, file: Path) -> Place:
        """Keep the tokens in `file`, readable by its owner only; a password is never written."""
        kept = {key: value for key, value in asdict(self).items() if key not in ("password", "file", "origin")}
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_name(f".{file.name}.{os.getpid()}")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
            json.dump(kept, stream)
        beside.replace(file)
        return replace(self, file=file)


def home(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of local state: STUDIO_HOME, `~/.studio` otherwise."""
    return Path(environment.get("STUDIO_HOME") or Path.home() / ".studio").expanduser()


def find(environment: Mapping[str, str] = os.environ) -> Place:
    """The place to talk to: STUDIO_URL, else the local platform of STUDIO_HOME, else the last login.

    STUDIO_URL goes with STUDIO_ROUTER_URL and either STUDIO_TOKEN or STUDIO_EMAIL and STUDIO_PASSWORD.

    Raises:
        NotConfigured: none of them is there.
    """
    url = environment.get("STUDIO_URL") or ""
    if url:
        return _from(environment, url, "STUDIO_URL")
    folder = home(environment)
    if (folder / "run" / "supervisor.json").exists():
        return _local(folder, environment)
    file = folder / "login.json"
    if file.exists():
        return Place(**json.loads(file.read_text()), origin=str(file), file=file)
    if environment.get("STUDIO_API_URL"):
        return _from(environment, environment["STUDIO_API_URL"], "STUDIO_API_URL")
    raise NotConfigured(
        f"no studio runs for {folder}, and STUDIO_URL is not set",
        remedy="start one with `studio up --detach`, or log in to one with `studio login URL`",
    )


def _from(environment: Mapping[str, str], url: str, origin: str) -> Place:
    return Place(
        url=url,
        router_url=environment.get("STUDIO_ROUTER_URL") or "",
        access_token=environment.get("STUDIO_TOKEN") or "",
        email=environment.get("STUDIO_EMAIL") or environment.get("STUDIO_ADMIN_EMAIL") or "",
        password=environment.get("STUDIO_PASSWORD") or environment.get("STUDIO_ADMIN_PASSWORD") or "",
        origin=origin,
        feed_url=environment.get("STUDIO_FEED_URL") or "",
    )


def _local(folder: Path, environment: Mapping[str, str]) -> Place:
    ports: dict[str, Any] = json.loads((folder / "ports.json").read_text())
    secrets: dict[str, Any] = json.loads((folder / "secrets.json").read_text())
    return Place(
        url=environment.get("STUDIO_API_URL") or f"http://127.0.0.1:{ports['api']}",
        router_url=environment.get("STUDIO_ROUTER_URL") or f"http://127.0.0.1:{ports['router']}",
        access_token=environment.get("STUDIO_TOKEN") or "",
        email=environment.get("STUDIO_EMAIL") or environment.get("STUDIO_ADMIN_EMAIL") or ADMIN,
        password=environment.get("STUDIO_PASSWORD")
        or environment.get("STUDIO_ADMIN_PASSWORD")
        or str(secrets["admin_password"]),
        origin=str(folder),
        feed_url=environment.get("STUDIO_FEED_URL")
        or (f"ws://127.0.0.1:{ports['feed']}{FEED}" if "feed" in ports else ""),
    )
