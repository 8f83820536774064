"""The zip guard: an archive is looked at before anything in it is unpacked, and unpacked only within limits."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from processors.extraction.unreadable import Unreadable

MOST_PARTS = 20_000
MOST_UNPACKED = 512 * 1024 * 1024
"""Bytes of all parts together; only those with text are ever unpacked, and none is held whole by a streaming reader."""
MOST_RATIO = 250
"""Unpacked to packed bytes; real office XML stays below 60."""
SMALL = 4 * 1024 * 1024
"""A part below this may have any ratio: a page of spaces is no attack."""
ENCRYPTED_FLAG = 0x1
OFFICE_IN_OLE = b"\xd0\xcf\x11\xe0"


class Archive:
    """A zip file that has passed the guard. Raises Unreadable: DAMAGED_FILE, ZIP_BOMB, PASSWORD_PROTECTED."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self._infos = {info.filename: info for info in self._zip.infolist() if not info.is_dir()}
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
            raise Unreadable("DAMAGED_FILE", f"The archive cannot be opened: {error}.") from error
        _guard(list(self._infos.values()), len(data))
        self.names = list(self._infos)

    def has(self, name: str) -> bool:
        return name in self._infos

    def open(self, name: str) -> IO[bytes]:
        """A stream of one part, unpacked as it is read. Raises Unreadable DAMAGED_FILE."""
        if name not in self._infos:
            raise Unreadable("DAMAGED_FILE", f"The part {name[:200]!r} of the archive is missing.")
        try:
            return self._zip.open(self._infos[name])
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
            raise Unreadable("DAMAGED_FILE", f"The part {name[:200]!r} cannot be unpacked: {error}.") from error

    def read(self, name: str, most: int = 64 * 1024 * 1024) -> bytes:
        """One whole part. Raises Unreadable: DAMAGED_FILE, TOO_LARGE."""
        with self.open(name) as stream:
            try:
                data = stream.read(most + 1)
            except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
                raise Unreadable("DAMAGED_FILE", f"The part {name[:200]!r} is damaged: {error}.") from error
        if len(data) > most:
            raise Unreadable("TOO_LARGE", f"The part {name[:200]!r} has more than {most} bytes.")
        return data

    def under(self, folder: str) -> Iterator[str]:
        return (name for name in self.names if name.startswith(folder))


def _guard(infos: list[zipfile.ZipInfo], size: int) -> None:
    if len(infos) > MOST_PARTS:
        raise Unreadable("ZIP_BOMB", f"The archive has {len(infos)} parts; {MOST_PARTS} are allowed.")
    if any(info.flag_bits & ENCRYPTED_FLAG for info in infos):
        raise Unreadable("PASSWORD_PROTECTED", "The archive is protected by a password.")
    unpacked = sum(info.file_size for info in infos)
    if unpacked > MOST_UNPACKED:
        raise Unreadable("ZIP_BOMB", f"The archive unpacks to {unpacked} bytes; {MOST_UNPACKED} are allowed.")
    if sum(info.compress_size for info in infos) > size:
        raise Unreadable("ZIP_BOMB", "The parts of the archive overlap.")
    for info in infos:
        if info.file_size > SMALL and info.file_size > MOST_RATIO * max(1, info.compress_size):
            raise Unreadable("ZIP_BOMB", f"The part {info.filename[:200]!r} unpacks to {info.file_size} bytes.")


def resolve(base: str, target: str) -> str:
    """The name of the part that `target`, written in the part `base`, means."""
    target = target.split("#")[0]
    joined = target.lstrip("/") if target.startswith("/") else posixpath.join(posixpath.dirname(base), target)
    return posixpath.normpath(joined)
