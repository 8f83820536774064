"""The type of a document is what its content is; what was declared must agree."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from processors.extraction.decoded import decode
from processors.extraction.html import meta_charset
from processors.extraction.parser import read
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
        (b"a,b,c\n1,2,3\n4,5,6\n", "a", "", "csv"),
        (b"one, two words\nand, so, on\nto the end\n", "a", "", "text"),
        (b"a;b\n1;2", "a.csv", "", "csv"),
        (b'{"a": 1}', "a", "", "json"),
        (b'{"a": 1}\n{"a": 2}\n', "a.json", "", "jsonl"),
        (b'{"a": 1}\n{"a": 2}\n', "a", "", "jsonl"),
        ("wide words without a mark".encode("utf-16-le"), "a", "", "text"),
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
        (b"PK\x03\x04rest", "a.docx", "DAMAGED_FILE", "file"),
        (b"Rar!\x1a\x07\x00", "a", "NESTED_ARCHIVE", "file"),
        (b"\x89PNG\r\n", "a.txt", "WRONG_EXTENSION", "name"),
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


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Füße", "latin-1"),
        ("Größe und Übermaß: dreißig Füße", "cp1252"),
        ("Привет, мир! Это обычный русский текст о собаках и кошках.", "cp1251"),
        ("Привет, мир! Это обычный русский текст о собаках и кошках.", "koi8-r"),
        ("日本語の文章です。これは試験のための文です。漢字とかな。", "shift_jis"),
        ("Żółć i gęś, źdźbło łąki: zażółć gęślą jaźń.", "cp1250"),
        ("Ελληνικά γράμματα και λέξεις εδώ", "cp1253"),
        ("no mark, but zeros between the letters", "utf-16-be"),
    ],
)
def test_undeclared_text_finds_its_code_page(text: str, encoding: str) -> None:
    found = decode(text.encode(encoding))
    assert (found.text, found.replaced) == (text, 0)
    assert text.encode(found.encoding) == text.encode(encoding)


def test_what_is_no_text_in_any_code_page_is_refused() -> None:
    noise = bytes(range(1, 256)) * 20
    with pytest.raises(Unreadable) as raised:
        decode(noise)
    assert raised.value.code == "NOT_TEXT"


def test_a_scratch_in_utf8_is_replaced_and_counted() -> None:
    scratched = decode(b"word " * 1000 + b"\xff")
    assert (scratched.replaced, scratched.encoding) == (1, "utf-8")
    with pytest.raises(Unreadable) as raised:
        decode(b"word", "klingon")
    assert (raised.value.code, raised.value.field) == ("UNKNOWN_CHARSET", "media_type")


def test_what_only_begins_like_json_is_text_unless_somebody_said_json() -> None:
    media_type, canonical = read(b"[1] Knuth, The Art", "notes", "")
    assert (media_type, canonical.text) == ("text/plain", "[1] Knuth, The Art")
    with pytest.raises(Unreadable) as raised:
        read(b'{"a": 1,\n "b": oops}', "notes.json", "")
    assert raised.value.code == "DAMAGED_JSON" and "Line 2, column 7" in raised.value.reason


def test_charsets_are_found() -> None:
    assert charset("text/plain; charset=ISO-8859-1") == "ISO-8859-1"
    assert charset("text/plain") == ""
    assert meta_charset(b'<html><head><meta charset="windows-1252">') == "windows-1252"
    assert meta_charset(b'<meta http-equiv="Content-Type" content="text/html; charset=utf-8">') == "utf-8"
