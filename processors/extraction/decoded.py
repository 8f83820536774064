"""Bytes of a text file as characters, with the way back from every character to its bytes."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from operator import add

from processors.extraction.charsets import NUL_FREE, guess, known, marked
from processors.extraction.unreadable import Unreadable

TOLERATED = 0.001
"""Share of characters that may be malformed in a file that nobody declared: a scratch, not another encoding."""
STEP = 512
WIDE = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters `start..` decoded without loss from the bytes `byte_start..`; a malformed stretch is one U+FFFD."""

    start: int
    byte_start: int
    text: str


@dataclass(frozen=True)
class Decoded:
    """`text` has one character per decoded character; CR LF became space LF and CR became LF, so lengths are kept."""

    text: str
    encoding: str
    replaced: int
    stretches: tuple[Stretch, ...]
    size: int

    def byte_offsets(self, places: Sequence[int]) -> array[int]:
        """Byte offset of each character offset in `places`."""
        if len(self.stretches) == 2 and self.encoding == "utf-8":
            return self._utf8(places)
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
        return array("q", map(offsets.__getitem__, places))

    def _utf8(self, places: Sequence[int]) -> array[int]:
        """One lossless stretch: a place lies behind as many bytes as characters, and what wide ones add to that."""
        wide, more = self._wide
        offsets = array("q")
        for first in range(0, len(places), STEP):
            some = list(places[first : first + STEP])
            if some != sorted(some):
                offsets.extend(map(add, some, map(more.__getitem__, map(partial(bisect_left, wide), some))))
                continue
            # Places in order, as most come: each stretch between two wide characters is moved at once.
            begin, index = 0, bisect_left(wide, some[0])
            while begin < len(some):
                end = bisect_right(some, wide[index], begin) if index < len(wide) else len(some)
                offsets.fromlist([place + more[index] for place in some[begin:end]])
                begin, index = end, index + 1
        return offsets

    @cached_property
    def _wide(self) -> tuple[list[int], list[int]]:
        """Where characters of several bytes stand, and how many bytes more than characters there are before each.

        The last number counts all of them.
        """
        only = self.stretches[0]
        wide: list[int] = []
        more, extra = [only.byte_start], only.byte_start
        for start in range(0, len(only.text), STEP):
            some = only.text[start : start + STEP]
            if not some.isascii():  # most are, and need no look at each character
                for found in WIDE.finditer(some):
                    extra += len(found[0].encode()) - 1
                    wide.append(start + found.start())
                    more.append(extra)
        return wide, more


def decode(data: bytes, charset: str = "") -> Decoded:
    """Decode by byte order mark, else as strict UTF-8, else as the declared charset, else as the code page that fits.

    A declared charset other than UTF-8 goes before UTF-8. Malformed bytes become U+FFFD and are counted; undeclared,
    at most 0.1 % of the characters of UTF-8 may be malformed before another code page is looked for.
    Raises Unreadable NOT_TEXT (no code page makes sense of the bytes), UNKNOWN_CHARSET, UNSUPPORTED_TYPE (NUL).
    """
    length, encoding = marked(data)
    if not encoding and charset:
        encoding = known(charset)
    if encoding:
        stretches, replaced = _stretches(data, length, encoding)
    else:
        encoding = "utf-8"
        try:
            stretches, replaced = _stretches(data, 0, encoding)
            tolerable = replaced <= TOLERATED * sum(len(stretch.text) for stretch in stretches)
        except Unreadable:
            tolerable = False
        if not tolerable:
            encoding = guess(data)
            stretches, replaced = _stretches(data, 0, encoding)
    text = "".join(stretch.text for stretch in stretches)
    if "\x00" in text:
        raise Unreadable("UNSUPPORTED_TYPE", NUL_FREE)
    plain = text.replace("\r\n", " \n").replace("\r", "\n")
    # The end of the text is a place too: an empty last stretch gives it its byte.
    end = Stretch(len(text), len(data), "")
    return Decoded(plain, encoding, replaced, (*stretches, end), len(data))


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
                raise Unreadable("NOT_TEXT", f"More than 10,000 characters are not valid {encoding}.")
    return found, replaced
