"""The child process: `python -m processors.extraction.parser PATH NAME MEDIA_TYPE MEMORY CPU_SECONDS OUTPUT`.

It limits itself before it touches the file, writes one JSON line and then the blobs to standard output. It is told
nothing else: no environment, no addresses, no credentials.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from streams.confined import confine

if TYPE_CHECKING:
    from processors.extraction.canonical import Canonical

MOST_CHARACTERS = 20_000_000


def read(data: bytes, name: str, media_type: str) -> tuple[str, Canonical]:
    """Media type as found, and the canonical text. Raises Unreadable."""
    from processors.extraction.sniff import MEDIA_TYPE_OF, charset, sniff
    from processors.extraction.unreadable import Unreadable

    kind = sniff(data, name, media_type)
    canonical = _reader(kind)(data, charset(media_type))
    if not canonical.text.strip():
        raise Unreadable("NO_TEXT", "The document holds no text.")
    if len(canonical.text) > MOST_CHARACTERS:
        raise Unreadable("TOO_LARGE", f"The text has {len(canonical.text)} characters; {MOST_CHARACTERS} are allowed.")
    return MEDIA_TYPE_OF[kind], canonical


def _reader(kind: str) -> Callable[[bytes, str], Canonical]:
    """Only the library that is needed is loaded."""
    if kind == "pdf":
        from processors.extraction.pdf import read_pdf

        return lambda data, charset: read_pdf(data)
    from processors.extraction.decoded import decode

    if kind == "html":
        from processors.extraction.html import meta_charset, read_html

        return lambda data, charset: read_html(decode(data, charset or meta_charset(data)))
    if kind == "markdown":
        from processors.extraction.markdown import read_markdown

        return lambda data, charset: read_markdown(decode(data, charset))
    from processors.extraction.text import read_text

    return lambda data, charset: read_text(decode(data, charset))


def answer(path: str, name: str, media_type: str) -> tuple[dict[str, Any], list[bytes]]:
    """The JSON line and the blobs (text, map, chunks) for one file; {"error": {...}} and no blobs if unreadable."""
    from processors.extraction.chunks import cut
    from processors.extraction.unreadable import Unreadable

    try:
        with open(path, "rb") as file:
            data = file.read()
        found, canonical = read(data, name, media_type)
        pieces = cut(canonical)
        blobs = [canonical.text.encode(), canonical.map_json(), pieces.to_json()]
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
        "lengths": [len(blob) for blob in blobs],
    }, blobs


def _lacking(error: BaseException) -> str:
    return "stack" if isinstance(error, RecursionError) else "memory"


def main() -> None:
    path, name, media_type, memory, cpu_seconds, output = sys.argv[1:]
    confine(int(memory), int(cpu_seconds))
    line, blobs = answer(path, name, media_type)
    if sum(map(len, blobs)) > int(output):
        line, blobs = (
            {"error": {"code": "TOO_LARGE", "reason": "The extracted text is too large.", "field": "file"}},
            [],
        )
    with os.fdopen(1, "wb", closefd=False) as out:
        out.write(json.dumps(line).encode() + b"\n")
        for blob in blobs:
            out.write(blob)


if __name__ == "__main__":
    main()
