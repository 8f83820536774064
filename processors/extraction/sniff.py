"""The type of a document by its content; the declared name and media type are only checked against it."""

from __future__ import annotations

import json
import re
from email.message import Message
from pathlib import PurePosixPath

from processors.extraction.charsets import marked
from processors.extraction.containers import container_kind, is_container
from processors.extraction.kinds import EXTENSIONS, FORMAT_OF, MEDIA_TYPES, TEXTS, Kind
from processors.extraction.unreadable import Unreadable

IMAGES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a PNG image"), (b"\xff\xd8\xff", "a JPEG image"), (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
)  # fmt: skip
ARCHIVES: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "a gzip archive"), (b"7z\xbc\xaf", "a 7-Zip archive"), (b"Rar!\x1a\x07", "a RAR archive"),
    (b"BZh", "a bzip2 archive"), (b"\xfd7zXZ\x00", "an xz archive"), (b"\x28\xb5\x2f\xfd", "a zstd archive"),
)  # fmt: skip
BINARY: tuple[tuple[bytes, str], ...] = (
    (b"GIF8", "a GIF image"), (b"\x7fELF", "a program"), (b"MZ\x90", "a program"), (b"{\\rtf", "an RTF document"),
)  # fmt: skip
HEAD = 4096
HTML_START = re.compile(
    rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>])", re.I | re.S
)
HTML_TAG = re.compile(rb"</?(p|div|h[1-6]|ul|ol|li|table|tr|td|span|a|br|section|article|body|html)\b[^<>]*>", re.I)
MARKDOWN_SIGN = re.compile(rb"^(#{1,6} \S|```|> \S|[*+-] \[[ x]\] |\|.*\|\s*$)|\[[^\]\n]+\]\([^)\n]+\)", re.M)
JSON_START = re.compile(r"\s*(?:\{\s*(?:\"|\})|\[\s*(?:[\[{\"\]]|-?\d+\s*[,\]]|true\b|false\b|null\b))")


def declared(name: str, media_type: str) -> Kind | None:
    """The type that the name, or failing that the media type, claims; None where neither says anything."""
    by_name = EXTENSIONS.get(PurePosixPath(name.replace("\\", "/")).suffix.lower())
    return by_name or MEDIA_TYPES.get(media_type.split(";")[0].strip().lower())


def charset(media_type: str) -> str:
    """The `charset` parameter of a media type, or an empty string (RFC 2045)."""
    message = Message()
    message["content-type"] = media_type or "application/octet-stream"
    value = message.get_param("charset", "")
    return value if isinstance(value, str) else ""


def sniff(data: bytes, name: str, media_type: str) -> Kind:
    """The type of `data`.

    Raises Unreadable: EMPTY_FILE, UNSUPPORTED_TYPE, WRONG_EXTENSION, NESTED_ARCHIVE, PASSWORD_PROTECTED, DAMAGED_FILE,
    ZIP_BOMB.
    """
    if not data:
        raise Unreadable("EMPTY_FILE", "The file has no bytes.")
    claim = declared(name, media_type)
    head = data[:HEAD]
    if b"%PDF-" in head[:1024]:
        return _agreed("pdf", "a PDF", claim, name)
    if is_container(data):
        if claim in TEXTS or claim in ("pdf", "image"):
            raise _refused("an archive or an office document", claim, name)
        found = container_kind(data)
        return _agreed(found, f"a {FORMAT_OF[found].title}", claim, name)
    for magic, what in IMAGES:
        if head.startswith(magic):
            return _agreed("image", what, claim, name)
    for magic, what in ARCHIVES:
        if head.startswith(magic):
            raise _refused(what, claim, name, "NESTED_ARCHIVE")
    for magic, what in BINARY:
        if head.startswith(magic):
            raise _refused(what, claim, name)
    bom, encoding = marked(data)
    if b"\x00" in head and not encoding:
        raise _refused("binary data", claim, name)
    return _text_kind(data, head[bom:], encoding or "latin-1", claim, name)


def _text_kind(data: bytes, head: bytes, encoding: str, claim: Kind | None, name: str) -> Kind:
    wide = encoding.startswith("utf-16") or encoding.startswith("utf-32")
    text = head.decode(encoding, errors="replace")
    narrow = text.encode("utf-8") if wide else head
    if HTML_START.match(narrow):
        return _agreed("html", "an HTML page", claim, name)
    if claim is not None and claim not in TEXTS:
        raise _refused("text", claim, name)
    if claim == "html":
        # A fragment without <html> is fine; a page without any tag is not a page.
        if not wide and not HTML_TAG.search(data[: 16 * HEAD]):
            raise _refused("text without a single HTML tag", claim, name)
        return "html"
    if claim in ("json", "jsonl"):
        return _json_kind(text) or claim
    if claim is not None:
        return claim
    if found := (JSON_START.match(text) and _json_kind(text)):
        return found
    if MARKDOWN_SIGN.search(narrow):
        return "markdown"
    return "csv" if _is_table(text, len(data) > HEAD) else "text"


def _json_kind(text: str) -> Kind | None:
    """One value, or one a line; None where the first line says neither."""
    lines = [line for line in text.split("\n")[:3] if line.strip()]
    if len(lines) > 1 and _is_value(lines[0]) and lines[1].lstrip()[:1] in tuple("{["):
        return "jsonl"
    return "json" if JSON_START.match(text) else None


def _is_value(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict | list)
    except (ValueError, RecursionError):
        return False


def _is_table(text: str, cut: bool) -> bool:
    """At least three lines, all with the same number of cells; the last may be cut."""
    from processors.extraction.delimited import delimiter

    lines = text.split("\n")[: -1 if cut else None]
    lines = [line for line in lines if line.strip()]
    mark = delimiter("\n".join(lines)) if len(lines) >= 3 else ""
    return bool(mark) and len({line.count(mark) for line in lines if '"' not in line}) == 1


def _agreed(found: Kind, what: str, claim: Kind | None, name: str) -> Kind:
    if claim is not None and claim != found:
        raise _refused(what, claim, name)
    return found


def _refused(what: str, claim: Kind | None, name: str, code: str = "UNSUPPORTED_TYPE") -> Unreadable:
    if claim is None:
        return Unreadable(code, f"The content is {what}, which cannot be read here.")
    return Unreadable(
        "WRONG_EXTENSION",
        f"{name!r} is declared as {FORMAT_OF[claim].media_type}, but its content is {what}.",
        "name",
    )
