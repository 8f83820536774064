"""Files that attack the reader, and files that nobody can read: each has a code, a field and a way out."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import office_files as office
import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from processors.extraction.child import Limits
from processors.extraction.parsers import Parsers
from processors.extraction.unreadable import REMEDIES, Unreadable


def bomb() -> bytes:
    """A kilobyte of document.xml for each megabyte that it unpacks to."""
    return office.docx(office.paragraph("x") + " " * 20_000_000)


def many_parts() -> bytes:
    return office.zipped({f"part{number}": b"" for number in range(20_100)}, zipfile.ZIP_STORED)


def huge_together() -> bytes:
    """Each part passes alone, all together do not."""
    noise = bytes(range(256)) * 16
    part = (noise + bytes(4096) * 3) * 2000
    return office.zipped({f"word/{number}.xml": part for number in range(18)})


ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE w:document [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
XXE = '<?xml version="1.0"?><!DOCTYPE w:document [<!ENTITY file SYSTEM "file:///etc/passwd">]>'


def xxe() -> bytes:
    body = "<w:p><w:r><w:t>&file;</w:t></w:r></w:p>"
    return office.docx(body, XXE)


def entity_bomb() -> bytes:
    return office.docx("<w:p><w:r><w:t>&i;</w:t></w:r></w:p>", ENTITIES)


def wide_entity_bomb() -> bytes:
    """The same in UTF-16, which a search for the bytes of the word would miss."""
    document = f'{ENTITIES}<w:document xmlns:w="{office.W}"><w:body><w:p><w:r><w:t>&i;</w:t></w:r></w:p></w:body>'
    wide = (document + "</w:document>").replace('"1.0"', '"1.0" encoding="UTF-16"').encode("utf-16")
    return office.zipped(
        {"_rels/.rels": office.relations(("r1", "officeDocument", "word/document.xml")), "word/document.xml": wide}
    )


def nested() -> bytes:
    return office.zipped({"inner.zip": office.zipped({"again.zip": office.zipped({"a.txt": b"words"})})})


def locked_office() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(400)


def locked_zip() -> bytes:
    """The flag of encryption is set on every part, in its own header and in the directory."""
    data = bytearray(office.docx(office.paragraph("secret")))
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + flag] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def locked_book() -> bytes:
    rights = '<encryption><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/></encryption>'
    return office.epub("<p>x</p>", more={"META-INF/encryption.xml": rights})


def scan() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    pixel = ImageReader(io.BytesIO(b"P6 2 2 255\n" + bytes(range(12))))
    canvas.drawImage(pixel, 50, 50, 400, 600)
    canvas.save()
    return out.getvalue()


def deep_json() -> bytes:
    return b"[" * 100_000 + b"]" * 100_000


FILES = {
    "bomb.docx": (bomb, "ZIP_BOMB"),
    "parts.docx": (many_parts, "ZIP_BOMB"),
    "together.docx": (huge_together, "ZIP_BOMB"),
    "entities.docx": (entity_bomb, "XML_ENTITIES"),
    "wide.docx": (wide_entity_bomb, "XML_ENTITIES"),
    "xxe.docx": (xxe, "XML_ENTITIES"),
    "nested.zip": (nested, "NESTED_ARCHIVE"),
    "locked.docx": (locked_office, "PASSWORD_PROTECTED"),
    "zipcrypto.docx": (locked_zip, "PASSWORD_PROTECTED"),
    "drm.epub": (locked_book, "PASSWORD_PROTECTED"),
    "scan.pdf": (scan, "NEEDS_OCR"),
    "photo.png": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "NEEDS_OCR"),
    "deep.json": (deep_json, "DAMAGED_JSON"),
    "cut.docx": (lambda: office.docx(office.paragraph("x"))[:-30], "DAMAGED_FILE"),
    "broken.docx": (lambda: office.docx("<w:p><w:r><w:t>never closed"), "DAMAGED_FILE"),
    "empty.docx": (lambda: office.docx(""), "NO_TEXT"),
}


@pytest.mark.parametrize("name", FILES)
async def test_a_hostile_or_locked_file_has_a_code_a_field_and_a_remedy(name: str, tmp_path: Path) -> None:
    make, code = FILES[name]
    path = tmp_path / "document"
    path.write_bytes(make())
    async with Parsers() as parsers:
        with pytest.raises(Unreadable) as raised:
            await parsers.extract(path, name, "", Limits())
    found = raised.value
    assert (found.code, found.field) == (code, "file"), found.reason
    assert found.reason and found.remedy == REMEDIES[code]
    assert "root:" not in found.reason


async def test_a_page_that_cannot_be_read_does_not_cost_the_file(tmp_path: Path) -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=0)
    for number in range(3):
        canvas.drawString(72, 700, f"Words of page {number + 1} stand here.")
        canvas.showPage()
    canvas.save()
    data = out.getvalue()
    # The second page's object is no page any more; its length stays, so that all others keep their place.
    first = data.index(b"/Type /Page\n")
    second = data.index(b"/Type /Page\n", first + 1)
    path = tmp_path / "document"
    path.write_bytes(data[:second] + b"/Type /Pogo\n" + data[second + 12 :])
    async with Parsers() as parsers:
        found = await parsers.extract(path, "three.pdf", "")
    assert (found.pages, found.bad_pages) == (3, 1)
    assert "page 1" in found.text.decode() and "page 3" in found.text.decode()
