"""What a parser's process does with one document, after it has limited itself.

It is told a path, a name, a media type and how much it may write: no environment, no addresses, no credentials.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from processors.extraction.canonical import Canonical

MOST_CHARACTERS = 20_000_000


def read(data: bytes, name: str, media_type: str) -> tuple[str, Canonical]:
    """Media type as found, and the canonical text. Raises Unreadable."""
    from processors.extraction.kinds import FORMAT_OF
    from processors.extraction.readers import reader
    from processors.extraction.sniff import charset, declared, sniff
    from processors.extraction.unreadable import Unreadable

    kind = sniff(data, name, media_type)
    try:
        canonical = reader(kind)(data, charset(media_type))
    except Unreadable as error:
        if error.code != "DAMAGED_JSON" or declared(name, media_type):
            raise
        kind = "text"  # it only began like JSON, and nobody said that it is
        canonical = reader(kind)(data, charset(media_type))
    if not canonical.text.strip():
        raise Unreadable("NO_TEXT", "The document holds no text.")
    if len(canonical.text) > MOST_CHARACTERS:
        raise Unreadable("TOO_LARGE", f"The text has {len(canonical.text)} characters; {MOST_CHARACTERS} are allowed.")
    return FORMAT_OF[kind].media_type, canonical


def answer(path: str, name: str, media_type: str) -> tuple[dict[str, Any], list[bytes | bytearray]]:
    """The JSON line and the blobs text, map, chunks, structure; {"error": {...}} and no blobs if unreadable."""
    from processors.extraction.chunks import cut
    from processors.extraction.unreadable import Unreadable

    try:
        with open(path, "rb") as file:
            data = file.read()
        found, canonical = read(data, name, media_type)
        pieces = cut(canonical)
        blobs: list[bytes | bytearray] = [
            canonical.text.encode(),
            canonical.map_json(),
            pieces.to_json(),
            canonical.structure_json(),
        ]
    except Unreadable as error:
        return {"error": {"code": error.code, "reason": error.reason, "field": error.field}}, []
    except (MemoryError, RecursionError) as error:
        return {"error": {"code": "MEMORY", "reason": f"The parser ran out of {_lacking(error)}.", "field": "file"}}, []
    return {
        "media_type": found,
        "characters": len(canonical.text),
        "pages": canonical.pages,
        "bad_pages": canonical.bad_pages,
        "sections": len(pieces.sections),
        "chunks": len(pieces.chunks),
        "replaced": canonical.replaced,
        "encoding": canonical.encoding,
        "counts": canonical.counts(),
        "lengths": [len(blob) for blob in blobs],
    }, blobs


def _lacking(error: BaseException) -> str:
    return "stack" if isinstance(error, RecursionError) else "memory"


def respond(pipe: int, path: str, name: str, media_type: str, output: int) -> None:
    """Write one JSON line and then the blobs, `output` bytes at most."""
    line, blobs = answer(path, name, media_type)
    if sum(map(len, blobs)) > output:
        line, blobs = (
            {"error": {"code": "TOO_LARGE", "reason": "The extracted text is too large.", "field": "file"}},
            [],
        )
    with os.fdopen(pipe, "wb") as out:
        out.write(json.dumps(line).encode() + b"\n")
        for blob in blobs:
            out.write(blob)
