"""Docling as a reader of page images: `python -m processors.extraction.docling_page`, image in, TSV out.

Docling and its models are an extra of the user's own (pip install docling); exit code 127 where it is not installed.
"""

from __future__ import annotations

import io
import sys
from typing import Any


def main() -> int:
    try:
        from docling.datamodel.base_models import DocumentStream  # type: ignore[import-not-found]
        from docling.document_converter import DocumentConverter  # type: ignore[import-not-found]
    except ImportError:
        return 127
    stream = DocumentStream(name="page.png", stream=io.BytesIO(sys.stdin.buffer.read()))
    document: Any = DocumentConverter().convert(stream).document
    print("level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext")
    for number, (item, _) in enumerate(document.iterate_items(), 1):
        text, places = getattr(item, "text", ""), getattr(item, "prov", None)
        if not text or not places:
            continue
        box = places[0].bbox.to_top_left_origin(page_height=document.pages[places[0].page_no].size.height)
        words = " ".join(text.split())
        print(
            f"5\t1\t{number}\t1\t1\t1\t{box.l:.0f}\t{box.t:.0f}\t{box.r - box.l:.0f}\t{box.b - box.t:.0f}\t100\t{words}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
