"""Pages and documents per CPU second and word recall beside what synthetic-data-kit parses with, on the same files.

PDF: the Debian Policy manual against its text twin (apt-get install debian-policy). HTML: the Python manual against
its reStructuredText (apt-get install python3.11-doc), one page in STRIDE. What is timed on our side is all that a
parser does with a document: sniffing, text, offset map, structure, chunks; the peers give text alone. What counts as a
word: `extraction_words.py`. The wall figure is the whole way of the room: each page in a process of its own with its
limits, as many at once as there are cores. Memory: the peak of a parser for a document and for one of GROWTH times its
length, and how much that is for each MiB of text above what a parser takes for nothing.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.extraction_words import recall, rst_words, words
from bench.figure import figure
from bench.peer import environment
from processors.extraction.parser import answer
from processors.extraction.parsers import Parsers

POLICY = Path("/usr/share/doc/debian-policy")
MANUAL = Path("/usr/share/doc/python3.11/html")
PEER = ("pdfminer.six==20251107", "beautifulsoup4==4.14.2")
STRIDE = 5
ROUNDS = 3
GROWTH = 10


def run() -> Iterator[dict[str, Any]]:
    """PDF, HTML, memory.

    Raises:
        FileNotFoundError: the packages with the documents are not installed.
    """
    if not (POLICY / "policy.pdf.gz").exists() or not (MANUAL / "_sources").exists():
        raise FileNotFoundError("apt-get install debian-policy python3.11-doc: the documents are not there")
    with tempfile.TemporaryDirectory() as folder:
        pdf = Path(folder) / "policy.pdf"
        pdf.write_bytes(gzip.decompress((POLICY / "policy.pdf.gz").read_bytes()))
        yield from _pdf(pdf)
        yield from _html()
        yield from _memory(Path(folder), pdf)


def _pdf(path: Path) -> Iterator[dict[str, Any]]:
    truth = words(gzip.decompress((POLICY / "policy.txt.gz").read_bytes()).decode())
    ours, texts, pages = _ours([path])
    theirs, peer_texts = _peer([path])
    got, all_ = recall(truth, words(texts[0]))
    peer_got, _ = recall(truth, words(peer_texts[0]))
    yield figure("PDF, Debian Policy", [pages / s for s in ours], "pages per CPU second", [pages / s for s in theirs],
                 peer_is="pdfminer.six, as synthetic-data-kit calls it", pages=pages)  # fmt: skip
    yield figure("word recall, Debian Policy", [got / all_], "share", [peer_got / all_], words=all_)


def _html() -> Iterator[dict[str, Any]]:
    sources = sorted((MANUAL / "_sources").rglob("*.rst.txt"))[::STRIDE]
    named = [(MANUAL / source.relative_to(MANUAL / "_sources").with_suffix("").with_suffix(".html"), source)
             for source in sources]  # fmt: skip
    named = [(page, source) for page, source in named if page.exists()]
    paths = [page for page, _ in named]
    ours, texts, _ = _ours(paths)
    theirs, peer_texts = _peer(paths)
    totals = [0, 0, 0]
    for (_, source), text, peer_text in zip(named, texts, peer_texts, strict=True):
        truth = rst_words(source.read_text(encoding="utf-8"))
        got, all_ = recall(truth, words(text))
        totals = [totals[0] + got, totals[1] + recall(truth, words(peer_text))[0], totals[2] + all_]
    count = len(paths)
    yield figure("HTML, Python manual", [count / s for s in ours], "documents per CPU second",
                 [count / s for s in theirs], peer_is="BeautifulSoup html.parser, as synthetic-data-kit calls it",
                 documents=count, bytes=sum(path.stat().st_size for path in paths))  # fmt: skip
    lanes = os.cpu_count() or 1
    yield figure("HTML, Python manual, each page in a limited process", asyncio.run(_walled(paths, lanes)),
                 "documents per second", documents=count, at_once=lanes)  # fmt: skip
    yield figure("word recall, Python manual", [totals[0] / totals[2]], "share", [totals[1] / totals[2]],
                 words=totals[2])  # fmt: skip


def _ours(paths: Sequence[Path]) -> tuple[list[float], list[str], int]:
    """CPU seconds of each round, the texts, and how many pages they have."""
    seconds: list[float] = []
    texts: list[str] = []
    pages = 0
    answer(str(paths[0]), paths[0].name, "")  # imports
    for _ in range(ROUNDS):
        texts, pages = [], 0
        began = time.process_time()
        for path in paths:
            line, blobs = answer(str(path), path.name, "")
            pages += line["pages"]
            texts.append(blobs[0].decode())
        seconds.append(time.process_time() - began)
    return seconds, texts, pages


async def _walled(paths: Sequence[Path], lanes: int) -> list[float]:
    """Documents per second of the clock, by round."""
    found: list[float] = []
    async with Parsers() as parsers:
        await parsers.extract(paths[0], paths[0].name, "")
        for _ in range(ROUNDS):
            left, began = iter(paths), time.perf_counter()

            async def lane(left: Iterator[Path] = left) -> None:
                for path in left:
                    await parsers.extract(path, path.name, "")

            await asyncio.gather(*(lane() for _ in range(lanes)))
            found.append(len(paths) / (time.perf_counter() - began))
    return found


def _peer(paths: Sequence[Path]) -> tuple[list[float], list[str]]:
    python = environment("extraction", PEER)
    ran = subprocess.run(
        [str(python), str(Path(__file__).with_name("extraction_peer.py"))],
        input=json.dumps([str(path) for path in paths]), capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = json.loads(ran.stdout)
    return found["seconds"], found["texts"]


def _memory(folder: Path, pdf: Path) -> Iterator[dict[str, Any]]:
    """Peak resident memory of the child for a document and for one of GROWTH times its length."""
    import pypdfium2

    long = folder / "long.pdf"
    once, all_ = pypdfium2.PdfDocument(pdf), pypdfium2.PdfDocument.new()
    for _ in range(GROWTH):
        all_.import_pages(once)
    all_.save(str(long))
    page = (MANUAL / "library" / "functions.html").read_text(encoding="utf-8")
    head, body = page[: page.index("<body>") + 6], page[page.index("<body>") + 6 : page.index("</body>")]
    part = "# Part {number}\n\nSome *words* about part {number}, with `code`.\n\n- one item\n- another\n\n"
    for times in (1, GROWTH):
        (folder / f"{times}-page.html").write_text(f"{head}{4 * times * body}</body></html>", encoding="utf-8")
        (folder / f"{times}-note.md").write_text("".join(part.format(number=n) for n in range(2000 * times)))
    row = "{number},part {number},a remark about part {number} in a few words\n"
    for name, make in (("rows.csv", ""), ("lines.jsonl", "json")):
        for times in (1, GROWTH):
            text = "".join(
                json.dumps({"id": n, "text": f"a remark about part {n}"}) + "\n" if make else row.format(number=n)
                for n in range(8000 * times)
            )
            (folder / f"{times}-{name}").write_text(text)
    (folder / "nothing.txt").write_text("word")
    nothing, _ = _peak(folder / "nothing.txt")
    for name, short, other in (
        ("PDF", pdf, long),
        ("HTML", folder / "1-page.html", folder / f"{GROWTH}-page.html"),
        ("Markdown", folder / "1-note.md", folder / f"{GROWTH}-note.md"),
        ("CSV", folder / "1-rows.csv", folder / f"{GROWTH}-rows.csv"),
        ("JSONL", folder / "1-lines.jsonl", folder / f"{GROWTH}-lines.jsonl"),
    ):
        (small, _), (large, answered) = _peak(short), _peak(other)
        yield figure(f"peak memory, {name} of {GROWTH} times the length", [large], "MiB", short=small, nothing=nothing,
                     growth=round(large / small, 2), document=round(other.stat().st_size / 2**20, 1),
                     answer=answered, above_nothing_per_answer=round((large - nothing) / answered, 1))  # fmt: skip


def _peak(path: Path) -> tuple[float, float]:
    """MiB of the process at its peak, and MiB of what it answers: text, map, chunks and structure."""
    code = (
        "import sys; from processors.extraction.parser import answer; line, blobs = answer(*sys.argv[1:], '');"
        "assert 'error' not in line, line;"
        "print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0], sum(map(len, blobs)))"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(path), path.name], capture_output=True, text=True, check=True)
    peak, answered = map(int, ran.stdout.split())
    return round(peak / 1024, 1), round(answered / 2**20, 1)
