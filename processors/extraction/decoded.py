"""Bytes of a text file as characters, with the way back from every character to its bytes."""

from __future__ import annotations

import codecs
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from processors.extraction.unreadable import Unreadable

BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
TOLERATED = 0.001
"""Share of characters that may be malformed in a file that nobody declared: a scratch, not another encoding."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters `start..` decoded without loss from the bytes `byte_start..`; a malformed stretch is one U+FFFD."""

    start: int
    byte_start: int
    text: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """`text` has one character per decoded character; CR LF became space LF and CR became LF, so lengths are kept."""

    text: str
    encoding: str
    replaced: int
    stretches: tuple[Stretch, ...]
    size: int

    def byte_offsets(self, places: Iterable[int]) -> dict[int, int]:
        """Byte offset of each character offset in `places`; one pass over the text."""
        offsets: dict[int, int] = {}
        starts = [stretch.start for stretch in self.stretches]
        index, char, byte = -1, 0, 0
        for place in sorted(set(places)):
            at = bisect_right(starts, place) - 1
            if at != index:
                index, char, byte = at, starts[at], self.stretches[at].byte_start
            stretch = self.stretches[at]
            byte += len(stretch.text[char - stretch.start : place - stretch.start].encode(self.encoding))
            char = place
            offsets[place] = byte
        return offsets


def decode(data: bytes, charset: str = "") -> Decoded:
    """Decode by byte order mark, else as the declared charset, else as UTF-8.

    Malformed bytes become U+FFFD and are counted. Undeclared, at most 0.1 % of the characters may be malformed.
    Raises Unreadable NOT_UTF8 (more than that), UNKNOWN_CHARSET, UNSUPPORTED_TYPE (NUL characters).
    """
    bom, encoding = next(((mark, name) for mark, name in BOMS if data.startswith(mark)), (b"", ""))
    if not encoding:
        encoding = _known(charset) if charset else "utf-8"
    stretches, replaced = _stretches(data, len(bom), encoding)
    text = "".join(stretch.text for stretch in stretches)
    if replaced and not charset and not bom and replaced > TOLERATED * len(text):
        raise Unreadable(
            "NOT_UTF8", f"{replaced} of {len(text)} characters are not valid UTF-8; no encoding was declared."
        )
    if "\x00" in text:
        raise Unreadable("UNSUPPORTED_TYPE", "The content holds NUL characters: it is binary data, not text.")
    plain = text.replace("\r\n", " \n").replace("\r", "\n")
    # The end of the text is a place too: an empty last stretch gives it its byte.
    end = Stretch(len(text), len(data), "")
    return Decoded(plain, encoding, replaced, (*stretches, end), len(data))


def _known(charset: str) -> str:
    try:
        name = codecs.lookup(charset.strip()).name
        "a\n".encode(name)
    except (LookupError, UnicodeError, AssertionError) as error:
        raise Unreadable("UNKNOWN_CHARSET", f"The declared charset {charset!r} is not known.", "media_type") from error
    return "utf-8" if name in ("utf-8-sig", "ascii") else name


def _stretches(data: bytes, begin: int, encoding: str) -> tuple[list[Stretch], int]:
    """The lossless stretches of the data and, between them, single U+FFFD; how many of the latter."""
    found: list[Stretch] = []
    char, byte, replaced = 0, begin, 0
    view = memoryview(data)  # slices without copies: many malformed bytes stay linear
    while byte < len(data):
        try:
            text, bad = str(view[byte:], encoding), 0
            stop = len(data)
        except UnicodeDecodeError as error:
            stop, bad = byte + error.start, max(1, error.end - error.start)
            text = str(view[byte:stop], encoding)
        if text and len(text.encode(encoding)) != stop - byte:
            # Stateful charsets (ISO-2022-JP) and aliases lose the way back to the bytes.
            raise Unreadable("UNKNOWN_CHARSET", f"The charset {encoding} does not map back to bytes.", "media_type")
        if text:
            found.append(Stretch(char, byte, text))
            char += len(text)
        byte = stop
        if bad:
            found.append(Stretch(char, byte, "\ufffd"))
            char, byte, replaced = char + 1, byte + bad, replaced + 1
            if replaced > 10_000:
                raise Unreadable("NOT_UTF8", f"More than 10,000 characters are not valid {encoding}.")
    return found, replaced
