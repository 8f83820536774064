"""The type of a document by its content; the declared name and media type are only checked against it."""

from __future__ import annotations

import re
from email.message import Message
from pathlib import PurePosixPath
from typing import Literal

from processors.extraction.unreadable import Unreadable

Kind = Literal["pdf", "html", "markdown", "text"]

EXTENSIONS: dict[str, Kind] = {
    ".pdf": "pdf",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".text": "text",
}
MEDIA_TYPES: dict[str, Kind] = {
    "application/pdf": "pdf",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/markdown": "markdown",
    "text/plain": "text",
}
MEDIA_TYPE_OF: dict[Kind, str] = {
    "pdf": "application/pdf",
    "html": "text/html",
    "markdown": "text/markdown",
    "text": "text/plain",
}
BINARY: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a ZIP archive (DOCX, XLSX, PPTX, EPUB)"),
    (b"\xd0\xcf\x11\xe0", "an old Microsoft Office file"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"{\\rtf", "an RTF document"),
)
BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
HEAD = 4096

HTML_START = re.compile(
    rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>])", re.I | re.S
)
HTML_TAG = re.compile(rb"</?(p|div|h[1-6]|ul|ol|li|table|tr|td|span|a|br|section|article|body|html)\b[^<>]*>", re.I)
MARKDOWN_SIGN = re.compile(rb"^(#{1,6} \S|```|> \S|[*+-] \[[ x]\] |\|.*\|\s*$)|\[[^\]\n]+\]\([^)\n]+\)", re.M)


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
    """The type of `data`. Raises Unreadable: EMPTY_FILE, UNSUPPORTED_TYPE or WRONG_EXTENSION."""
    if not data:
        raise Unreadable("EMPTY_FILE", "The file has no bytes.")
    claim = declared(name, media_type)
    head = data[:HEAD]
    if b"%PDF-" in head[:1024]:
        return _agreed("pdf", "a PDF", claim, name)
    for magic, what in BINARY:
        if head.startswith(magic):
            raise _refused(what, claim, name)
    if b"\x00" in head and not head.startswith(BOMS):
        raise _refused("binary data", claim, name)
    if HTML_START.match(head.removeprefix(BOMS[0])):
        return _agreed("html", "an HTML page", claim, name)
    if claim == "pdf":
        raise _refused("text", claim, name)
    if claim == "html":
        # A fragment without <html> is fine; a page without any tag is not a page.
        if not head.startswith(BOMS[1:]) and not HTML_TAG.search(data[: 16 * HEAD]):
            raise _refused("text without a single HTML tag", claim, name)
        return "html"
    if claim is not None:
        return claim
    return "markdown" if MARKDOWN_SIGN.search(head) else "text"


def _agreed(found: Kind, what: str, claim: Kind | None, name: str) -> Kind:
    if claim is not None and claim != found:
        raise _refused(what, claim, name)
    return found


def _refused(what: str, claim: Kind | None, name: str) -> Unreadable:
    if claim is None:
        return Unreadable("UNSUPPORTED_TYPE", f"The content is {what}, which cannot be read here.")
    return Unreadable(
        "WRONG_EXTENSION", f"{name!r} is declared as {MEDIA_TYPE_OF[claim]}, but its content is {what}.", "name"
    )
