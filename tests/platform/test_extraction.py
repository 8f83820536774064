"""Extraction on real Kafka, Postgres and S3: demo documents in, canonical texts out, bad ones with the way out."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from office_files import zipped
from press import Press, press
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas
from studio.contract.records import DocumentExtracted, ExtractionFailed
from studio.origin import ByteRange, PageBox, locate

pytestmark = pytest.mark.asyncio(loop_scope="module")
DOCUMENTS = Path(__file__).resolve().parents[2] / "demo" / "documents"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def world(backbone: Any) -> AsyncIterator[Press]:
    async with press(backbone.settings) as found:
        yield found


@pytest.fixture
def here(world: Press) -> Press:
    return world.other()


@pytest.mark.parametrize(
    ("name", "media_type", "quote"),
    [
        ("handbook.pdf", "application/pdf", "A cast is one complete journey of the sonde"),
        ("faq.html", "text/html", "A Classic with single-point mooring costs 38,400 euros"),
        ("policy.md", "text/markdown", "A keeper is a person entrusted by the owner"),
    ],
)
async def test_a_quote_leads_back_to_its_place_in_the_original(
    here: Press, name: str, media_type: str, quote: str
) -> None:
    original = (DOCUMENTS / name).read_bytes()
    done = await here.outcome(await here.upload(original, name), DocumentExtracted, ExtractionFailed)
    assert isinstance(done, DocumentExtracted), done
    assert done.media_type == media_type
    text = (await here.run.blobs.get(done.text_blob)).decode()
    offset_map = json.loads(await here.run.blobs.get(done.map_blob))
    cut = json.loads(await here.run.blobs.get(done.chunks_blob))
    assert (len(text), len(cut["sections"]), len(cut["chunks"])) == (done.characters, done.sections, done.chunks)
    start = text.index(quote)
    places = locate(offset_map, text, start, start + len(quote))
    if name.endswith(".pdf"):
        assert all(isinstance(place, PageBox) and 1 <= place.page <= done.pages for place in places)
    else:
        (place,) = places
        assert isinstance(place, ByteRange)
        found = original[place.start : place.end].decode()
        assert found.replace("*", "") == quote


def encrypted() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("secret", canPrint=0))
    canvas.drawString(100, 700, "Nobody may read this.")
    canvas.save()
    return out.getvalue()


def scan() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.rect(100, 100, 200, 200, fill=1)
    canvas.save()
    return out.getvalue()


BAD = {
    "cut.pdf": ((DOCUMENTS / "handbook.pdf").read_bytes()[:20_000], "TRUNCATED_PDF", "file"),
    "secret.pdf": (encrypted(), "ENCRYPTED_PDF", "file"),
    "scan.pdf": (scan(), "NO_TEXT", "file"),
    "nothing.txt": (b"", "EMPTY_FILE", "file"),
    "report.pdf": (b"# This is Markdown\n\nand no PDF.", "WRONG_EXTENSION", "name"),
    "page.txt": (b"<!doctype html><p>This is HTML.", "WRONG_EXTENSION", "name"),
    "noise.txt": (bytes(range(1, 256)) * 4, "NOT_TEXT", "file"),
    "folder.zip": (zipped({"a.txt": "words"}), "NESTED_ARCHIVE", "file"),
    "photo.png": (b"\x89PNG\r\n\x1a\n" + bytes(100), "NEEDS_OCR", "file"),
    "program.bin": (b"\x7fELF" + bytes(100), "UNSUPPORTED_TYPE", "file"),
}


async def test_bad_documents_say_what_is_wrong_and_stop_nothing(here: Press) -> None:
    bad = {name: await here.upload(data, name) for name, (data, _, _) in BAD.items()}
    good = await here.upload(b"A plain text with a few words in it.", "fine.txt")
    outcomes = await asyncio.gather(*(here.outcome(id, DocumentExtracted, ExtractionFailed) for id in bad.values()))
    for name, outcome in zip(bad, outcomes, strict=True):
        assert isinstance(outcome, ExtractionFailed), name
        assert (outcome.code, outcome.field) == BAD[name][1:], name
        assert outcome.reason and outcome.remedy, name
    assert isinstance(await here.outcome(good, DocumentExtracted, ExtractionFailed), DocumentExtracted)


async def test_undeclared_text_says_its_encoding_and_structure_is_counted(here: Press) -> None:
    id = await here.upload("Größe und Übermaß: dreißig Füße".encode("latin-1"), "old.txt")
    done = await here.outcome(id, DocumentExtracted, ExtractionFailed)
    assert isinstance(done, DocumentExtracted)
    assert (done.encoding, done.replaced_characters) == ("cp1252", 0)
    assert (await here.run.blobs.get(done.text_blob)).decode() == "Größe und Übermaß: dreißig Füße"
    id = await here.upload(b"# Parts\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", "parts.md")
    done = await here.outcome(id, DocumentExtracted, ExtractionFailed)
    assert isinstance(done, DocumentExtracted)
    assert (done.headings, done.lists, done.tables, done.codes) == (1, 1, 1, 0)
    structure = json.loads(await here.run.blobs.get(done.structure_blob))
    assert [region["kind"] for region in structure["regions"]][:4] == ["heading", "list", "item", "item"]


async def test_a_declared_charset_is_believed_and_its_damage_counted(here: Press) -> None:
    data = "Größe und Übermaß".encode("cp1252")
    id = await here.upload(data, "old.txt", "text/plain; charset=windows-1252")
    done = await here.outcome(id, DocumentExtracted, ExtractionFailed)
    assert isinstance(done, DocumentExtracted)
    assert (await here.run.blobs.get(done.text_blob)).decode() == "Größe und Übermaß"
    damaged = await here.upload(b"caf\xc3\xa9 and \xff more", "odd.txt", "text/plain; charset=utf-8")
    done = await here.outcome(damaged, DocumentExtracted, ExtractionFailed)
    assert isinstance(done, DocumentExtracted) and done.replaced_characters == 1
