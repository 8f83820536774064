"""Directories as blobs: a manifest is JSON that names the blob of every file, so equal files are stored once.

{"version": 1, "files": {"config.json": {"blob", "sha256", "size"}, ...}, ...}
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from streams.blobs import BlobRef, Blobs

VERSION = 1
STATE = "state.json"  # of a checkpoint, see grpo.model.checkpoint


class Store:
    """Puts and fetches directories; remembers what it has put, so unchanged files cost one hash."""

    def __init__(self, blobs: Blobs) -> None:
        self.blobs = blobs
        self.known: dict[tuple[str, int, int], BlobRef] = {}

    async def put(self, tenant: str, directory: Path, **about: Any) -> tuple[str, int]:
        """Store a directory.

        Returns:
            The key of its manifest, and the bytes of all files together.
        """
        files: dict[str, Any] = {}
        for path in sorted(path for path in directory.rglob("*") if path.is_file()):
            ref = await self.put_file(tenant, path)
            name = path.relative_to(directory).as_posix()
            files[name] = {"blob": ref.key, "sha256": ref.sha256, "size": ref.size}
        content = json.dumps({"version": VERSION, "files": files, **about}, sort_keys=True).encode()
        manifest = await self.blobs.put(tenant, content, "application/json")
        return manifest.key, sum(file["size"] for file in files.values())

    async def put_file(self, tenant: str, path: Path) -> BlobRef:
        stat = path.stat()
        # Hard links of one file (the base model in every checkpoint) share inode and time.
        identity = (tenant, stat.st_ino, stat.st_mtime_ns)
        if identity not in self.known:
            self.known[identity] = await self.blobs.put_file(tenant, path)
        return self.known[identity]

    async def fetch(self, manifest: str, directory: Path) -> dict[str, Any]:
        """Lay out a directory; what is there already and right is kept, anything else in it is removed.

        Returns:
            The manifest.

        Raises:
            BlobMissing, BlobBroken: the manifest or a file is not there or not what it was.
            ValueError: the manifest cannot be read.
        """
        content: dict[str, Any] = json.loads(await self.blobs.get(manifest))
        directory.mkdir(parents=True, exist_ok=True)
        wanted = {safe(directory, name): file for name, file in content["files"].items()}
        for path in directory.rglob("*"):
            if path.is_file() and path not in wanted:
                path.unlink()
        for path, file in wanted.items():
            if path.is_file() and digest(path) == file["sha256"]:
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            await self.blobs.get_file(file["blob"], path)
        return content


def told_hashes(directory: Path, manifest: Mapping[str, Any]) -> None:
    """Whether a checkpoint's files are those that its writer hashed, going by the hashes in its manifest.

    A file that changed on the disk between the torch process and the blob store is whole there, and wrong.

    Raises:
        ValueError, KeyError: they are not, or the state cannot be read.
    """
    written = json.loads((directory / STATE).read_text())["files"]
    for name, file in written.items():
        if manifest["files"].get(name, {}).get("sha256") != file["sha256"]:
            raise ValueError(f"{name} is not what was written")


def safe(directory: Path, name: str) -> Path:
    """The place of a manifest's file; names that lead out of the directory are refused."""
    path = (directory / name).resolve()
    if not path.is_relative_to(directory.resolve()):
        raise ValueError(f"the manifest names {name!r}, which is outside its directory")
    return directory / name


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def clear(directory: Path) -> None:
    shutil.rmtree(directory, ignore_errors=True)
