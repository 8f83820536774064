"""Text recognition as an optional extra: the user chooses a reader of page images, each page is a work item of its own.

A reader is a program that takes an image on standard input and writes tesseract's TSV to standard output: a header
line, then `level page_num block_num par_num line_num word_num left top width height conf text`; words have level 5.
It runs with limits, without network, and sees nothing but the image.
"""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from processors.extraction.canonical import Canonical
from processors.extraction.child import Extraction, Limits, output_of
from processors.extraction.chunks import cut
from processors.extraction.furniture import Body
from processors.extraction.lines import Line, PageLines
from processors.extraction.page_spool import PageSpool
from processors.extraction.pdf import compose
from processors.extraction.places import Box
from processors.extraction.unreadable import Unreadable

READERS: dict[str, tuple[str, ...]] = {
    "tesseract": ("tesseract", "stdin", "stdout", "tsv"),
    "docling": (sys.executable, "-m", "processors.extraction.docling_page"),
}
"""By the value of STUDIO_OCR; `command` runs what STUDIO_OCR_COMMAND says."""
LIMITS = Limits(memory=4 * 1024**3, cpu_seconds=20, wall_seconds=60.0, output=16 * 1024 * 1024)
"""For one page; models need more memory than parsers."""
DPI = 200
MOST_PAGES = 500
MISSING = 127
"""Exit code of a reader whose program or package is not installed."""
SEEN = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
"""What a reader knows of the machine: where programs are, and where its models are kept."""
WORD_LEVEL, COLUMNS = "5", 12
UNSURE = 30.0
"""Words that the reader itself believes in less than this (of 100) are left out."""


def command_of(name: str, command: str = "") -> tuple[str, ...]:
    """The command of a reader. Raises Unreadable OCR_MISSING where the setting names none."""
    if name == "command" and command.strip():
        return tuple(shlex.split(command))
    if name in READERS:
        return READERS[name]
    known = ", ".join([*READERS, "command (with STUDIO_OCR_COMMAND)"])
    raise Unreadable("OCR_MISSING", f"STUDIO_OCR is {name!r}; the readers are {known}.")


async def recognise(path: Path, media_type: str, name: str, command: str = "") -> Extraction:
    """Read a PDF or an image page by page. A page that the reader cannot read is counted, not fatal.

    Raises Unreadable: OCR_MISSING, OCR_FAILED, NO_TEXT, TOO_LARGE.
    """
    wanted = command_of(name, command)
    pages = PageSpool()
    bad, index, total = 0, 0, 1
    reason = ""
    while index < total:
        try:
            width, height, total, image = await _image(path, media_type, index)
            pages.add(_page(index + 1, width, height, await _read(wanted, image)))
        except Unreadable as error:
            if error.code == "OCR_MISSING" or total > MOST_PAGES:
                raise
            bad, reason = bad + 1, error.reason
        index += 1
    if bad == total:
        raise Unreadable("OCR_FAILED", f"{name} could read none of the {total} pages: {reason}")
    if not pages.lines:
        raise Unreadable("NO_TEXT", f"{name} found no words on the {total} pages.")
    text, spans, headings = compose(Body(pages))
    canonical = Canonical(text, "pdf", spans, headings, pages=total, bad_pages=bad)
    pieces = cut(canonical)
    return Extraction(
        media_type, len(text), total, bad, len(pieces.sections), len(pieces.chunks), 0, canonical.encoding,
        canonical.counts(), text.encode(), bytes(canonical.map_json()), bytes(pieces.to_json()),
        bytes(canonical.structure_json()), name,
    )  # fmt: skip


async def _image(path: Path, media_type: str, index: int) -> tuple[float, float, int, bytes]:
    """Width and height in points, pages in all, and the image of one page; drawn in a parser's limits."""
    limits = Limits()
    raw, code = await output_of(
        [sys.executable, "-m", "processors.extraction.raster", str(path), str(index), str(DPI), str(limits.memory),
         str(limits.cpu_seconds), media_type], b"", limits,
    )  # fmt: skip
    head, _, image = raw.partition(b"\n")
    if code or not image:
        raise Unreadable("OCR_FAILED", f"Page {index + 1} cannot be drawn (exit code {code}).")
    line = json.loads(head)
    if line["pages"] > MOST_PAGES:
        raise Unreadable("TOO_LARGE", f"The scan has {line['pages']} pages; {MOST_PAGES} can be recognised.")
    return line["width"], line["height"], line["pages"], image


async def _read(command: Sequence[str], image: bytes) -> str:
    limited = [sys.executable, "-m", "processors.extraction.launch", str(LIMITS.memory), str(LIMITS.cpu_seconds)]
    raw, code = await output_of([*limited, *command], image, LIMITS, SEEN)
    if code == MISSING:
        raise Unreadable("OCR_MISSING", f"The reader {command[0]!r} is not installed.")
    if code:
        raise Unreadable("OCR_FAILED", f"The reader ended with exit code {code}.")
    return raw.decode("utf-8", errors="replace")


def _page(number: int, width: float, height: float, tsv: str) -> PageLines:
    """Lines of one page from the words of its TSV; boxes in points from the lower left."""
    scale = 72 / DPI
    whole = next((row.split("\t") for row in tsv.splitlines() if row.startswith("1\t")), [])
    if not height and len(whole) == COLUMNS:
        width, height = float(whole[8]) * scale, float(whole[9]) * scale  # a picture says its size in pixels only
    lines: dict[tuple[str, ...], list[tuple[str, Box]]] = {}
    for row in tsv.splitlines():
        cells = row.split("\t", COLUMNS - 1)
        if len(cells) < COLUMNS or cells[0] != WORD_LEVEL or not cells[11].strip():
            continue
        try:
            left, top, wide, high, sure = (float(cell) for cell in cells[6:11])
        except ValueError:
            continue
        if sure < UNSURE:
            continue
        box = (left * scale, height - (top + high) * scale, (left + wide) * scale, height - top * scale)
        lines.setdefault(tuple(cells[2:5]), []).append((" ".join(cells[11].split()), box))
    found: list[Line] = []
    for words in lines.values():
        x0, y0, x1, y1 = zip(*(box for _, box in words), strict=True)
        box = (min(x0), min(y0), max(x1), max(y1))
        # The height of a line of letters says little about headings: all lines count as body text.
        found.append(Line(" ".join(word for word, _ in words), number, box, 10.0, 0, False))
    return PageLines(number, width, height, tuple(found))
