"""Pages and documents per CPU second and word recall beside what synthetic-data-kit parses with, on the same files.

PDF: the Debian Policy manual against its text twin (apt-get install debian-policy). HTML: the Python manual against
its reStructuredText (apt-get install python3.11-doc), one page in STRIDE. What is timed on our side is all that the
child does after its start: sniffing, text, offset map, structure, chunks; the peers give text alone. What counts as a
word: `extraction_words.py`.
"""

from __future__ import annotations

import gzip
import json
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
    row = "{number},part {number},a remark about part {number} in a few words\n"
    for name, make in (("rows.csv", ""), ("lines.jsonl", "json")):
        for times in (1, GROWTH):
            text = "".join(
                json.dumps({"id": n, "text": f"a remark about part {n}"}) + "\n" if make else row.format(number=n)
                for n in range(8000 * times)
            )
            (folder / f"{times}-{name}").write_text(text)
    for name, short, other in (
        ("PDF", pdf, long),
        ("CSV", folder / "1-rows.csv", folder / f"{GROWTH}-rows.csv"),
        ("JSONL", folder / "1-lines.jsonl", folder / f"{GROWTH}-lines.jsonl"),
    ):
        small, large = _peak(short), _peak(other)
        yield figure(f"peak memory, {name} of {GROWTH} times the length", [large], "MiB", short=small,
                     growth=round(large / small, 2))  # fmt: skip


def _peak(path: Path) -> float:
    code = (
        "import sys; from processors.extraction.parser import answer; line, _ = answer(*sys.argv[1:], '');"
        "assert 'error' not in line, line; print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(path), path.name], capture_output=True, text=True, check=True)
    return round(int(ran.stdout) / 1024, 1)
