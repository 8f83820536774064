"""The type of a document is what its content is; what was declared must agree."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from processors.extraction.decoded import decode
from processors.extraction.html import meta_charset
from processors.extraction.pdf import read_pdf
from processors.extraction.sniff import charset, sniff
from processors.extraction.unreadable import Unreadable

HANDBOOK = (Path(__file__).resolve().parents[2] / "demo" / "documents" / "handbook.pdf").read_bytes()


@pytest.mark.parametrize(
    ("data", "name", "media_type", "kind"),
    [
        (b"%PDF-1.7", "a.pdf", "", "pdf"),
        (b"junk\n%PDF-1.4", "upload", "application/octet-stream", "pdf"),
        (b"<!DOCTYPE html><p>x", "a", "", "html"),
        (b"\xef\xbb\xbf<html><p>x", "a.html", "", "html"),
        (b"<p>only a fragment</p>", "a.htm", "", "html"),
        (b"# Title\n\ntext", "a", "", "markdown"),
        (b"plain", "a.md", "", "markdown"),
        (b"plain", "a", "text/markdown; charset=utf-8", "markdown"),
        (b"plain words", "a", "", "text"),
        ("\ufeffwide".encode("utf-16"), "a.txt", "", "text"),
    ],
)
def test_kinds(data: bytes, name: str, media_type: str, kind: str) -> None:
    assert sniff(data, name, media_type) == kind


@pytest.mark.parametrize(
    ("data", "name", "code", "field"),
    [
        (b"", "a.txt", "EMPTY_FILE", "file"),
        (b"%PDF-1.7", "a.txt", "WRONG_EXTENSION", "name"),
        (b"plain", "a.pdf", "WRONG_EXTENSION", "name"),
        (b"PK\x03\x04rest", "a.pdf", "WRONG_EXTENSION", "name"),
        (b"PK\x03\x04rest", "a.docx", "UNSUPPORTED_TYPE", "file"),
        (b"<html><p>x", "a.md", "WRONG_EXTENSION", "name"),
        (b"no tag at all", "a.html", "WRONG_EXTENSION", "name"),
        (b"nul\x00bytes", "a.txt", "WRONG_EXTENSION", "name"),
        (b"nul\x00bytes", "a", "UNSUPPORTED_TYPE", "file"),
    ],
)
def test_contradictions(data: bytes, name: str, code: str, field: str) -> None:
    with pytest.raises(Unreadable) as raised:
        sniff(data, name, "")
    assert (raised.value.code, raised.value.field) == (code, field)


def pdf_code(data: bytes) -> str:
    with pytest.raises(Unreadable) as raised:
        read_pdf(data)
    return raised.value.code


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_pdf_that_was_cut_anywhere_is_not_taken_for_the_whole(share: float) -> None:
    assert pdf_code(HANDBOOK[: int(len(HANDBOOK) * share)]) == "TRUNCATED_PDF"


def test_a_pdf_with_a_password_without_text_or_with_damage() -> None:
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("secret"))
    canvas.drawString(72, 700, "hidden")
    canvas.save()
    assert pdf_code(out.getvalue()) == "ENCRYPTED_PDF"
    blank = io.BytesIO()
    canvas = Canvas(blank)
    canvas.rect(10, 10, 100, 100)
    canvas.save()
    assert pdf_code(blank.getvalue()) == "NO_TEXT"
    assert pdf_code(b"%PDF-1.7\n" + b"garbage " * 50 + b"\n%%EOF\n") == "DAMAGED_PDF"


def test_undeclared_bytes_must_be_utf8_but_for_a_scratch() -> None:
    with pytest.raises(Unreadable) as raised:
        decode("Füße".encode("latin-1"))
    assert raised.value.code == "NOT_UTF8"
    scratched = decode(b"word " * 1000 + b"\xff")
    assert scratched.replaced == 1
    with pytest.raises(Unreadable) as raised:
        decode(b"word", "klingon")
    assert (raised.value.code, raised.value.field) == ("UNKNOWN_CHARSET", "media_type")


def test_charsets_are_found() -> None:
    assert charset("text/plain; charset=ISO-8859-1") == "ISO-8859-1"
    assert charset("text/plain") == ""
    assert meta_charset(b'<html><head><meta charset="windows-1252">') == "windows-1252"
    assert meta_charset(b'<meta http-equiv="Content-Type" content="text/html; charset=utf-8">') == "utf-8"
