"""Which encoding the bytes of a text file are in: by mark, by declaration, or by what makes sense of them."""

from __future__ import annotations

import codecs

from processors.extraction.unreadable import Unreadable

BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
PLAUSIBLE = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "iso8859_2", "iso8859_5",
    "iso8859_7", "koi8_r", "cp866", "cp850", "cp437", "mac_roman", "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr",
]  # fmt: skip
"""Code pages that people's files are really in. UTF-16 without a mark is found by its NUL bytes."""
SAMPLE = 64 * 1024
FEW = 8
NUL_FREE = "The content holds NUL characters: it is binary data, not text."


def marked(data: bytes) -> tuple[int, str]:
    """Length and encoding of the byte order mark; UTF-16 also shows by its NUL bytes. (0, "") where none is."""
    for mark, name in BOMS:
        if data.startswith(mark):
            return len(mark), name
    head = data[:SAMPLE]
    if len(data) % 2 == 0 and head:
        even, odd = head[0::2].count(0), head[1::2].count(0)
        most, least = len(head) * 0.2, len(head) * 0.01
        if odd > most and even <= least:
            return 0, "utf-16-le"
        if even > most and odd <= least:
            return 0, "utf-16-be"
    return 0, ""


def known(charset: str) -> str:
    """Python's name of a declared charset. Raises Unreadable UNKNOWN_CHARSET."""
    try:
        name = codecs.lookup(charset.strip()).name
        "a\n".encode(name)
    except (LookupError, UnicodeError, AssertionError) as error:
        raise Unreadable("UNKNOWN_CHARSET", f"The declared charset {charset!r} is not known.", "media_type") from error
    if name == "iso8859-1":
        return "cp1252"  # what pages and programs mean by Latin-1 (WHATWG encoding standard)
    return "utf-8" if name in ("utf-8-sig", "ascii") else name


def guess(data: bytes) -> str:
    """The code page of text that is not UTF-8, by the letters and words that it gives.

    Raises Unreadable NOT_TEXT: control characters, or none of PLAUSIBLE makes sense of the bytes.
    """
    from charset_normalizer import from_bytes

    sample = data[:SAMPLE]
    controls = sum(sample.count(code) for code in range(32) if code not in (9, 10, 12, 13, 27))
    if controls > 0.01 * len(sample):
        raise Unreadable("NOT_TEXT", f"{controls} of the first {len(sample)} bytes are control characters.")
    wide = bytes(byte for byte in sample if byte > 127)
    if len(wide) < FEW and (western := _decoded(wide, "cp1252")) and western.isalpha():
        return "cp1252"  # too little to tell from: a few letters of a western language
    best = from_bytes(sample, cp_isolation=PLAUSIBLE, threshold=0.3).best()
    if best is None:
        raise Unreadable("NOT_TEXT", "The bytes are not UTF-8, and no usual code page makes text of them.")
    if _decoded(sample, "cp1252") == str(best):
        return "cp1252"  # the commonest of those that give the same text
    return codecs.lookup(best.encoding).name


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
