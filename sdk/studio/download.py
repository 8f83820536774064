"""An answer into a file, which is there whole or not at all."""

from __future__ import annotations

import asyncio
import os
import zipfile
from pathlib import Path
from uuid import uuid4

import httpx

from studio.patience import unreachable
from studio.session import Params, Session


async def download(session: Session, path: str, target: Path, params: Params | None = None) -> int:
    """Write what `path` answers to `target`, in place of what is there. Returns bytes.

    Raises:
        ApiError: the typed error of the answer.
        Unreachable: the connection broke; `target` is as it was.
        OSError: the file cannot be written.
    """
    partial = target.with_name(f".{target.name}.{uuid4().hex}")
    size = 0
    try:
        with await asyncio.to_thread(partial.open, "xb") as file:
            async with session.opened("GET", path, params=params, headers=session.waiting) as answer:
                async for piece in answer.aiter_bytes():
                    size += await asyncio.to_thread(file.write, piece)
        os.replace(partial, target)
    except httpx.TransportError as error:
        raise unreachable(f"{session.url}{path}", error) from error
    finally:
        partial.unlink(missing_ok=True)
    return size


async def unpacked(session: Session, path: str, folder: Path, params: Params | None = None) -> int:
    """Write what `path` answers, a zip archive, into a folder; files there of the same names are replaced.

    Returns bytes. Raises as `download`, and ValueError for an archive that leads out of the folder.
    """
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    archive = folder / f".{uuid4().hex}.zip"
    try:
        await download(session, path, archive, params)
        return await asyncio.to_thread(_unpack, archive, folder)
    finally:
        archive.unlink(missing_ok=True)


def _unpack(archive: Path, folder: Path) -> int:
    with zipfile.ZipFile(archive) as members:
        for name in members.namelist():
            if not (folder / name).resolve().is_relative_to(folder.resolve()):
                raise ValueError(f"the archive holds {name!r}, which leads out of the folder")
        members.extractall(folder)
        return sum(member.file_size for member in members.infolist())
