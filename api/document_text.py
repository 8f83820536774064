"""The canonical text of a document, and the chunks that samples are made from."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from api import backend
from api.access import requires
from api.cursor import Cursor, Limit, pack, unpack
from api.document_row import extracted_row
from api.envelope import Attributes, Item, Page, item, page
from api.errors import documented
from api.paths import Id
from api.reading import Reading

router = APIRouter(prefix="/documents", tags=["documents"])
TEXT_MOST = 100_000  # characters in one answer


class DocumentText(Attributes):
    """Characters `start` to `end` of the canonical text, which has `characters` of them."""

    text: str
    start: int
    end: int
    characters: int


class Chunk(Attributes):
    """A span of the canonical text, in characters. kind: text, or table for whole rows of one.

    section_path: the headings that lead to it. header: the row that names the columns of a table.
    """

    section_id: str
    section_title: str = ""
    section_path: list[str] = []
    kind: str = "text"
    header: str | None = None
    start: int
    end: int
    text: str


@router.get("/{id}/text", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 409, 422))
async def text(
    request: Request,
    reader: Reading,
    id: Id,
    start: Annotated[int, Query(ge=0, le=2**40)] = 0,
    end: Annotated[int | None, Query(ge=0, le=2**40)] = None,
) -> Item[DocumentText]:
    """A span of the canonical text; at most 100,000 characters at once."""
    row = await extracted_row(reader, id)
    whole = await backend.of(request).artefacts.text(row["text_blob"])
    last = min(len(whole), start + TEXT_MOST, len(whole) if end is None else end)
    span = DocumentText(text=whole[start:last], start=start, end=max(start, last), characters=len(whole))
    return item(id, "document-text", span)


@router.get("/{id}/chunks", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 409, 422))
async def chunks(request: Request, reader: Reading, id: Id, limit: Limit = 50, cursor: Cursor = "") -> Page[Chunk]:
    """The chunks that samples are made from, in the order of the text."""
    row = await extracted_row(reader, id)
    artefacts = backend.of(request).artefacts
    whole, cut = await artefacts.text(row["text_blob"]), await artefacts.json(row["chunks_blob"])
    known = {section["id"]: section for section in cut["sections"]}
    first = max(0, unpack(cursor, (int,))[0]) if cursor else 0
    found = [
        (
            chunk["id"],
            Chunk(
                section_id=chunk["section_id"],
                section_title=known[chunk["section_id"]]["title"],
                section_path=known[chunk["section_id"]]["path"],
                kind=chunk.get("kind", "text"),
                header=whole[slice(*chunk["header"])] if chunk.get("header") else None,
                start=chunk["start"],
                end=chunk["end"],
                text=whole[chunk["start"] : chunk["end"]],
            ),
        )
        for chunk in cut["chunks"][first : first + limit]
    ]
    return page("chunk", found, pack([first + limit]) if first + limit < len(cut["chunks"]) else None)
