"""The row of a document, or why it cannot be had."""

from __future__ import annotations

from api.errors import Problem, missing
from api.reading import Reader, Row


async def document_row(reader: Reader, id: str) -> Row:
    row = await reader.one("read.document", document_id=id)
    if row is None:
        raise missing("document", id)
    return row


async def extracted_row(reader: Reader, id: str) -> Row:
    row = await document_row(reader, id)
    if not row["text_blob"]:
        raise Problem(
            409,
            "NO_TEXT",
            f"the document is {row['state']}; it has no text",
            reason=row["error_reason"] or "not extracted yet",
            remedy=row["error_remedy"] or "wait until its status is extracted",
        )
    return row
