"""Documents: what was uploaded, what became of it, and how many samples came from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studio.contract import Event, to_dict
from studio.contract.records import (
    DocumentExtracted,
    DocumentRegistered,
    DocumentWithdrawn,
    ExtractionFailed,
    SampleGenerated,
)

from projections.table import Row, Table

NAME, VERSION = "documents", 3
TOPICS = ("studio.documents", "studio.generation.samples")
TABLES = (
    Table(
        "document",
        "document_id text",
        """version bigint, state text, name text, media_type text, size bigint, sha256 text, blob text,
        uploaded_by text, collection text, licence text, source text, extractor text, extractor_version text,
        found_media_type text,
        text_blob text, map_blob text, chunks_blob text, text_sha256 text, characters bigint, pages bigint,
        sections bigint, chunks bigint, replaced_characters bigint, encoding text, bad_pages bigint,
        structure_blob text, headings bigint, lists bigint, tables bigint, codes bigint, definitions bigint,
        reader text, error_code text, error_reason text,
        error_field text, error_remedy text, withdrawn_by text, withdrawn_reason text, samples bigint add,
        created_at timestamptz, updated_at timestamptz greatest""",
        shown="version > 0",
        indexes=("created_at, document_id", "sha256"),
    ),
)
NO_ERROR = {"error_code": None, "error_reason": None, "error_field": None, "error_remedy": None}


def rows(events: Sequence[Event]) -> Iterator[Row]:
    """State is registered, extracted, failed or withdrawn; a failed document keeps its error until it is extracted."""
    for event in events:
        row = {"tenant_id": event.tenant, "document_id": event.subject, "updated_at": event.time}
        if event.version:
            row["version"] = event.version
        match event.data:
            case DocumentRegistered() as data:
                yield Row("document", {**row, **to_dict(data), "state": "registered", "created_at": event.time})
            case DocumentExtracted() as data:
                found = to_dict(data)
                found["found_media_type"] = found.pop("media_type")
                yield Row("document", {**row, **found, **NO_ERROR, "state": "extracted"})
            case ExtractionFailed() as data:
                error = {f"error_{name}": value for name, value in to_dict(data).items()}
                yield Row("document", {**row, **error, "state": "failed"})
            case DocumentWithdrawn() as data:
                who = {"withdrawn_by": data.author, "withdrawn_reason": data.reason}
                yield Row("document", {**row, **who, "state": "withdrawn"})
            case SampleGenerated() as data:
                yield Row("document", {**row, "document_id": data.document_id, "samples": 1})
