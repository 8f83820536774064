"""The parts of a multipart body as they come in: one file, written as it arrives, and short fields of text."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from python_multipart.multipart import parse_options_header

from api.errors import Problem, invalid

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

FLUSH = 1024 * 1024  # bytes gathered before they are written
FIELD_LIMIT = 2000  # bytes of a text field
PARTS = 20


@dataclass(slots=True)
class Upload:
    """A file that has arrived. path: gone when the block ends."""

    path: Path
    name: str
    media_type: str
    size: int
    fields: dict[str, str]


def too_large(limit: int) -> Problem:
    """422: over the limit."""
    return invalid(
        "file", f"is larger than {limit} bytes", "split the document, or raise STUDIO_UPLOAD_LIMIT on the server"
    )


@dataclass(slots=True)
class Form:
    """Collects the parts as the parser finds them. Only the first part named `file` is kept."""

    path: Path
    limit: int
    ended: bool = False
    size: int = 0
    parts: int = 0
    fields: dict[str, str] = field(default_factory=dict)
    _headers: dict[bytes, bytes] = field(default_factory=dict)
    _name: bytes = b""
    _value: bytes = b""
    _part: str = ""
    _text: bytearray = field(default_factory=bytearray)
    _waiting: bytearray = field(default_factory=bytearray)
    _file: BinaryIO | None = None
    _file_name: str | None = None
    _media_type: str = ""

    def callbacks(self) -> MultipartCallbacks:
        """For python_multipart."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._header(data[start:end], b""),
            "on_header_value": lambda data, start, end: self._header(b"", data[start:end]),
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_end,
            "on_part_data": lambda data, start, end: self._data(data[start:end]),
            "on_part_end": self._end,
            "on_end": self._finished,
        }

    def _begin(self) -> None:
        self.parts += 1
        if self.parts > PARTS:
            raise invalid("body", f"has more than {PARTS} parts", "send one file")
        self._headers, self._name, self._value, self._part = {}, b"", b"", ""
        self._text = bytearray()

    def _header(self, name: bytes, value: bytes) -> None:
        self._name += name
        self._value += value
        if len(self._name) + len(self._value) > 8192:
            raise invalid("body", "has a part with an over-long header", "send plain parts")

    def _header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def _headers_end(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._part = options.get(b"name", b"").decode(errors="replace")
        if self._part != "file" or self._file_name is not None:
            return
        if b"filename" not in options:
            raise invalid("file", "is not a file", "send it with a file name")
        self._file_name = safe_name(options[b"filename"].decode(errors="replace"))
        declared = self._headers.get(b"content-type", b"").decode("latin-1").split(";")[0].strip().lower()
        self._media_type = declared[:100] if declared.isascii() and declared.isprintable() else ""
        self._file = self.path.open("wb")

    def _data(self, data: bytes) -> None:
        if self._part == "file" and self._file is not None:
            self.size += len(data)
            if self.size > self.limit:
                raise too_large(self.limit)
            self._waiting += data
        else:
            self._text += data
            if len(self._text) > FIELD_LIMIT:
                raise invalid(safe_name(self._part) or "body", f"is longer than {FIELD_LIMIT} bytes")

    def _end(self) -> None:
        if self._part and self._part != "file":
            self.fields.setdefault(self._part, self._text.decode(errors="replace"))

    def _finished(self) -> None:
        self.ended = True

    async def flush(self, all: bool = False) -> None:
        """Write what has gathered, off the event loop."""
        if self._file is not None and self._waiting and (all or len(self._waiting) >= FLUSH):
            data, self._waiting = bytes(self._waiting), bytearray()
            await asyncio.to_thread(self._file.write, data)

    async def close(self) -> None:
        """The file is on disk."""
        await self.flush(all=True)
        if self._file is not None:
            self._file.close()

    def upload(self) -> Upload:
        """What arrived.

        Raises:
            Problem: 422; there was no part named `file`.
        """
        if self._file_name is None:
            raise invalid("file", "is missing", "send the document as the form field `file`")
        return Upload(self.path, self._file_name, self._media_type, self.size, self.fields)


def safe_name(name: str) -> str:
    """A file name for display: its last part, printable, at most 200 characters."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(letter for letter in last if letter.isprintable())[:200].strip() or "unnamed"
