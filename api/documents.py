"""Documents: uploaded, listed, withdrawn."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from api import backend
from api.access import requires
from api.cursor import Cursor, Limit
from api.document_row import document_row
from api.envelope import Aggregate, Fault, Item, Page, item, page
from api.errors import documented, invalid
from api.paths import Id
from api.reading import Reading, View
from api.rows import fresh, shown
from api.upload import received
from api.writing import Writing
from processors.extraction.decide import RegisterDocument, WithdrawDocument

router = APIRouter(prefix="/documents", tags=["documents"])
VIEW = View("read.document", ("created_at", "document_id"))
LABELS = {"collection": 200, "licence": 200, "source": 500}  # characters
Status = Literal["registered", "extracted", "failed", "withdrawn"]


class DocumentAttributes(Aggregate):
    """A document and what extraction found. media_type: as declared; found_media_type: by its content.

    bad_pages: pages, slides, sheets or chapters that could not be read. reader: what recognised the words of a scan.
    """

    name: str
    media_type: str = ""
    found_media_type: str | None = None
    size: int
    sha256: str
    blob: str
    collection: str = ""
    licence: str = ""
    source: str = ""
    uploaded_by: str = ""
    status: Status
    extractor: str | None = None
    extractor_version: str | None = None
    characters: int | None = None
    pages: int | None = None
    sections: int | None = None
    chunks: int | None = None
    replaced_characters: int | None = None
    encoding: str | None = None
    bad_pages: int | None = None
    headings: int | None = None
    lists: int | None = None
    tables: int | None = None
    codes: int | None = None
    definitions: int | None = None
    reader: str | None = None
    text_sha256: str | None = None
    samples: int = 0
    withdrawn_by: str | None = None
    withdrawn_reason: str | None = None
    error: Fault | None = None


FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "collection": {"type": "string", "maxLength": 200},
                        "licence": {"type": "string", "maxLength": 200, "description": "SPDX identifier or words."},
                        "source": {"type": "string", "maxLength": 500, "description": "Where it is from."},
                    },
                }
            }
        },
    }
}


@router.post(
    "/upload",
    status_code=201,
    dependencies=requires("documents:write"),
    responses=documented(400, 401, 403, 422),
    openapi_extra=FORM,
)
async def upload(request: Request, writer: Writing) -> Item[DocumentAttributes]:
    """Upload a document of a kind that GET /documents/formats lists; it is stored, registered, and extracted later."""
    found = backend.of(request)
    async with received(request, found.settings.upload_limit) as sent:
        labels = {name: sent.fields.get(name, "") for name in LABELS}
        for name, label in labels.items():
            if len(label) > LABELS[name] or not label.isprintable():
                reason = f"is longer than {LABELS[name]} characters or not printable"
                raise invalid(name, reason, "use a short label")
        ref = await found.blobs.put_file(writer.who.tenant, sent.path, sent.media_type or "application/octet-stream")
        command = RegisterDocument(
            name=sent.name,
            media_type=sent.media_type,
            size=ref.size,
            sha256=ref.sha256,
            blob=ref.key,
            uploaded_by=writer.who.email,
            **labels,
        )
    id = writer.new_id("document")
    return item(id, "document", fresh(DocumentAttributes, await writer.do("document", id, command), "registered"))


@router.get("", dependencies=requires("studio:read"), responses=documented(401, 403, 422))
async def index(
    reader: Reading,
    status: Status | None = None,
    collection: Annotated[str | None, Query(max_length=200)] = None,
    q: Annotated[str, Query(max_length=200, description="Letters in the name, in either case.")] = "",
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[DocumentAttributes]:
    """Documents, newest first; `meta.total` counts all that fit."""
    where, named = {"state": status, "collection": collection}, {"name": q}
    total = await reader.count(VIEW, where, named)
    rows, following = await reader.page(VIEW, limit, cursor, where, named)
    return page("document", [(row["document_id"], shown(DocumentAttributes, row)) for row in rows], following, total)


@router.get("/{id}", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def show(reader: Reading, id: Id, response: Response) -> Item[DocumentAttributes]:
    """A document."""
    row = await document_row(reader, id)
    response.headers["ETag"] = f'"{row["version"]}"'
    return item(id, "document", shown(DocumentAttributes, row))


@router.delete(
    "/{id}",
    status_code=204,
    dependencies=requires("documents:write"),
    responses=documented(401, 403, 404, 409, 422),
)
async def withdraw(
    writer: Writing, response: Response, id: Id, reason: Annotated[str, Query(max_length=1000)] = ""
) -> None:
    """Withdraw a document: nothing new is made from it. What was made before stays, and says so."""
    command = WithdrawDocument(reason=reason.strip() or f"withdrawn by {writer.who.email}", author=writer.who.email)
    await writer.do("document", id, command)
