"""From the kind of a document to what reads it; only the library that is needed is loaded."""

from __future__ import annotations

from collections.abc import Callable

from processors.extraction.canonical import Canonical
from processors.extraction.kinds import Kind
from processors.extraction.unreadable import Unreadable

Read = Callable[[bytes, str], Canonical]
"""Bytes and declared charset."""


def reader(kind: Kind) -> Read:
    """What reads a kind. Raises Unreadable NEEDS_OCR for pictures."""
    match kind:
        case "pdf":
            from processors.extraction.pdf import read_pdf

            return lambda data, charset: read_pdf(data)
        case "docx":
            from processors.extraction.docx import read_docx

            return lambda data, charset: read_docx(data)
        case "pptx":
            from processors.extraction.pptx import read_pptx

            return lambda data, charset: read_pptx(data)
        case "xlsx":
            from processors.extraction.xlsx import read_xlsx

            return lambda data, charset: read_xlsx(data)
        case "epub":
            from processors.extraction.epub import read_epub

            return lambda data, charset: read_epub(data)
        case "image":
            raise Unreadable("NEEDS_OCR", "The content is a picture; its words must be recognised first.")
    return _text_reader(kind)


def _text_reader(kind: Kind) -> Read:
    from processors.extraction.decoded import decode

    match kind:
        case "html":
            from processors.extraction.html import meta_charset, read_html

            return lambda data, charset: read_html(decode(data, charset or meta_charset(data)))
        case "markdown":
            from processors.extraction.markdown import read_markdown

            return lambda data, charset: read_markdown(decode(data, charset))
        case "csv":
            from processors.extraction.delimited import read_delimited

            return lambda data, charset: read_delimited(decode(data, charset))
        case "json":
            from processors.extraction.json_text import read_json

            return lambda data, charset: read_json(decode(data, charset))
        case "jsonl":
            from processors.extraction.json_text import read_jsonl

            return lambda data, charset: read_jsonl(decode(data, charset))
    from processors.extraction.text import read_text

    return lambda data, charset: read_text(decode(data, charset))
