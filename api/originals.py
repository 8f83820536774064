"""Documents as they were uploaded: a download that can go on where it broke off, and a window onto the bytes."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from api import backend
from api.access import requires
from api.document_row import document_row, extracted_row
from api.envelope import Attributes, Item, item
from api.errors import Problem, documented, invalid
from api.paths import Id
from api.reading import Reading
from streams.blobs import BlobBroken, BlobMissing

router = APIRouter(prefix="/documents", tags=["documents"])
WIDEST = 64 * 1024  # bytes in one answer
WIDEST_CONTEXT = 4096
ANSWER = {
    200: {
        "description": "The bytes as uploaded.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    },
    206: {"description": "The part that `Range` asked for."},
    304: {"description": "The client has it already."},
}
# Uploaded files are anybody's: whatever they are, a browser must neither show nor run them on this origin.
HARMLESS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-cache",
}


class DocumentBytes(Attributes):
    """Bytes `start` to `end` of the original, which has `size` of them, decoded; before and after: what surrounds them.

    encoding: that the file was read with. Bytes that are no text, or half a character at an edge, are U+FFFD.
    """

    start: int
    end: int
    size: int
    encoding: str
    text: str
    before: str
    after: str


@router.get(
    "/{id}/original",
    dependencies=requires("studio:read"),
    response_class=Response,
    responses={**ANSWER, **documented(401, 403, 404, 416, 422)},  # type: ignore[dict-item]
)
async def original(request: Request, reader: Reading, id: Id) -> Response:
    """The uploaded file, as an attachment; ranges are served."""
    row = await document_row(reader, id)
    tag = f'"{row["sha256"]}"'
    if tag in [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers={**HARMLESS, "ETag": tag})
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="studio-original-"))
    try:
        await backend.of(request).blobs.get_file(row["blob"], folder / "original")
    except (BlobMissing, BlobBroken) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise Problem(404, "BLOB_MISSING", str(error), remedy="restore the object store from a backup") from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return FileResponse(
        folder / "original",
        headers={**HARMLESS, "ETag": tag},
        media_type="application/octet-stream",
        filename=row["name"] or id,
        content_disposition_type="attachment",
        background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True),
    )


@router.get("/{id}/bytes", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 409, 422))
async def bytes_of(
    request: Request,
    reader: Reading,
    id: Id,
    start: Annotated[int, Query(ge=0, le=2**40)] = 0,
    end: Annotated[int | None, Query(ge=0, le=2**40)] = None,
    context: Annotated[int, Query(ge=0, le=WIDEST_CONTEXT, description="Bytes before and after.")] = 300,
) -> Item[DocumentBytes]:
    """Bytes of a text document, decoded: where the answer of a sample stands. At most 64 KiB at once."""
    row = await extracted_row(reader, id)
    artefacts = backend.of(request).artefacts
    offsets = await artefacts.json(row["map_blob"])
    if offsets["kind"] == "pdf":
        remedy = "see the boxes of the sample's source, or GET /api/v1/documents/{id}/original"
        raise Problem(409, "NO_TEXT_BYTES", "the bytes of a PDF are no text", remedy=remedy)
    if "parts" in offsets:
        remedy = "see part and places of the sample's source, or GET /api/v1/documents/{id}/original"
        raise Problem(409, "NO_TEXT_BYTES", "the bytes of an archive are no text", remedy=remedy)
    data = await artefacts.data(row["blob"])
    last = min(len(data), start + WIDEST if end is None else end)
    if end is not None and end - start > WIDEST:
        raise invalid("end", f"is more than {WIDEST} bytes after start", "ask for less at once")
    encoding = offsets.get("encoding", "utf-8")
    shown = window(data, start, max(start, last), context, encoding)
    return item(id, "document-bytes", shown)


def window(data: bytes, start: int, end: int, context: int, encoding: str) -> DocumentBytes:
    """Bytes `start` to `end` with their surroundings, which begin and end at whole characters where they can."""
    before = data[max(0, start - context) : start].decode(encoding, errors="replace")
    after = data[end : end + context].decode(encoding, errors="replace")
    return DocumentBytes(
        start=start,
        end=end,
        size=len(data),
        encoding=encoding,
        text=data[start:end].decode(encoding, errors="replace"),
        before=before.lstrip("\ufffd") if start > context else before,
        after=after.rstrip("\ufffd") if end + context < len(data) else after,
    )
