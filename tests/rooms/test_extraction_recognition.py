"""Recognition of scans: any reader behind one interface; a stand-in where no real one is installed."""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from studio.origin import PageBox, locate

from processors.extraction.parsers import Parsers
from processors.extraction.recognition import recognise
from processors.extraction.unreadable import Unreadable

STAND_IN = """
import sys
image = sys.stdin.buffer.read()
kind, width, height = image.split(b" ", 3)[:3]
assert kind == b"P5", kind
height = height.split()[0]
print("level\\tpage_num\\tblock_num\\tpar_num\\tline_num\\tword_num\\tleft\\ttop\\twidth\\theight\\tconf\\ttext")
for number, word in enumerate(["A", "valve", "opens."]):
    print("5", 1, 1, 1, 1, number + 1, 100 + 300 * number, 200, 250, 50, 96.5, word, sep="\\t")
print("5", 1, 1, 1, 1, 9, 0, 0, 5, 5, 3.0, "smudge", sep="\\t")
"""


def scan(text: str, pages: int = 1) -> bytes:
    """A PDF of pictures: the text is drawn, photographed and put on the page."""
    out = io.BytesIO()
    drawn = Canvas(out, pagesize=(400, 200))
    drawn.setFont("Helvetica", 24)
    drawn.drawString(30, 100, text)
    drawn.save()
    picture = pdfium.PdfDocument(out.getvalue())[0].render(scale=3).to_pil() if pillow() else None
    scanned = io.BytesIO()
    canvas = Canvas(scanned, pagesize=(400, 200))
    for _ in range(pages):
        canvas.drawImage(ImageReader(picture) if picture else pixels(), 0, 0, 400, 200)
        canvas.showPage()
    canvas.save()
    return scanned.getvalue()


def pillow() -> bool:
    try:
        import PIL.Image  # noqa: F401
    except ImportError:
        return False
    return True


def pixels() -> ImageReader:
    return ImageReader(io.BytesIO(b"P6 2 2 255\n" + bytes(range(12))))


@pytest.fixture
def scanned(tmp_path: Path) -> Path:
    path = tmp_path / "scan"
    path.write_bytes(scan("The pump runs dry", pages=2))
    return path


async def test_any_program_that_speaks_tsv_is_a_reader(scanned: Path, tmp_path: Path) -> None:
    async with Parsers() as parsers:
        with pytest.raises(Unreadable) as raised:
            await parsers.extract(scanned, "scan.pdf", "")
    assert raised.value.code == "NEEDS_OCR" and "STUDIO_OCR" in raised.value.remedy
    program = tmp_path / "reader.py"
    program.write_text(STAND_IN)
    found = await recognise(scanned, "application/pdf", "command", f"{sys.executable} {program}")
    text = found.text.decode()
    assert (found.reader, found.pages, found.bad_pages) == ("command", 2, 0)
    assert text.split() == ["A", "valve", "opens."] * 2
    import json

    places = locate(json.loads(found.map), text, 0, 5)
    assert len(places) == 1 and isinstance(places[0], PageBox)
    # 100 to 950 pixels across, 200 to 250 down, at 200 dots per inch on a page of 200 points.
    assert places[0].page == 1 and places[0].box == pytest.approx((36, 110, 342, 128), abs=0.1)


@pytest.mark.parametrize(
    ("name", "command", "code"),
    [
        ("abbyy", "", "OCR_MISSING"),
        ("command", "no-such-program-here", "OCR_MISSING"),
        ("command", f"{sys.executable} -c 'raise SystemExit(3)'", "OCR_FAILED"),
        ("command", f"{sys.executable} -c pass", "NO_TEXT"),
        ("docling", "", "OCR_MISSING"),
    ],
)
async def test_a_reader_that_is_missing_or_fails_says_so(scanned: Path, name: str, command: str, code: str) -> None:
    if name == "docling":
        try:
            import docling  # type: ignore[import-not-found]  # noqa: F401
        except ImportError:
            pass
        else:
            pytest.skip("docling is installed here")
    with pytest.raises(Unreadable) as raised:
        await recognise(scanned, "application/pdf", name, command)
    assert raised.value.code == code and raised.value.remedy


@pytest.mark.skipif(not shutil.which("tesseract") or not pillow(), reason="needs tesseract and pillow")
async def test_tesseract_reads_a_scan(scanned: Path) -> None:
    found = await recognise(scanned, "application/pdf", "tesseract")
    assert "pump runs dry" in " ".join(found.text.decode().split())
