"""The kinds of documents that can be read, as data: names, media types, what is kept of each and how it is cited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "pdf", "docx", "pptx", "xlsx", "epub", "html", "markdown", "csv", "json", "jsonl", "text", "image"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Format:
    """place: what a span of the text leads back to. structure: the regions that are kept."""

    kind: Kind
    title: str
    media_type: str
    extensions: tuple[str, ...]
    place: str
    structure: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    """Further media types that senders use."""


OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS: tuple[Format, ...] = (
    Format("pdf", "PDF", "application/pdf", (".pdf",), "page and box", ("heading", "list")),
    Format("docx", "Word document", f"{OFFICE}.wordprocessingml.document", (".docx", ".docm"),
           "part and paragraph or cell", ("heading", "list", "table", "code")),
    Format("pptx", "PowerPoint presentation", f"{OFFICE}.presentationml.presentation", (".pptx", ".pptm"),
           "part, slide and shape", ("heading", "table")),
    Format("xlsx", "Excel workbook", f"{OFFICE}.spreadsheetml.sheet", (".xlsx", ".xlsm"),
           "part, sheet and cell", ("heading", "table")),
    Format("epub", "EPUB book", "application/epub+zip", (".epub",), "part and byte range",
           ("heading", "list", "table", "code", "definition")),
    Format("html", "HTML page", "text/html", (".html", ".htm", ".xhtml"), "byte range",
           ("heading", "list", "table", "code", "definition"), ("application/xhtml+xml",)),
    Format("markdown", "Markdown", "text/markdown", (".md", ".markdown"), "byte range",
           ("heading", "list", "table", "code")),
    Format("csv", "CSV or TSV table", "text/csv", (".csv", ".tsv"), "byte range", ("table",),
           ("text/tab-separated-values",)),
    Format("json", "JSON", "application/json", (".json",), "byte range"),
    Format("jsonl", "JSON lines", "application/jsonl", (".jsonl", ".ndjson"), "byte range", (),
           ("application/x-ndjson", "application/x-jsonlines")),
    Format("text", "Plain text in any encoding", "text/plain", (".txt", ".text"), "byte range", ("heading", "list")),
    Format("image", "Scanned page (PNG, JPEG, TIFF); needs STUDIO_OCR", "image/*",
           (".png", ".jpg", ".jpeg", ".tif", ".tiff"), "page and box", (), ("image/png", "image/jpeg", "image/tiff")),
)  # fmt: skip
FORMAT_OF: dict[str, Format] = {format.kind: format for format in FORMATS}
EXTENSIONS: dict[str, Kind] = {extension: format.kind for format in FORMATS for extension in format.extensions}
MEDIA_TYPES: dict[str, Kind] = {
    media_type: format.kind for format in FORMATS for media_type in (format.media_type, *format.others)
}
TEXTS: frozenset[Kind] = frozenset(("html", "markdown", "csv", "json", "jsonl", "text"))
